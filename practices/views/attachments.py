"""Files of submissions. Every one goes through this check or, in a preview by link, that of `practices.views.sharing`."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from networks.models import User
from portal.lib.files import serve
from practices import pictures
from practices.models import Attachment, Submission


@login_not_required
@require_safe
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The file of a published submission for everybody, of another one for who may read it; else 404.

    What the antivirus has not looked into yet goes back to who uploaded it, and to nobody else.
    """
    found = get_object_or_404(Attachment, pk=pk, name=name)
    if found.quarantined_at and found.uploaded_by_id != request.user.pk:
        raise Http404
    return send(request, found, found.file, etag=found.sha256, is_public=_is_public_or_404(request, found))


@login_not_required
@require_safe
def picture(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    """A picture no wider than one of our widths, to the same people. Where the narrower copy is missing, the picture itself."""
    found = get_object_or_404(Attachment, pk=pk, name=name, kind=Attachment.Kind.PICTURE)
    return send_copy(request, found, width, is_public=_is_public_or_404(request, found))


def send_copy(request: HttpRequest, found: Attachment, width: int, *, is_public: bool) -> HttpResponseBase:
    """A picture's copy of this width, for who has been allowed to read it; Http404 for a width that pages do not show."""
    if width not in pictures.WIDTHS:
        raise Http404
    path = pictures.path_of_copy(str(found.file.name), width)
    if not default_storage.exists(path):
        return send(request, found, found.file, etag=found.sha256, is_public=is_public)
    copy = FieldFile(found, Attachment._meta.get_field("file"), path)
    return send(request, found, copy, etag=f"{found.sha256}-{width}", is_public=is_public)


def send(request: HttpRequest, found: Attachment, file: FieldFile, *, etag: str, is_public: bool) -> HttpResponseBase:
    """The file, for who has been allowed to read it."""
    response = get_conditional_response(request, etag=f'"{etag}"') or serve(
        file, name=found.name, content_type=found.content_type
    )
    response.headers["ETag"] = f'"{etag}"'
    # Asked for again each time: what is removed must be gone at once.
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response


def _is_public_or_404(request: HttpRequest, found: Attachment) -> bool:
    """Whether everybody may read the file; Http404 for who may not."""
    if Submission.objects.live().filter(pk=found.submission_id).exists():
        return True
    if isinstance(request.user, User):
        if Submission.objects.readable_by(request.user).filter(pk=found.submission_id).exists():
            return False
    raise Http404
