"""A commitment: what was undertaken, and the practices that carry it out, by territory and year."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Commitment
from portal.lib.bars import Bar, bars
from portal.lib.public_page import public_page
from portal.lib.tilemap import draw
from portal.pages import linked_data
from portal.pages.counts import by_territory, places
from portal.pages.everything import Everything
from portal.pages.newest import newest
from portal.pages.tracing import listing_of
from practices.labels import address
from practices.models import Submission
from practices.models.choices import EvidenceLevel

NEWEST = 20


@public_page
def commitment(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What is known of it, and where, when and with which evidence it is carried out."""
    rows = Commitment.objects.select_related("agreement", "owner")
    shown = get_object_or_404(rows, agreement__slug=slug, code=code)
    links = Submission.commitments.through.objects.filter(commitment=shown)
    listed = Submission.objects.listed().filter(pk__in=links.values("submission"))
    listing = listing_of(shown)
    everything = Everything(request)
    found = places(everything.territories_with(by_territory(listed)), lambda region: f"{listing}&territorio={region.slug}")
    told = list(listed.values_list("started_on__year", "practice__evidence_level"))
    context = {
        "commitment": shown,
        "about": linked_data.of_commitment(shown),
        "trail": [(reverse("agreements"), _("Accordi")), (address(shown.agreement), str(shown.agreement), True)],
        "more": f"impegno={shown.code}",
        "count": len(told),
        "cards": newest(listed, NEWEST, everything),
        "map": draw(found),
        "covered": bars((place.name, place.url, place.count) for place in found if place.count),
        "years": _by_year([year for year, _level in told], listing),
        "levels": _by_level([level for _year, level in told], listing),
    }
    return render(request, "pages/commitment.html", context)


def _by_year(years: list[int | None], listing: str) -> list[Bar]:
    """Of their beginning, the latest first; those that do not say it at the end."""
    counts = Counter(years)
    known = sorted((year for year in counts if year), reverse=True)
    rows = [(str(year), f"{listing}&anno={year}", counts[year]) for year in known]
    return bars([*rows, (_("anno non noto"), "", counts[None])] if counts[None] else rows)


def _by_level(levels: list[int], listing: str) -> list[Bar]:
    """From the highest evidence to the lowest."""
    counts = Counter(levels)
    found = [(level, counts[level]) for level in reversed(EvidenceLevel) if counts[level]]
    return bars((str(level.label), f"{listing}&evidenza={level.name.lower()}", n) for level, n in found)
