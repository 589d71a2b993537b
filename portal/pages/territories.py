"""The 21 territories: the map, and the page of each."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, Municipality, Network, Organisation, Region, Standing
from portal.lib.bars import bars
from portal.lib.public_page import public_page
from portal.lib.tilemap import draw
from portal.news.concerning import of_region
from portal.pages import linked_data
from portal.pages.counts import by_fund, by_target_group, by_territory, by_theme, in_list, number_of, towns_with_practices
from portal.pages.themes import uncovered
from practices.cards import cards
from practices.labels import address
from practices.models import Submission

NEWEST = 10


@dataclass(frozen=True)
class Joined:
    """A network with those of its members that a page is about."""

    network: Network
    organisations: list[Organisation]


@public_page
def territories(request: HttpRequest) -> HttpResponse:
    """The map and the same as a list."""
    shown = by_territory(Submission.objects.listed())
    return render(request, "pages/territories.html", {"places": shown, "map": draw(shown)})


@public_page
def territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, towns, themes, funds, target groups and networks."""
    region = get_object_or_404(Region, slug=slug)
    links = Submission.municipalities.through.objects.filter(municipality__province__region=region)
    listed = Submission.objects.listed().filter(pk__in=links.values("submission"))
    towns = towns_with_practices(Municipality.objects.filter(province__region=region))
    newest = list(cards(listed).annotate(total=number_of(listed))[:NEWEST])
    themes, more = by_theme(listed), f"territorio={region.slug}"
    context = {
        "region": region,
        "about": linked_data.of_region(region),
        "trail": [(reverse("territories"), _("Territori"))],
        "more": more,
        "count": newest[0].total if newest else 0,
        "newest": newest,
        "concerning": of_region(region),
        "towns": bars((str(town), address(town), town.practice_count) for town in towns),  # type: ignore[attr-defined]
        "covered": in_list(themes, more, "ambito"),
        "uncovered": uncovered(themes),
        "funds": in_list(by_fund(listed), more, "fondo"),
        "target_groups": in_list(by_target_group(listed), more, "destinatari"),
        "networks": joined_networks(organisations_in(region)),
    }
    return render(request, "pages/territory.html", context)


def organisations_in(region: Region) -> QuerySet[Organisation]:
    """Bodies of the territory, and those of its municipalities, unions included."""
    return Organisation.objects.filter(
        Q(region=region) | Q(municipality__province__region=region) | Q(municipalities__province__region=region)
    )


def joined_networks(organisations: QuerySet[Organisation]) -> list[Joined]:
    """The networks that these belong to today, as far as is known."""
    memberships = Membership.objects.on(timezone.localdate()).filter(Q(standing=Standing.IN), organisation__in=organisations)
    found: dict[int, Joined] = {}
    for membership in memberships.select_related("network", "organisation").order_by(
        "network__name", "organisation__sort_name"
    ):
        joined = found.setdefault(membership.network_id, Joined(membership.network, []))
        joined.organisations.append(membership.organisation)
    return list(found.values())
