"""The selection of the list for other programs: Atom, CSV, JSON. The same parameters as the page."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.lib.public_page import public_page
from practices import exports
from practices.filters.practice import PracticeFilter
from practices.labels import address
from practices.models import Submission

NEWEST = 50


def _selected(request: HttpRequest) -> QuerySet[Submission]:
    return PracticeFilter(request.GET, queryset=Submission.objects.listed()).ordered()


@public_page
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every practice of the selection, for a spreadsheet."""
    response = StreamingHttpResponse(exports.as_csv(_selected(request)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="pratiche.csv"'
    return response


@public_page
def as_json(request: HttpRequest) -> StreamingHttpResponse:
    """Every practice of the selection."""
    return StreamingHttpResponse(exports.as_json(_selected(request)), content_type="application/json")


@public_page
def as_atom(request: HttpRequest) -> HttpResponse:
    """The newest of the selection."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    site = settings.SITE_URL
    feed = Atom1Feed(
        title=_("Buone pratiche di integrazione"),
        link=f"{site}{reverse('practices:list')}{query}",
        description=None,
        feed_url=f"{site}{request.path}{query}",
        language=get_language(),
    )
    newest = _selected(request).order_by("-published_at", "-pk").select_related("practice", "organisation", "main_theme")
    for submission in newest[:NEWEST]:
        practice = submission.practice
        feed.add_item(
            title=submission.title,
            link=f"{site}{address(practice)}",
            description=submission.summary,
            unique_id=f"{site}{reverse('identifiers:practice', args=[practice.code])}",
            pubdate=submission.published_at,
            updateddate=submission.published_at,
            author_name=str(submission.organisation),
            categories=[str(submission.main_theme)] if submission.main_theme else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
