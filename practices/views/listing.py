"""The public list of practices: search, filters, pages."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.lib.public_page import public_page
from practices.cards import card, cards_of, kept_cards
from practices.filters.base import ListFilter
from practices.filters.practice import PracticeFilter
from practices.models import Submission
from practices.search.index import BODY
from practices.search.spelling import suggestion

Rows = QuerySet[Any, Any] | Sequence[Any]
PAGE_SIZE = 20
NEAREST = 10


@public_page
def practices(request: HttpRequest) -> HttpResponse:
    """What the address asks for. Values that nobody knows are ignored, and the page says so."""
    filters = PracticeFilter(request.GET, queryset=Submission.objects.listed(), request=request)
    version: str = request.page_version  # type: ignore[attr-defined]  # written there by `public_page`
    page = _page(filters, request.GET.get("pagina") or "1", version)
    context: dict[str, Any] = {
        "page": page,
        "cards": _cards(filters, list(page.object_list), version),
        "canonical_query": canonical_query(filters, page.number),
        "filters": filters,
        "chips": [(chip, query_without(request.GET, chip.name, chip.given)) for chip in filters.chips],
        "unknown": filters.unknown(),
        "selection": query_without(request.GET, "pagina"),
        "shared": shared(filters),
    }
    if filters.query.terms and not page.paginator.count:
        context["suggestion"] = suggestion(filters.asked["q"], filters.query)
        if len(filters.query.terms) > 1:
            nearest = filters.nearest().values_list("pk", flat=True)[:NEAREST]
            context["nearest"] = _cards(filters, list(nearest), version)
    return render(request, "practices/list.html", context)


def _page(filters: PracticeFilter, number: str, version: str) -> "NumberedPage":
    """Primary keys: of a selection those that were read for its counts, of everything those of the page alone."""
    if filters.active:
        return page_of(filters.found, number)
    count = caches["fragments"].get_or_set(f"listed-{version}", filters.queryset.count)
    return page_of(filters.ordered().values_list("pk", flat=True), number, count=count)


def _cards(filters: PracticeFilter, pks: Sequence[int], version: str) -> list[SafeString]:
    """With words that were searched for each card shows where they stand, else it is the same on every page."""
    if not filters.query:
        return kept_cards(pks, version)
    return [card(submission, filters.query) for submission in cards_of(pks, *BODY)]


class NumberedPage(Page[Any]):
    """A page that knows which numbers its navigation shows."""

    def numbers(self) -> list[int | str]:
        """The first, the last and those around this one, with an ellipsis between."""
        return list(self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1))


class NumberedPaginator(Paginator):  # type: ignore[type-arg]  # has no parameters when it runs
    """Pages of NumberedPage."""

    def page(self, number: int | str) -> NumberedPage:
        """Past the middle it is read from the end, so that the last page costs as little as the first."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        rows = self.object_list
        if isinstance(rows, QuerySet) and start > self.count // 2:
            return NumberedPage(list(rows.reverse()[self.count - end : self.count - start])[::-1], number, self)
        return NumberedPage(rows[start:end], number, self)


def page_of(rows: Rows, number: str, size: int = PAGE_SIZE, *, count: int | None = None) -> NumberedPage:
    """A page by its number; one that does not exist is not found. `count`: of all rows, where it is known."""
    paginator = NumberedPaginator(rows, size)
    if count is not None:
        paginator.count = count
    try:
        page = paginator.page(number)
    except InvalidPage as error:
        raise Http404 from error
    return page


def canonical_query(filters: ListFilter, number: int) -> str:
    """What of the address makes this page: the values that somebody knows, in one order, and a further page's number."""
    asked = sorted((chip.name, chip.value) for chip in filters.chips)
    return urlencode(asked + ([("pagina", str(number))] if number > 1 else []))


def shared(filters: ListFilter) -> dict[str, str]:
    """The selection for others: its title, its address, and the one that other sites frame."""
    query = canonical_query(filters, 1)
    paths = {"path": reverse("practices:list"), "frame": reverse("embed:list")}
    title = " – ".join([str(_("Pratiche")), *(str(chip.text) for chip in filters.chips)])
    return {"title": title, **{name: f"{path}?{query}" if query else path for name, path in paths.items()}}


def query_without(query: QueryDict, name: str, values: Collection[str] = ()) -> str:
    """The parameters without some values of a filter, or without a parameter; from the first page again."""
    changed = query.copy()
    kept = [other for other in query.getlist(name) if other not in values] if values else []
    changed.setlist(name, kept)
    changed.pop("pagina", None)
    return changed.urlencode()
