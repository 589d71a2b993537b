"""Pictures and documents of the news: of published ones for everybody, of the others for who may read drafts."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.lib.files import serve
from portal.news.models import Document, News
from practices import pictures


@login_not_required
@require_safe
def picture(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A news item's picture, by the name that it has now: one that took another's place has another name."""
    return _send(request, *_picture_or_404(pk, name))


@login_not_required
@require_safe
def picture_copy(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    """The picture no wider than one of our widths; where the narrower copy is missing, the picture itself."""
    if width not in pictures.WIDTHS:
        raise Http404
    news, file, content_type = _picture_or_404(pk, name)
    path = pictures.path_of_copy(str(file.name), width)
    if default_storage.exists(path):
        file = FieldFile(news, News._meta.get_field("picture"), path)
    return _send(request, news, file, content_type)


@login_not_required
@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A related document that is kept here."""
    found = get_object_or_404(Document.objects.exclude(file="").select_related("news"), pk=pk, name=name)
    return _send(request, found.news, found.file, found.content_type, name=found.name)


def _picture_or_404(pk: int, name: str) -> tuple[News, FieldFile, str]:
    news = get_object_or_404(News.objects.exclude(picture=""), pk=pk)
    if news.picture_name != name:
        raise Http404
    return news, news.picture, news.picture_type


def _send(request: HttpRequest, news: News, file: FieldFile, content_type: str, name: str = "") -> HttpResponseBase:
    """The file to who may read the news item; else 404. Its name in the storage tells its content."""
    is_public = news.status == News.Status.PUBLISHED
    if not is_public and not request.user.has_perm("news.view_news"):
        raise Http404
    stored = str(file.name).rpartition("/")[2]
    etag = f'"{stored}"'
    response = get_conditional_response(request, etag=etag) or serve(file, name=name or stored, content_type=content_type)
    response.headers["ETag"] = etag
    # Asked for again each time: what is withdrawn must be gone at once.
    response.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-store"
    return response
