"""What is read: by day, kind of page, language and practice; a page, and all counts as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.lib import charts, sheets
from portal.lib.bars import Bar, bars
from portal.lib.public_page import public_page
from portal.lib.sheets import Column
from portal.usage.labels import label
from portal.usage.models import Count, Tally
from practices.labels import address
from practices.models import Practice, Submission

DAYS, LONGER = 30, 365
MOST_READ = 20

# The same in both languages: it is written when the page's language is over.
_COLUMNS: tuple[Column[Mapping[str, Any]], ...] = (
    Column("giorno", lambda row: row["tally__day"].isoformat()),
    Column("tipo", lambda row: row["route"]),
    Column("descrizione", lambda row: label(row["route"])),
    Column("lingua", lambda row: row["language"]),
    Column("pratica", lambda row: Practice(pk=row["practice"]).code if row["practice"] else ""),
    Column("pagine", lambda row: row["sum"]),
)


@dataclass(frozen=True)
class Kind:
    """A kind of page: how often it was read in each language."""

    name: str
    italian: int
    english: int

    @property
    def total(self) -> int:
        """In all languages."""
        return self.italian + self.english


@public_page
def usage(request: HttpRequest) -> HttpResponse:
    """Today is not over and not counted."""
    today = timezone.localdate()
    recent = Count.objects.filter(tally__day__gte=today - timedelta(days=DAYS))
    days = list(recent.values("tally__day").annotate(sum=Sum("pages")).order_by("tally__day"))
    longer = Count.objects.filter(tally__day__gte=today - timedelta(days=LONGER))
    kinds = _kinds(longer)
    known = Tally.objects.aggregate(first=Min("day"), last=Max("day"))
    context = {
        "trail": [(reverse("statistics"), _("Statistiche"))],
        "chart": _chart(days),
        "days": days[::-1],
        "total": sum(day["sum"] for day in days),
        "kinds": kinds,
        "total_of_kinds": sum(kind.total for kind in kinds),
        "practices": _practices(longer),
        "first_day": known["first"],
        "last_day": known["last"],
    }
    return render(request, "usage/usage.html", context)


def _chart(days: Sequence[Mapping[str, Any]]) -> charts.Chart:
    points = [
        charts.Point(date_format(day["tally__day"], "j F"), day["tally__day"], Decimal(day["sum"]), mark="counted")
        for day in days
    ]
    return charts.series(points, title=_("Pagine lette al giorno"), unit=_("pagine"))


def _kinds(counts: QuerySet[Count]) -> list[Kind]:
    """The most read first."""
    found: dict[str, dict[str, int]] = {}
    for route, language, pages in counts.values_list("route", "language").annotate(sum=Sum("pages")).order_by("route"):
        found.setdefault(route, {})[language] = pages
    kinds = [Kind(label(route), by.get("it", 0), by.get("en", 0)) for route, by in found.items()]
    return sorted(kinds, key=lambda kind: (-kind.total, kind.name))


def _practices(counts: QuerySet[Count]) -> list[Bar]:
    """Those that are in the lists: of the others nothing is said but in the file, by their code."""
    listed = Submission.objects.listed()
    summed = counts.filter(practice__in=listed.values("practice")).values("practice").annotate(sum=Sum("pages"))
    sums = dict(summed.order_by("-sum", "practice").values_list("practice", "sum")[:MOST_READ])
    shown = {one.practice_id: one for one in listed.filter(practice__in=sums).select_related("practice")}
    return bars((shown[key].title, address(shown[key].practice), pages) for key, pages in sums.items())


@public_page
def usage_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that was counted, for a spreadsheet."""
    response = StreamingHttpResponse(sheets.as_csv(_COLUMNS, _rows()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="uso-del-portale.csv"'
    return response


@public_page
def usage_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same for programs."""
    return StreamingHttpResponse(sheets.as_json(_COLUMNS, _rows()), content_type="application/json")


def _rows() -> Iterator[Mapping[str, Any]]:
    """By day; the machines are nobody's business."""
    named = Count.objects.values("tally__day", "route", "language", "practice").annotate(sum=Sum("pages"))
    return named.order_by("tally__day", "route", "language", "practice").iterator(chunk_size=2000)
