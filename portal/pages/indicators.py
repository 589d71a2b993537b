"""Common indicators: what each counts, and the practices that measure it beside each other."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib import charts
from portal.lib.charts import Chart, Named
from portal.lib.public_page import public_page
from practices.labels import address
from practices.measured import Measured, measure, with_readings
from practices.models import CommonIndicator, Indicator, Submission
from practices.views.listing import page_of

# As many as one drawing can tell apart; a page has no more.
SERIES = 20


@public_page
def indicators(request: HttpRequest) -> HttpResponse:
    """Those that can be chosen or are measured, with the number of practices."""
    return render(request, "pages/indicators.html", {"indicators": _counted()})


def _counted() -> QuerySet[CommonIndicator]:
    measuring = Count("indicators__practice", filter=Q(indicators__in=Indicator.objects.listed()), distinct=True)
    found = CommonIndicator.objects.annotate(count=measuring).select_related("theme")
    return found.filter(Q(is_active=True) | Q(count__gt=0)).order_by("position", "name")


@public_page
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Its definition, and what was read in each practice: one drawing and one table. Nothing is summed."""
    shown = get_object_or_404(CommonIndicator.objects.select_related("theme"), slug=slug)
    measuring = Indicator.objects.listed().filter(common=shown).order_by("-practice", "pk")
    page = page_of(with_readings(measuring), request.GET.get("pagina") or "1", SERIES)
    found: list[Indicator] = list(page.object_list)
    published = _published(found)
    every = measure(found, {live.practice_id: live.source_url for live in published.values()})
    rows = [(published[one.indicator.practice_id], one) for one in every]
    context = {
        "indicator": shown,
        "trail": [(reverse("indicators"), _("Indicatori comuni"))],
        "page": page,
        "rows": rows,
        "chart": _together(shown, rows),
    }
    return render(request, "pages/indicator.html", context)


def _published(found: list[Indicator]) -> dict[int, Submission]:
    """What is live of their practices, by practice."""
    live = Submission.objects.listed().filter(practice__in=[one.practice_id for one in found])
    return {submission.practice_id: submission for submission in live.select_related("practice", "organisation")}


def _together(shown: CommonIndicator, rows: list[tuple[Submission, Measured]]) -> Chart | None:
    """A drawing, where there is more than one value to draw."""
    series = [Named(f"{live.organisation}: {live.title}", one.points, address(live.practice)) for live, one in rows]
    if sum(len(one.points) for one in series) < 2:
        return None
    return charts.several(series, title=f"{shown.name} ({shown.unit})", unit=shown.unit)
