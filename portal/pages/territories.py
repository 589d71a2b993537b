"""The 21 territories: the map, and the page of each."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, Municipality, Network, Organisation, Region, Standing
from portal.lib.public_page import public_page
from portal.lib.tilemap import Place, draw
from portal.pages import linked_data
from practices.cards import cards
from practices.filters import theme_counts
from practices.models import Submission, Theme

NEWEST = 10


@dataclass(frozen=True)
class Joined:
    """A network with those of its members that a page is about."""

    network: Network
    organisations: list[Organisation]


@public_page
def territories(request: HttpRequest) -> HttpResponse:
    """The map and the same as a list."""
    shown = places()
    return render(request, "pages/territories.html", {"places": shown, "map": draw(shown)})


@public_page
def territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Its towns, themes, practices and networks."""
    region = get_object_or_404(Region, slug=slug)
    towns = Submission.municipalities.through.objects.filter(municipality__province__region=region)
    listed = Submission.objects.listed().filter(pk__in=towns.values("submission"))
    counted = {slug: n for slug, _name, n in theme_counts(listed)}
    themes = list(Theme.objects.filter(is_active=True))
    context = {
        "region": region,
        "about": linked_data.of_region(region),
        "trail": [(reverse("territories"), _("Territori"))],
        "more": f"territorio={region.slug}",
        "count": listed.count(),
        "newest": cards(listed)[:NEWEST],
        "towns": towns_with_practices(Municipality.objects.filter(province__region=region)),
        "covered": [(theme, counted[theme.slug]) for theme in themes if theme.slug in counted],
        "uncovered": [theme for theme in themes if theme.slug not in counted],
        "networks": joined_networks(organisations_in(region)),
    }
    return render(request, "pages/territory.html", context)


def places() -> list[Place]:
    """The 21 with the number of listed practices in each, by name: two queries."""
    region = "municipalities__province__region"
    listed = Submission.objects.listed().filter(**{f"{region}__isnull": False})
    counts = dict(listed.values_list(region).annotate(n=Count("pk", distinct=True)).order_by(region))
    return [
        Place(
            name=region.name,
            abbreviation=region.abbreviation,
            row=region.tile_row,
            column=region.tile_column,
            count=counts.get(region.pk, 0),
            url=reverse("territory", args=[region.slug]),
        )
        for region in Region.objects.all()
    ]


def towns_with_practices(municipalities: QuerySet[Municipality]) -> QuerySet[Municipality]:
    """Those with listed practices, each with its `practice_count`, the greatest first."""
    listed = Q(submissions__in=Submission.objects.listed())
    counted = municipalities.annotate(practice_count=Count("submissions", filter=listed)).filter(practice_count__gt=0)
    return counted.select_related("province").order_by("-practice_count", "sort_name")


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
