"""Statistics of what is published: each figure as a chart with its numbers, a sentence and a CSV."""

from collections.abc import Iterator
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.lib import sheets
from portal.lib.public_page import public_page
from portal.lib.sheets import Column
from portal.pages.everything import Everything
from portal.pages.figures import Figure, figures
from portal.pages.matrix import Cell, Line, Matrix, matrix
from portal.pages.sums import Sum, sums

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
    everything = Everything(request)
    found = figures(everything)
    context = {
        "figures": found,
        "count": found[0].total,
        "matrix": matrix(everything),
        "map": everything.map(),
        "sums": everything.kept("sums", sums),
        "today": timezone.localdate(),
    }
    return render(request, "pages/statistics.html", context)


@public_page
def statistics_csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """One figure, for a spreadsheet."""
    lines = _lines(name, Everything(request))
    if lines is None:
        raise Http404
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="statistiche-{name}.csv"'
    return response


def _lines(name: str, everything: Everything) -> Iterator[str] | None:
    if name == "copertura":
        return sheets.as_csv(_MATRIX, _cells(matrix(everything)))
    if name == "indicatori":
        return sheets.as_csv(_SUMS, everything.kept("sums", sums))
    found: Figure | None = next((one for one in figures(everything) if one.name == name), None)
    return sheets.as_csv(_FIGURE, _counted(found)) if found else None


def _cells(found: Matrix) -> list[tuple[Line, Cell]]:
    return [(line, cell) for line in found.lines for cell in line.cells]


def _counted(figure: Figure) -> list[tuple[str, int]]:
    rows = [(row.name, row.count) for row in figure.rows]
    return [*rows, (_("non indicato"), figure.unsaid)] if figure.unsaid else rows
