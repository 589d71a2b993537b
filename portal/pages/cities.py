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
from portal.pages.everything import Everything
from portal.pages.networks import with_periods
from portal.pages.newest import newest_linked
from practices.labels import address
from practices.models import Submission

NEWEST = 20


@public_page
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """Its practices, networks and agreements, and towns like it; where there is nothing, where to look instead.

    An old address, and that of a town which is part of another one, lead there for good.
    """
    town = Municipality.objects.select_related("province__region").at([slug]).get(slug)
    if town is None:
        raise Http404
    if town.slug != slug:
        return HttpResponsePermanentRedirect(address(town))
    links = Submission.municipalities.through.objects.filter(municipality=town)
    everything = Everything(request)
    count = next((other.practice_count for other in everything.towns if other.pk == town.pk), 0)
    unions = Organisation.municipalities.through.objects.filter(municipality=town)
    bodies = list(Organisation.objects.filter(Q(municipality=town) | Q(pk__in=unions.values("organisation"))))
    memberships = Membership.objects.filter(organisation__in=bodies).select_related("network", "organisation")
    region = town.province.region
    context = {
        "town": town,
        "about": linked_data.of_city(town),
        "region": region,
        "trail": [(reverse("territories"), _("Territori")), (address(region), region.name)],
        "more": f"comune={town.slug}",
        "show_organisation": len(bodies) > 1,
        "count": count,
        "cards": newest_linked(links, count=count, most=NEWEST, everything=everything),
        "bodies": bodies,
        "merged": town.merged_from.select_related("province", "organisation"),
        "members": with_periods(memberships.order_by("network__name", "organisation__sort_name")),
        "agreements": Agreement.objects.filter(parties__organisation__in=bodies).distinct(),
        "neighbours": [] if count else [other for other in everything.towns if other.province == town.province_id],
        "concerning": of_town(town),
        "alike": alike(town, (other for other in everything.towns if other.pk != town.pk and not other.has_ceased)),
    }
    return render(request, "pages/city.html", context)
