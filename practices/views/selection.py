"""The selection of the list for other programs: Atom, CSV, JSON. The same parameters as the page."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib import feed, open_data, sheets
from portal.lib.open_data import Record, records
from portal.lib.public_page import public_page
from practices.filters.practice import PracticeFilter
from practices.labels import address
from practices.models import Submission
from practices.open_data.practice import FIELDS_OF_PRACTICE as FIELDS
from practices.open_data.reading import read

NEWEST = 50
_IN_FEED = ("title", "summary", "published_at", "practice__slug", "organisation__name", "main_theme__name")


def _selected(request: HttpRequest) -> QuerySet[Submission]:
    return PracticeFilter(request.GET, queryset=Submission.objects.listed()).ordered()


def _rows(request: HttpRequest) -> Iterator[Record]:
    return records(FIELDS, read(_selected(request)))


@public_page
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every practice of the selection, for a spreadsheet."""
    response = StreamingHttpResponse(open_data.as_csv(FIELDS, _rows(request)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="pratiche.csv"'
    return response


@public_page
def as_json(request: HttpRequest) -> StreamingHttpResponse:
    """Every practice of the selection."""
    return StreamingHttpResponse(sheets.json_list(_rows(request)), content_type="application/json")


@public_page
def as_atom(request: HttpRequest) -> HttpResponse:
    """The newest of the selection."""
    site = settings.SITE_URL
    atom = feed.begin(request, _("Buone pratiche di integrazione"), reverse("practices:list"))
    told = _selected(request).select_related("practice", "organisation", "main_theme").only(*_IN_FEED)
    for submission in told.order_by("-published_at", "-pk")[:NEWEST]:
        practice = submission.practice
        atom.add_item(
            title=submission.title,
            link=f"{site}{address(practice)}",
            description=submission.summary,
            unique_id=f"{site}{reverse('identifiers:practice', args=[practice.code])}",
            pubdate=submission.published_at,
            updateddate=submission.published_at,
            author_name=str(submission.organisation),
            categories=[str(submission.main_theme)] if submission.main_theme else [],
        )
    return feed.send(atom)
