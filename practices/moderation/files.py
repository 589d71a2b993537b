"""The files of a submission, as its organisation's people add them, describe them and take them away."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import User
from practices.attachments import StoredFile
from practices.content import Content
from practices.models import Attachment, Submission
from practices.moderation import officer
from practices.moderation.errors import Refusal
from practices.moderation.guard import check, lock
from practices.moderation.table import Verb


@transaction.atomic
def attach(
    submission: Submission, *, by: User, at: datetime, file: StoredFile, kind: str, title: str, alternative_text: str = ""
) -> Attachment:
    """Add a stored file. The same file twice is the same attachment.

    The section's number stays: an upload changes no row that somebody may be writing in, and saving those leaves it alone.
    """
    submission = lock(submission)
    check(submission, Verb.SAVE, by)
    if existing := submission.attachments.filter(sha256=file.sha256).first():
        return existing
    if submission.attachments.count() >= settings.UPLOAD_MAX_FILES:
        raise Refusal(_("Una scheda ha al massimo %d allegati.") % settings.UPLOAD_MAX_FILES)
    submission.saved_at = at
    submission.save()
    return Attachment.objects.create(
        submission=submission,
        kind=kind,
        title=title,
        alternative_text=alternative_text,
        file=file.path,
        sha256=file.sha256,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        width=file.width,
        height=file.height,
        uploaded_by=by,
        quarantined_at=at if file.is_quarantined else None,
    )


@transaction.atomic
def save(
    submission: Submission, *, by: User, at: datetime, values: Content, seen: int, removed: Collection[str]
) -> Submission:
    """Save what is said of the files and take some of them away, by their hash; published versions keep theirs."""
    submission = officer.save(submission, by=by, at=at, section="attachments", values=values, seen=seen)
    submission.attachments.filter(sha256__in=removed).delete()
    return submission
