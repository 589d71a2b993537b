"""Themes: what each comprehends, its practices, and where there are none yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.bars import bars
from portal.lib.public_page import public_page
from portal.lib.tilemap import draw
from portal.pages.counts import by_territory, by_theme
from practices.cards import cards
from practices.models import Submission, Theme

NEWEST = 10


@public_page
def themes(request: HttpRequest) -> HttpResponse:
    """All of them, with the number of practices."""
    return render(request, "pages/themes.html", {"themes": by_theme(Submission.objects.listed())})


@public_page
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """What it comprehends, its newest practices, and its coverage by territory."""
    shown = get_object_or_404(Theme, slug=slug)
    links = Submission.other_themes.through.objects.filter(theme=shown)
    listed = Submission.objects.listed()
    listed = listed.filter(main_theme=shown) | listed.filter(pk__in=links.values("submission"))
    more = f"ambito={shown.slug}"
    places = by_territory(listed, lambda region: f"{reverse('practices:list')}?{more}&territorio={region.slug}")
    context = {
        "theme": shown,
        "trail": [(reverse("themes"), _("Ambiti"))],
        "more": more,
        "count": listed.count(),
        "newest": cards(listed)[:NEWEST],
        "map": draw(places),
        "covered": bars((place.name, place.url, place.count) for place in places if place.count),
        "uncovered": [place.name for place in places if not place.count],
    }
    return render(request, "pages/theme.html", context)


def uncovered(counted: list[tuple[Theme, int]]) -> list[Theme]:
    """Those that have none yet."""
    return [theme for theme, n in counted if not n]
