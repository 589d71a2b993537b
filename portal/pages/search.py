"""Search everything: practices, places, bodies, networks, agreements and news on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from agreements.models import Agreement
from networks.models import Municipality, Network, Organisation, Region
from portal.lib.public_page import public_page
from portal.lib.text import fold
from portal.news.models import News
from practices.cards import cards_of
from practices.filters.practice import PracticeFilter
from practices.models import Submission
from practices.search.highlight import found_in
from practices.search.index import BODY
from practices.search.query import Query
from practices.search.spelling import suggestion

PRACTICES = 5
OTHERS = 12
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Practices:
    """The best matches, and how many there are."""

    count: int
    best: list[Submission]


@public_page
def everything(request: HttpRequest) -> HttpResponse:
    """What matches the text, by kind; practices first."""
    query = QueryDict(mutable=True)
    query["q"] = request.GET.get("q", "")
    filters = PracticeFilter(query, queryset=Submission.objects.listed())
    text, asked = filters.asked["q"], filters.query
    context: dict[str, Any] = {"text": text, "query": asked}
    if asked.terms:
        context |= {
            "practices": _practices(filters),
            "places": [*_regions(text), *_towns(text)],
            "bodies": _bodies(text),
            "networks": _among(Network.objects.all(), asked, "name", "description"),
            "agreements": _among(Agreement.objects.all(), asked, "title", "summary"),
            "news": News.objects.published().matching(asked).on_cards()[:OTHERS],
        }
        context["is_nothing"] = not (context["practices"].count or any(context[kind] for kind in _OTHER_KINDS))
        context["suggestion"] = suggestion(text, asked) if context["is_nothing"] else ""
    return render(request, "pages/search.html", context)


_OTHER_KINDS = ("places", "bodies", "networks", "agreements", "news")


def _practices(filters: PracticeFilter) -> Practices:
    best = filters.found[:PRACTICES]
    return Practices(len(filters.found), cards_of(best, *BODY) if best else [])


def _regions(text: str) -> list[Region]:
    words = fold(text).split()
    return [region for region in Region.objects.all() if all(f" {word}" in f" {fold(region.name)}" for word in words)]


def _towns(text: str) -> list[Municipality]:
    """Those in whose name every word begins one come before those that only contain it: Reggio Emilia before Viareggio."""
    words = fold(text).split()
    found = list(Municipality.objects.all().matching(text)[: 2 * OTHERS])
    found.sort(key=lambda town: not all(f" {word}" in f" {town.sort_name}" for word in words))
    return found[:OTHERS]


def _bodies(text: str) -> Iterable[Organisation]:
    """All but the Comuni, which are among the places."""
    found = Organisation.objects.exclude(kind=Organisation.Kind.MUNICIPALITY)
    for word in fold(text).split():
        found = found.filter(Q(sort_name__startswith=word) | Q(sort_name__contains=f" {word}") | Q(acronym__iexact=word))
    return list(found[:OTHERS])


def _among(rows: Iterable[Row], query: Query, *columns: str) -> list[Row]:
    """Rows of a short table, read by the same analyser as the practices."""
    found = (row for row in rows if found_in(" ".join(getattr(row, column) for column in columns), query))
    return [row for _n, row in zip(range(OTHERS), found, strict=False)]
