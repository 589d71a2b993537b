"""The preview by link: the page that it opens, and its links at the Scrivania."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practices import sharing
from practices.forms.desk import ShareForm
from practices.labels import address
from practices.models import Attachment, PreviewLink, Submission
from practices.moderation import Refusal
from practices.views import attachments
from practices.views.case import readable
from practices.views.desk import current_user
from practices.views.practice import page_context
from practices.whole import wholes


def _secret(response: HttpResponseBase) -> HttpResponseBase:
    """The address is the key: it is not told to the sites that the page links to, and no search engine keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@login_not_required
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """The public page as it will be, for who has the link. It looks at no session; every refusal is the same."""
    link = PreviewLink.objects.valid(timezone.now()).with_token(token).first()
    if link is None:
        return _secret(render(request, "practices/preview_gone.html", {"is_shared": True}, status=404))
    [found] = wholes(Q(pk=link.submission_id))
    if found.submission.published_at:
        return _secret(redirect(address(found.submission.practice)))

    def file_url(stored: Attachment, width: int | None) -> str:
        if width:
            return reverse("practices:preview_picture", args=[token, stored.pk, width, stored.name])
        return reverse("practices:preview_file", args=[token, stored.pk, stored.name])

    context = page_context(found, is_preview=True, file_url=file_url)
    return _secret(render(request, "practices/preview.html", {**context, "is_shared": True, "link": link}))


@login_not_required
@require_safe
def preview_file(request: HttpRequest, token: str, pk: int, name: str) -> HttpResponseBase:
    """A file of that preview. Once the text is published its files have their public addresses."""
    found = _of_preview(token, pk=pk, name=name)
    return _secret(attachments.send(request, found, found.file, etag=found.sha256, is_public=False))


@login_not_required
@require_safe
def preview_picture(request: HttpRequest, token: str, pk: int, width: int, name: str) -> HttpResponseBase:
    """A picture of that preview, no wider than one of our widths."""
    found = _of_preview(token, pk=pk, name=name, kind=Attachment.Kind.PICTURE)
    return _secret(attachments.send_copy(request, found, width, is_public=False))


def _of_preview(token: str, **which: Any) -> Attachment:
    link = PreviewLink.objects.valid(timezone.now()).with_token(token).filter(submission__published_at=None).first()
    if link is None:
        raise Http404
    return get_object_or_404(Attachment, submission=link.submission_id, quarantined_at=None, **which)


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links of a submission that are valid, and a new one; for the organisation's people."""
    submission = readable(request, pk)
    user, now = current_user(request), timezone.now()
    if not sharing.may_share(submission, user):
        raise Http404
    form = ShareForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sharing.share(submission, by=user, at=now, note=form.cleaned_data["note"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Il collegamento è pronto: è il primo dell'elenco."))
            return redirect("desk:links", pk)
    valid = submission.preview_links.valid(now).select_related("created_by")
    return render(request, "desk/links.html", {"submission": submission, "form": form, "links": valid})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a link."""
    user = current_user(request)
    readable_ones = Submission.objects.readable_by(user)
    link = get_object_or_404(PreviewLink.objects.select_related("submission"), pk=pk, submission__in=readable_ones)
    try:
        sharing.revoke(link, by=user, at=timezone.now())
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("Il collegamento non apre più l'anteprima."))
    return redirect("desk:links", link.submission_id)
