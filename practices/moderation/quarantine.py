"""Files that the antivirus has not looked into yet: why their submission waits, and what becomes of them. See ADR 26."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from practices import notifications
from practices.models import Attachment
from practices.moderation.guard import lock, record
from practices.moderation.table import Verb


def in_the_way(files: Iterable[Attachment]) -> str:
    """Why their submission is not published, when some of these wait: nobody has read them. Else empty."""
    titles = ", ".join(f"«{file.title}»" for file in files if file.quarantined_at)
    return titles and _("Non si può ancora pubblicare: manca il controllo antivirus di %s.") % titles


def waiting() -> list[str]:
    """The stored files that wait, the oldest first; versions of a submission share them."""
    found = Attachment.objects.quarantined().order_by("quarantined_at", "pk").values_list("file", flat=True)
    return list(dict.fromkeys(found))


def clear(path: str) -> None:
    """The antivirus found nothing in it: whoever reads its submission reads it too."""
    Attachment.objects.quarantined().filter(file=path).update(quarantined_at=None)


def remove(path: str, *, found: str, at: datetime) -> None:
    """The antivirus found this in it: it goes, and whoever works on its submission is told."""
    for attachment in Attachment.objects.quarantined().filter(file=path).select_related("submission", "uploaded_by"):
        _remove(attachment, found, at)
    # A file that was there before, and in which nothing was found then, is named by others.
    if not Attachment.objects.filter(file=path).exists():
        default_storage.delete(path)


@transaction.atomic
def _remove(attachment: Attachment, found: str, at: datetime) -> None:
    submission = lock(attachment.submission)
    removed, _models = submission.attachments.quarantined().filter(pk=attachment.pk).delete()
    if not removed:
        # Taken away meanwhile by whoever wrote it.
        return
    people = [*notifications.recipients(submission), submission.assignee, attachment.uploaded_by]
    to = dict.fromkeys(person for person in people if person and person.is_active)
    sent = notifications.send(to, notifications.write("file_removed", submission, file=attachment, found=found))
    text = _("«%(name)s»: l'antivirus ha trovato «%(found)s».") % {"name": attachment.name, "found": found}
    record(submission, Verb.REMOVE_FILE, by=None, at=at, from_status=submission.status, text=text, mail=sent)
