"""The page of a town."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from networks.alike import alike
from networks.models import Membership, Municipality, Organisation
from portal.lib.public_page import public_page
from portal.news.concerning import of_town
from portal.pages import linked_data
from portal.pages.counts import number_of, towns_with_practices
from portal.pages.networks import with_periods
from practices.cards import cards
from practices.labels import address
from practices.models import Submission

NEWEST = 20


@public_page
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, networks and agreements, and towns like it; where there is nothing, where to look instead.

    An old address, and that of a town which is part of another one, lead there for good.
    """
    town = _found(slug)
    if town.slug != slug:
        return HttpResponsePermanentRedirect(address(town))
    links = Submission.municipalities.through.objects.filter(municipality=town)
    listed = Submission.objects.listed().filter(pk__in=links.values("submission"))
    bodies = list(Organisation.objects.filter(Q(municipality=town) | Q(municipalities=town)).distinct())
    memberships = Membership.objects.filter(organisation__in=bodies).select_related("network", "organisation")
    newest = list(cards(listed).annotate(total=number_of(listed))[:NEWEST])
    region, count = town.province.region, newest[0].total if newest else 0
    context = {
        "town": town,
        "about": linked_data.of_city(town),
        "region": region,
        "trail": [(reverse("territories"), _("Territori")), (address(region), region.name)],
        "more": f"comune={town.slug}",
        "show_organisation": len(bodies) > 1,
        "count": count,
        "newest": newest,
        "bodies": bodies,
        "merged": town.merged_from.select_related("province", "organisation"),
        "members": with_periods(memberships.order_by("network__name", "organisation__sort_name")),
        "agreements": Agreement.objects.filter(parties__organisation__in=bodies).distinct(),
        "neighbours": [] if count else towns_with_practices(Municipality.objects.filter(province=town.province)),
        "concerning": of_town(town),
        "alike": alike(town, towns_with_practices(Municipality.objects.all()), "-practice_count"),
    }
    return render(request, "pages/city.html", context)


def _found(slug: str) -> Municipality:
    """The town at an address, present or old; of one that became part of another, the one that it is part of today."""
    towns = Municipality.objects.select_related("province__region")
    town = towns.filter(slug=slug).first() or towns.filter(old_slugs__slug=slug).first()
    if town is None:
        raise Http404
    passed = {town.pk}
    while town.merged_into_id and town.merged_into_id not in passed:
        passed.add(town.merged_into_id)
        town = towns.get(pk=town.merged_into_id)
    return town
