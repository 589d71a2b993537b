"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.models import Agreement
from networks.models import Network
from portal.lib.public_page import public_page
from portal.lib.tilemap import draw
from portal.news.concerning import latest
from portal.pages import linked_data
from portal.pages.counts import by_territory, by_theme, number_of
from practices.cards import cards
from practices.models import Submission

NEWEST = 6
NEWS = 3
AGREEMENTS = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Search, the map, what is new, themes, networks and agreements."""
    listed = Submission.objects.listed()
    territories = by_territory(listed)
    links = Submission.municipalities.through.objects.filter(submission__in=listed)
    counted = cards(listed).annotate(total=number_of(listed), towns=number_of(links, "municipality"))
    newest = list(counted[:NEWEST])
    context = {
        "places": territories,
        "about": linked_data.of_site(),
        "map": draw(territories),
        "covered": sum(bool(place.count) for place in territories),
        "figures": {"practices": newest[0].total, "towns": newest[0].towns} if newest else {"practices": 0, "towns": 0},
        "newest": newest,
        "news": latest(NEWS),
        "themes": by_theme(listed),
        "networks": Network.objects.select_related("programme"),
        "agreements": Agreement.objects.only("title", "slug", "kind", "signed_on", "signed_on_precision")[:AGREEMENTS],
    }
    return render(request, "pages/home.html", context)
