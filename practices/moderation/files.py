"""The files of a submission, as its organisation's people add them and take them away."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import User
from practices.attachments import StoredFile
from practices.models import Attachment, Submission
from practices.moderation.errors import Refusal
from practices.moderation.guard import check, lock
from practices.moderation.table import Verb


@transaction.atomic
def attach(
    submission: Submission, *, by: User, at: datetime, file: StoredFile, kind: str, title: str, alternative_text: str = ""
) -> Attachment:
    """Add a stored file. The same file twice is the same attachment."""
    submission = lock(submission)
    check(submission, Verb.SAVE, by)
    if existing := submission.attachments.filter(sha256=file.sha256).first():
        return existing
    if submission.attachments.count() >= settings.UPLOAD_MAX_FILES:
        raise Refusal(_("Una scheda ha al massimo %d allegati.") % settings.UPLOAD_MAX_FILES)
    submission.section_versions["attachments"] = submission.section_versions.get("attachments", 0) + 1
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
        uploaded_by=by,
    )


@transaction.atomic
def detach(attachment: Attachment, *, by: User, at: datetime) -> Submission:
    """Take a file away from the submission; versions that were published with it keep it."""
    submission = lock(attachment.submission)
    check(submission, Verb.SAVE, by)
    submission.attachments.filter(pk=attachment.pk).delete()
    submission.section_versions["attachments"] = submission.section_versions.get("attachments", 0) + 1
    submission.saved_at = at
    submission.save()
    return submission
