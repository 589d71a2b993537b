"""The page of a town."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from networks.alike import alike
from networks.models import Membership, Municipality, Organisation
from portal.lib.public_page import public_page
from portal.pages import linked_data
from portal.pages.counts import towns_with_practices
from portal.pages.networks import with_periods
from practices.cards import cards
from practices.labels import address
from practices.models import Submission

NEWEST = 20


@public_page
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, networks and agreements, and towns like it; where there is nothing, where to look instead."""
    town = get_object_or_404(Municipality.objects.select_related("province__region", "merged_into__province"), slug=slug)
    links = Submission.municipalities.through.objects.filter(municipality=town)
    listed = Submission.objects.listed().filter(pk__in=links.values("submission"))
    bodies = list(Organisation.objects.filter(Q(municipality=town) | Q(municipalities=town)).distinct())
    memberships = Membership.objects.filter(organisation__in=bodies).select_related("network", "organisation")
    region, count = town.province.region, listed.count()
    context = {
        "town": town,
        "about": linked_data.of_city(town),
        "region": region,
        "trail": [(reverse("territories"), _("Territori")), (address(region), region.name)],
        "more": f"comune={town.slug}",
        "show_organisation": len(bodies) > 1,
        "count": count,
        "newest": cards(listed)[:NEWEST],
        "bodies": bodies,
        "members": with_periods(memberships.order_by("network__name", "organisation__sort_name")),
        "agreements": Agreement.objects.filter(parties__organisation__in=bodies).distinct(),
        "neighbours": [] if count else towns_with_practices(Municipality.objects.filter(province=town.province)),
        "alike": alike(town, towns_with_practices(Municipality.objects.all()), "-practice_count"),
    }
    return render(request, "pages/city.html", context)
