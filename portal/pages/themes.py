"""Themes: what each comprehends, its practices, and where there are none yet."""

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
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
    everything, more = Everything(request), f"ambito={shown.slug}"
    count, coverage = everything.kept(f"theme-{shown.pk}", lambda: _coverage(shown, more, everything))
    main = Submission.objects.filter(main_theme=shown).annotate(submission=F("pk"))
    further = Submission.other_themes.through.objects.filter(theme=shown)
    context = {
        "theme": shown,
        "trail": [(reverse("themes"), _("Ambiti"))],
        "more": more,
        "count": count,
        "cards": newest_linked(main, further, count=count, most=NEWEST, everything=everything),
        "coverage": coverage,
    }
    return render(request, "pages/theme.html", context)


def _coverage(theme: Theme, more: str, everything: Everything) -> tuple[int, SafeString]:
    """How many practices it has, and in which territories as the page shows it."""
    further = Submission.other_themes.through.objects.filter(theme=theme)
    listed = Submission.objects.listed().filter(Q(main_theme=theme) | Q(pk__in=further.values("submission")))
    listing = f"{reverse('practices:list')}?{more}&territorio="
    found = places(everything.territories_with(by_territory(listed)), lambda region: f"{listing}{region.slug}")
    context = {
        "theme": theme,
        "map": draw(found),
        "covered": bars((place.name, place.url, place.count) for place in found if place.count),
        "uncovered": [place.name for place in found if not place.count],
    }
    return listed.count(), render_to_string("pages/_theme_coverage.html", context)


def uncovered(counted: list[tuple[Theme, int]]) -> list[Theme]:
    """Those that have none yet."""
    return [theme for theme, n in counted if not n]
