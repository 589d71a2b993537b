"""Themes: what each comprehends, its practices, and where there are none yet."""

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.bars import bars
from portal.lib.public_page import public_page
from portal.lib.tilemap import draw
from portal.pages.counts import by_territory, places
from portal.pages.everything import Everything
from portal.pages.newest import newest_linked
from practices.models import Submission, Theme

NEWEST = 10


@public_page
def themes(request: HttpRequest) -> HttpResponse:
    """All of them, with the number of practices."""
    return render(request, "pages/themes.html", {"themes": Everything(request).themes})


@public_page
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """What it comprehends, its newest practices, and its coverage by territory."""
    shown = get_object_or_404(Theme, slug=slug)
    everything = Everything(request)
    main = Submission.objects.filter(main_theme=shown).annotate(submission=F("pk"))
    further = Submission.other_themes.through.objects.filter(theme=shown)
    listed = Submission.objects.listed().filter(Q(main_theme=shown) | Q(pk__in=further.values("submission")))
    count, by_region = everything.kept(f"theme-{shown.pk}", lambda: (listed.count(), by_territory(listed)))
    more = f"ambito={shown.slug}"
    listing = f"{reverse('practices:list')}?{more}&territorio="
    found = places(everything.territories_with(by_region), lambda region: f"{listing}{region.slug}")
    context = {
        "theme": shown,
        "trail": [(reverse("themes"), _("Ambiti"))],
        "more": more,
        "count": count,
        "cards": newest_linked(main, further, count=count, most=NEWEST, everything=everything),
        "map": draw(found),
        "covered": bars((place.name, place.url, place.count) for place in found if place.count),
        "uncovered": [place.name for place in found if not place.count],
    }
    return render(request, "pages/theme.html", context)


def uncovered(counted: list[tuple[Theme, int]]) -> list[Theme]:
    """Those that have none yet."""
    return [theme for theme, n in counted if not n]
