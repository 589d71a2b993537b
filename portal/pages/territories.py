"""The 21 territories: the map, and the page of each."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
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
from practices.labels import address
from practices.models import Fund, Submission, TargetGroup

NEWEST = 10


@dataclass(frozen=True)
class Joined:
    """A network with those of its members that a page is about."""

    network: Network
    organisations: list[Organisation]


@public_page
def territories(request: HttpRequest) -> HttpResponse:
    """The map and the same as a list."""
    return render(request, "pages/territories.html", {"everything": Everything(request)})


@public_page
def territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, towns, themes, funds, target groups and networks."""
    region = get_object_or_404(Region, slug=slug)
    everything, more = Everything(request), f"territorio={region.slug}"
    count, numbers = everything.kept(f"territory-{region.pk}", lambda: _numbers(region, more, everything))
    links = Submission.municipalities.through.objects.filter(municipality__province__region=region)
    context = {
        "region": region,
        "about": linked_data.of_region(region),
        "trail": [(reverse("territories"), _("Territori"))],
        "more": more,
        "count": count,
        "cards": newest_linked(links, count=count, most=NEWEST, everything=everything),
        "concerning": of_region(region),
        "numbers": numbers,
        "networks": joined_networks(organisations_in(region)),
    }
    return render(request, "pages/territory.html", context)


def _numbers(region: Region, more: str, everything: Everything) -> tuple[int, SafeString]:
    """How many practices it has, and their numbers by town, theme, fund and target group as the page shows them."""
    found = within(region)
    rows = Municipality.objects.filter(pk__in=found["town"]).select_related("province").order_by("sort_name", "pk")
    themes = everything.themes_with({int(pk): n for pk, n in found["theme"].items()})
    funds = everything.kept("funds", lambda: list(Fund.objects.all()))
    groups = everything.kept("groups", lambda: list(TargetGroup.objects.all()))
    context = {
        "towns": bars((str(town), address(town), n) for town, n in most_first(rows, found["town"])),
        "covered": in_list(themes, more, "ambito"),
        "uncovered": uncovered(themes),
        "funds": in_list(most_first(funds, found["fund"]), more, "fondo"),
        "target_groups": in_list(most_first(groups, found["group"]), more, "destinatari"),
    }
    return found["region"].get(region.pk, 0), render_to_string("pages/_territory_numbers.html", context)


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
