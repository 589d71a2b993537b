"""The public list of practices: search, filters, pages."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.public_page import public_page
from practices.cards import SHOWN, cards
from practices.filters.base import ListFilter
from practices.filters.practice import PracticeFilter
from practices.models import Submission
from practices.search.index import BODY
from practices.search.spelling import suggestion

PAGE_SIZE = 20
NEAREST = 10


@public_page
def practices(request: HttpRequest) -> HttpResponse:
    """What the address asks for. Values that nobody knows are ignored, and the page says so."""
    filters = PracticeFilter(request.GET, queryset=Submission.objects.listed(), request=request)
    # The primary keys first: a far page then reads nothing of those before it but the index.
    page = page_of(filters.ordered().values_list("pk", flat=True), request.GET.get("pagina") or "1")
    is_search = bool(filters.query.terms)
    context: dict[str, Any] = {
        "page": page,
        "practices": cards_of(list(page.object_list), with_text=is_search),
        "canonical_query": canonical_query(filters, page.number),
        "filters": filters,
        "chips": [(chip, query_without(request.GET, chip.name, chip.value)) for chip in filters.chips],
        "unknown": filters.unknown(),
        "selection": query_without(request.GET, "pagina"),
        "shared": shared(filters),
    }
    if is_search and not page.paginator.count:
        context["suggestion"] = suggestion(filters.asked["q"], filters.query)
        if len(filters.query.terms) > 1:
            nearest = filters.nearest().values_list("pk", flat=True)[:NEAREST]
            context["nearest"] = cards_of(list(nearest), with_text=True)
    return render(request, "practices/list.html", context)


def cards_of(pks: Sequence[int], *, with_text: bool = False) -> list[Submission]:
    """The cards of these submissions, in this order; with all their text, where matches are shown in context."""
    rows = cards(Submission.objects.filter(pk__in=pks))
    found = {row.pk: row for row in (rows.only(*SHOWN, *BODY) if with_text else rows)}
    return [found[pk] for pk in pks]


class NumberedPage(Page[Any]):
    """A page that knows which numbers its navigation shows."""

    def numbers(self) -> list[int | str]:
        """The first, the last and those around this one, with an ellipsis between."""
        return list(self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1))


class NumberedPaginator(Paginator):  # type: ignore[type-arg]  # has no parameters when it runs
    """Pages of NumberedPage."""

    def _get_page(self, *args: Any, **kwargs: Any) -> NumberedPage:
        return NumberedPage(*args, **kwargs)


def page_of(rows: QuerySet[Any, Any], number: str, size: int = PAGE_SIZE) -> NumberedPage:
    """A page by its number; one that does not exist is not found."""
    try:
        page = NumberedPaginator(rows, size).page(number)
    except InvalidPage as error:
        raise Http404 from error
    return cast(NumberedPage, page)


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


def query_without(query: QueryDict, name: str, value: str = "") -> str:
    """The parameters without one value of a filter, or without a parameter; from the first page again."""
    changed = query.copy()
    kept = [other for other in query.getlist(name) if other != value] if value and name != "q" else []
    changed.setlist(name, kept)
    changed.pop("pagina", None)
    return changed.urlencode()
