"""Files of submissions. Every one goes through this check or, in a preview by link, that of `practices.views.sharing`."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from networks.models import User
from portal.lib.files import serve
from practices.models import Attachment, Submission


@login_not_required
@require_safe
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The file of a published submission for everybody, of another one for who may read it; else 404."""
    found = Attachment.objects.filter(pk=pk, name=name).first()
    if found is None:
        raise Http404
    is_public = Submission.objects.live().filter(pk=found.submission_id).exists()
    if not is_public and not _may_read(request, found):
        raise Http404
    return answer(request, found, is_public=is_public)


def answer(request: HttpRequest, found: Attachment, *, is_public: bool) -> HttpResponseBase:
    """The file for somebody who may read it, or 304 when the browser has it already."""
    etag = f'"{found.sha256}"'
    response = get_conditional_response(request, etag=etag) or serve(
        found.file, name=found.name, content_type=found.content_type
    )
    response.headers["ETag"] = etag
    # Asked for again each time: what is removed must be gone at once.
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


def _may_read(request: HttpRequest, found: Attachment) -> bool:
    if not isinstance(request.user, User):
        return False
    return Submission.objects.readable_by(request.user).filter(pk=found.submission_id).exists()
