"""The 21 territories: the map, and the page of each."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, Municipality, Network, Organisation, Region, Standing
from portal.lib.bars import bars
from portal.lib.public_page import public_page
from portal.news.concerning import of_region
from portal.pages import linked_data
from portal.pages.counts import in_list, most_first, within
from portal.pages.everything import Everything
from portal.pages.newest import newest_linked
from portal.pages.themes import uncovered
from practices.models import Fund, Submission, TargetGroup, Theme

NEWEST = 10


@dataclass(frozen=True)
class Joined:
    """A network with those of its members that a page is about."""

    network: Network
    organisations: list[Organisation]


@dataclass(frozen=True)
class Within:
    """The practices of a territory; towns by name, slug and number, the greatest first, as funds and target groups."""

    number: int
    towns: list[tuple[str, str, int]]
    themes: list[tuple[Theme, int]]
    funds: list[tuple[Fund, int]]
    target_groups: list[tuple[TargetGroup, int]]


@public_page
def territories(request: HttpRequest) -> HttpResponse:
    """The map and the same as a list."""
    return render(request, "pages/territories.html", {"everything": Everything(request)})


@public_page
def territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, towns, themes, funds, target groups and networks."""
    region = get_object_or_404(Region, slug=slug)
    everything, more = Everything(request), f"territorio={region.slug}"
    found = everything.kept(f"territory-{region.pk}", lambda: _within(region, everything))
    links = Submission.municipalities.through.objects.filter(municipality__province__region=region)
    context = {
        "region": region,
        "about": linked_data.of_region(region),
        "trail": [(reverse("territories"), _("Territori"))],
        "more": more,
        "count": found.number,
        "cards": newest_linked(links, count=found.number, most=NEWEST, everything=everything),
        "concerning": of_region(region),
        "towns": bars((name, reverse("city", args=[slug]), n) for name, slug, n in found.towns),
        "covered": in_list(found.themes, more, "ambito"),
        "uncovered": uncovered(found.themes),
        "funds": in_list(found.funds, more, "fondo"),
        "target_groups": in_list(found.target_groups, more, "destinatari"),
        "networks": joined_networks(organisations_in(region)),
    }
    return render(request, "pages/territory.html", context)


def _within(region: Region, everything: Everything) -> Within:
    """What the page says of the practices, of all of which it shows some."""
    found = within(region)
    rows = Municipality.objects.filter(pk__in=found["town"]).select_related("province").order_by("sort_name", "pk")
    return Within(
        found["region"].get(region.pk, 0),
        [(str(town), town.slug, n) for town, n in most_first(rows, found["town"])],
        everything.themes_with({int(pk): n for pk, n in found["theme"].items()}),
        most_first(Fund.objects.all(), found["fund"]),
        most_first(TargetGroup.objects.all(), found["group"]),
    )


def organisations_in(region: Region) -> QuerySet[Organisation]:
    """Bodies of the territory, and those of its municipalities, unions included."""
    return Organisation.objects.filter(
        Q(region=region) | Q(municipality__province__region=region) | Q(municipalities__province__region=region)
    )


def joined_networks(organisations: QuerySet[Organisation]) -> list[Joined]:
    """The networks that these belong to today, as far as is known."""
    # Asked of each member of a network: there are fewer of these than organisations.
    belongs = Q(Exists(organisations.filter(pk=OuterRef("organisation"))))
    memberships = Membership.objects.on(timezone.localdate()).filter(belongs, Q(standing=Standing.IN))
    found: dict[int, Joined] = {}
    for membership in memberships.select_related("network", "organisation").order_by(
        "network__name", "organisation__sort_name"
    ):
        joined = found.setdefault(membership.network_id, Joined(membership.network, []))
        joined.organisations.append(membership.organisation)
    return list(found.values())
