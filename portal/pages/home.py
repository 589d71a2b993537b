"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.models import Agreement
from networks.models import Network
from portal.lib.public_page import public_page
from portal.news.concerning import latest
from portal.pages import linked_data
from portal.pages.everything import Everything
from portal.pages.newest import newest
from practices.models import Submission

NEWEST = 6
NEWS = 3
AGREEMENTS = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Search, the map, what is new, themes, networks and agreements."""
    everything = Everything(request)
    context = {
        "everything": everything,
        "about": linked_data.of_site(),
        "covered": sum(1 for _region, n in everything.territories if n),
        "cards": newest(Submission.objects.listed(), NEWEST, everything),
        "news": latest(NEWS),
        "networks": Network.objects.select_related("programme"),
        "agreements": Agreement.objects.only("title", "slug", "kind", "signed_on", "signed_on_precision")[:AGREEMENTS],
    }
    return render(request, "pages/home.html", context)
