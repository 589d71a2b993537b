"""Statistics of what is published: each figure as a chart with its numbers, a sentence and a CSV."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Region
from portal.lib import sheets
from portal.lib.public_page import public_page
from portal.lib.sheets import Column
from portal.lib.tilemap import draw
from portal.pages.counts import places
from portal.pages.figures import Figure, figures
from portal.pages.matrix import Cell, Line, Matrix, matrix
from portal.pages.sums import Sum, sums
from practices.models import Submission, Theme

_FIGURE: tuple[Column[tuple[str, int]], ...] = (
    Column("voce", lambda row: row[0]),
    Column("pratiche", lambda row: row[1]),
)
_MATRIX: tuple[Column[tuple[Line, Cell]], ...] = (
    Column("ambito", lambda row: row[0].theme.name),
    Column("territorio", lambda row: row[1].territory),
    Column("pratiche", lambda row: row[1].count),
)
_SUMS: tuple[Column[Sum], ...] = (
    Column("indicatore", lambda row: row.indicator.name),
    Column("unita", lambda row: row.indicator.unit),
    Column("pratiche", lambda row: len(row.values)),
    Column("somma", lambda row: f"{sum(row.values, Decimal(0)).normalize():f}" if row.total else ""),
    Column("approssimata", lambda row: "sì" if row.is_approximate else "no"),
    Column("primo_anno", lambda row: row.first_year),
    Column("ultimo_anno", lambda row: row.last_year),
    Column("pratiche_escluse", lambda row: row.left_out),
)


@public_page
def statistics(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    regions, themes = _regions(), _themes()
    found = figures(regions, themes)
    counts = [row.count for row in found[0].rows]
    context = {
        "figures": found,
        "count": found[0].total,
        "matrix": matrix(regions, themes),
        "map": draw(places(zip(regions, counts, strict=True))),
        "sums": sums(),
        "today": timezone.localdate(),
    }
    return render(request, "pages/statistics.html", context)


@public_page
def statistics_csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """One figure, for a spreadsheet."""
    lines = _lines(name)
    if lines is None:
        raise Http404
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="statistiche-{name}.csv"'
    return response


def _lines(name: str) -> Iterator[str] | None:
    regions, themes = _regions(), _themes()
    if name == "copertura":
        return sheets.as_csv(_MATRIX, _cells(matrix(regions, themes)))
    if name == "indicatori":
        return sheets.as_csv(_SUMS, sums())
    found: Figure | None = next((one for one in figures(regions, themes) if one.name == name), None)
    return sheets.as_csv(_FIGURE, _counted(found)) if found else None


def _cells(found: Matrix) -> list[tuple[Line, Cell]]:
    return [(line, cell) for line in found.lines for cell in line.cells]


def _counted(figure: Figure) -> list[tuple[str, int]]:
    rows = [(row.name, row.count) for row in figure.rows]
    return [*rows, (_("non indicato"), figure.unsaid)] if figure.unsaid else rows


def _regions() -> Sequence[Region]:
    return list(Region.objects.all())


def _themes() -> Sequence[Any]:
    """Those to choose from, and retired ones that listed practices have."""
    listed = Submission.objects.listed()
    further = Submission.other_themes.through.objects.filter(submission__in=listed)
    used = Q(pk__in=listed.values("main_theme")) | Q(pk__in=further.values("theme"))
    return list(Theme.objects.filter(Q(is_active=True) | used))
