"""Files that arrive for a submission: one by one, each with its progress, or several with the section's form."""

from time import monotonic

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.lib import antivirus
from practices.attachments import store
from practices.forms.files import FileForm
from practices.models import Attachment, Submission
from practices.moderation import Refusal, files
from practices.views.case import closed_to, readable
from practices.views.desk import current_user


@require_POST
def upload(request: HttpRequest, pk: int) -> JsonResponse:
    """One file, `file`. 201: `row`, its HTML; 200: `message`, it was there already; else `message`, why it is not accepted."""
    submission = readable(request, pk)
    if closed := closed_to(current_user(request), submission):
        return JsonResponse({"message": closed}, status=409)
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"message": _("Non è arrivato nessun file.")}, status=422)
    try:
        attachment, is_new = _receive(request, submission, sent)
    except (ValidationError, Refusal) as refusal:
        return JsonResponse({"message": _reason(refusal)}, status=422)
    if not is_new:
        return JsonResponse({"message": _already_there(attachment)})
    row = render_to_string("desk/_file.html", {"row": FileForm(attachment)}, request)
    return JsonResponse({"row": row}, status=201)


def receive_all(request: HttpRequest, submission: Submission) -> list[tuple[str, str]]:
    """Keep what came with the section's form. Name and reason of each file that is not accepted; the others are told."""
    refused = []
    # The antivirus has as long for all of them as for one: whoever waits for an answer sent one form.
    until = monotonic() + antivirus.PATIENCE
    for sent in request.FILES.getlist("files"):
        try:
            attachment, is_new = _receive(request, submission, sent, until)
        except (ValidationError, Refusal) as refusal:
            refused.append((sent.name or _("File"), _reason(refusal)))
        else:
            told = _("«%s» caricato.") % attachment.name if is_new else _already_there(attachment)
            messages.success(request, told)
    return refused


def _receive(
    request: HttpRequest, submission: Submission, sent: "UploadedFile[bytes]", until: float | None = None
) -> tuple[Attachment, bool]:
    """The attachment, and whether it is a new one."""
    stored = store(sent, until=until)
    known = submission.attachments.filter(sha256=stored.sha256).exists()
    kind = Attachment.Kind.PICTURE if stored.is_picture else Attachment.Kind.REPORT
    attachment = files.attach(
        submission, by=current_user(request), at=timezone.now(), file=stored, kind=kind, title=stored.title
    )
    return attachment, not known


def _reason(refusal: ValidationError | Refusal) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _already_there(attachment: Attachment) -> str:
    return _("Questo file c'è già: è «%s».") % attachment.title
