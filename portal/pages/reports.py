"""How an agreement is being carried out: a report to print, and the same as CSV and JSON."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Agreement, Commitment
from portal.lib import sheets
from portal.lib.dates import PartialDate
from portal.lib.public_page import public_page
from portal.lib.sheets import Column
from portal.pages import linked_data
from portal.pages.tracing import all_of, carrying_out, coverage
from practices.labels import address
from practices.models import Submission


@dataclass(frozen=True)
class Line:
    """A commitment with one of its practices; one that nobody carries out has a line too, without a practice."""

    agreement: Agreement
    commitment: Commitment
    submission: Submission | None


def _territories(line: Line) -> list[str]:
    towns = line.submission.municipalities.all() if line.submission else []
    return list(dict.fromkeys(town.province.region.name for town in towns))


def _started(line: Line) -> str:
    row = line.submission
    return str(PartialDate.of(row.started_on, row.started_on_precision)) if row and row.started_on else ""


def _published(line: Line) -> str:
    row = line.submission
    return timezone.localdate(row.published_at).isoformat() if row and row.published_at else ""


COLUMNS: tuple[Column[Line], ...] = (
    Column("accordo", lambda line: line.agreement.title),
    Column("codice_impegno", lambda line: line.commitment.code),
    Column("impegno", lambda line: line.commitment.title),
    Column("responsabile", lambda line: line.commitment.owner.name if line.commitment.owner else ""),
    Column("scadenza", lambda line: line.commitment.due_on.isoformat() if line.commitment.due_on else ""),
    Column("indirizzo_impegno", lambda line: f"{settings.SITE_URL}{address(line.commitment)}"),
    Column("codice_pratica", lambda line: line.submission.practice.code if line.submission else ""),
    Column("pratica", lambda line: line.submission.title if line.submission else ""),
    Column("ente", lambda line: line.submission.organisation.name if line.submission else ""),
    Column("territori", _territories),
    Column("inizio", _started),
    Column("livello_di_evidenza", lambda line: line.submission.practice.evidence_level if line.submission else ""),
    Column("pubblicata_il", _published),
    Column(
        "indirizzo_pratica",
        lambda line: f"{settings.SITE_URL}{address(line.submission.practice)}" if line.submission else "",
    ),
)


def lines(agreement: Agreement) -> Iterator[Line]:
    """By commitment, then the newest practice first."""
    for traced in all_of(agreement):
        if not traced.submissions:
            yield Line(agreement, traced.commitment, None)
        for submission in traced.submissions:
            yield Line(agreement, traced.commitment, submission)


@public_page
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """To read and to print: how far each commitment has come, with every practice."""
    agreement = get_object_or_404(Agreement, slug=slug)
    traced = all_of(agreement)
    context = {
        "agreement": agreement,
        "about": linked_data.of_agreement(agreement),
        "trail": [(reverse("agreements"), _("Accordi")), (address(agreement), str(agreement), True)],
        "commitments": traced,
        "coverage": coverage(traced, carrying_out(agreement).count()),
        "today": timezone.localdate(),
    }
    return render(request, "pages/report.html", context)


@public_page
def report_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """For a spreadsheet."""
    agreement = get_object_or_404(Agreement, slug=slug)
    found = sheets.as_csv(COLUMNS, lines(agreement))
    response = StreamingHttpResponse(found, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="attuazione-{agreement.slug}.csv"'
    return response


@public_page
def report_json(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """For programs."""
    agreement = get_object_or_404(Agreement, slug=slug)
    return StreamingHttpResponse(sheets.as_json(COLUMNS, lines(agreement)), content_type="application/json")
