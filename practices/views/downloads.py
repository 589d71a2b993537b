"""Files that the Scrivania makes: the empty form, and the receipt of a sending."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from practices.moderation import roles_of
from practices.receipt import SENDINGS, receipt
from practices.views.case import readable
from practices.views.desk import current_user


@require_safe
def empty_form(request: HttpRequest) -> HttpResponse:
    """To be filled in offline."""
    # Its library takes ten megabytes of every process, for one page.
    from practices import paper_form

    return _file(paper_form.paper_form(), "scheda-buona-pratica.odt", paper_form.MEDIA_TYPE)


@require_safe
def sending(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """The receipt of a sending, with staff's fields: for the organisation's people and the editors alone."""
    submission = readable(request, pk)
    if not roles_of(current_user(request), submission):
        raise Http404
    sendings = submission.events.filter(verb__in=SENDINGS, after__isnull=False)
    found = get_object_or_404(sendings.select_related("practice", "by"), pk=event)
    return _file(
        receipt(submission, found).encode(), f"ricevuta-{found.practice.code}-{event}.txt", "text/plain; charset=utf-8"
    )


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition or "attachment"})
