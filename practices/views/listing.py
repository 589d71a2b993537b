"""The public list of practices: search, filters, pages."""

from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from portal.lib.public_page import public_page
from practices.cards import cards
from practices.filters import PracticeFilter
from practices.models import Submission

PAGE_SIZE = 20


@public_page
def practices(request: HttpRequest) -> HttpResponse:
    """What the address asks for. Values that nobody knows are ignored, and the page says so."""
    filters = PracticeFilter(request.GET, queryset=cards(Submission.objects.listed()))
    page = page_of(filters.ordered(), request.GET.get("pagina") or "1")
    context = {
        "page": page,
        "canonical_query": canonical_query(filters, page.number),
        "filters": filters,
        "groups": filters.groups(),
        "chips": [(chip, query_without(request.GET, chip.name, chip.value)) for chip in filters.chips],
        "unknown": filters.unknown(),
    }
    return render(request, "practices/list.html", context)


class NumberedPage(Page[Any]):
    """A page that knows which numbers its navigation shows."""

    def numbers(self) -> list[int | str]:
        """The first, the last and those around this one, with an ellipsis between."""
        return list(self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1))


class NumberedPaginator(Paginator):  # type: ignore[type-arg]  # has no parameters when it runs
    """Pages of NumberedPage."""

    def _get_page(self, *args: Any, **kwargs: Any) -> NumberedPage:
        return NumberedPage(*args, **kwargs)


def page_of(rows: QuerySet[Any], number: str, size: int = PAGE_SIZE) -> NumberedPage:
    """A page by its number; one that does not exist is not found."""
    try:
        page = NumberedPaginator(rows, size).page(number)
    except InvalidPage as error:
        raise Http404 from error
    return cast(NumberedPage, page)


def canonical_query(filters: PracticeFilter, number: int) -> str:
    """What of the address makes this page: the values that somebody knows, in one order, and a further page's number."""
    asked = sorted((chip.name, chip.value) for chip in filters.chips)
    return urlencode(asked + ([("pagina", str(number))] if number > 1 else []))


def query_without(query: QueryDict, name: str, value: str) -> str:
    """The parameters without one value of one filter, from the first page again. The text has one value however written."""
    changed = query.copy()
    changed.setlist(name, [] if name == "q" else [other for other in query.getlist(name) if other != value])
    changed.pop("pagina", None)
    return changed.urlencode()
