"""Files that the Scrivania makes: the empty form, and the receipt of a sending."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from practices import paper_form


@require_safe
def empty_form(request: HttpRequest) -> HttpResponse:
    """To be filled in offline."""
    return _file(paper_form.paper_form(), "scheda-buona-pratica.odt", paper_form.MEDIA_TYPE)


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition or "attachment"})
