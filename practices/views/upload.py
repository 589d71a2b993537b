"""The attachments of a submission."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from practices.forms.desk import UploadForm
from practices.models import Attachment, Submission
from practices.moderation import Refusal, Verb, allowed_verbs, files, roles_of
from practices.record import SECTION, SECTIONS
from practices.views.case import readable
from practices.views.desk import current_user


@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The files that are there, and a form for one more."""
    submission = readable(request, pk)
    if Verb.SAVE not in allowed_verbs(submission, roles_of(current_user(request), submission)):
        messages.error(request, _("La scheda è «%s»: ora non si può modificare.") % submission.get_status_display())
        return redirect("desk:case", pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                files.attach(
                    submission,
                    by=current_user(request),
                    at=timezone.now(),
                    file=data["stored"],
                    kind=data["kind"],
                    title=data["title"],
                    alternative_text=data["alternative_text"],
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("«%s» allegato.") % data["title"])
            return redirect("desk:attachments", pk)
        status = 422
    names = [section.name for section in SECTIONS]
    context = {
        "submission": submission,
        "section": SECTION["attachments"],
        "sections": SECTIONS,
        "number": names.index("attachments") + 1,
        "attachments": submission.attachments.all(),
        "form": form,
    }
    return render(request, "desk/attachments.html", context, status=status)


@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    readable_ones = Submission.objects.readable_by(current_user(request))
    attachment = get_object_or_404(Attachment.objects.select_related("submission"), pk=pk, submission__in=readable_ones)
    try:
        files.detach(attachment, by=current_user(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("«%s» tolto.") % attachment.title)
    return redirect("desk:attachments", attachment.submission_id)
