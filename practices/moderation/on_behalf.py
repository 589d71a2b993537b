"""What an editor does for an organisation that has nobody here yet. It begins with `officer.start`; only the organisation sends."""

from datetime import datetime

from django.db import transaction

from networks.models import User
from practices import notifications
from practices.models import Submission
from practices.moderation.guard import check, lock, record
from practices.moderation.table import Verb


@transaction.atomic
def hand_to_organisation(submission: Submission, *, by: User, at: datetime) -> Submission:
    """From now on the text is the organisation's alone: who wrote it no longer reads or writes it."""
    submission = lock(submission)
    check(submission, Verb.DELIVER, by)
    submission.handed_over_at = at
    submission.save(update_fields=["handed_over_at"])
    mail = notifications.delivered(submission)
    record(submission, Verb.DELIVER, by=by, at=at, from_status=submission.status, mail=mail)
    return submission
