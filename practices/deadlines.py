"""By when: the editors' answer, and the end of a case to which nobody answers."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from practices.models import Submission

# After a reminder.
SILENCE = timedelta(days=30)


def answer_by(submission: Submission) -> date | None:
    """The last day of the editors' term, which runs from the sending; none before it is sent."""
    sent = submission.submitted_at
    return timezone.localdate(sent) + timedelta(days=settings.REVIEW_DAYS) if sent else None


def may_close_from(submission: Submission) -> date | None:
    """The day from which the editors may close it for silence; none before they have sent a reminder."""
    reminded = submission.reminded_at
    return timezone.localdate(reminded + SILENCE) if reminded else None
