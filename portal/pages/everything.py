"""What is true of all listed practices together: how many there are, by territory, town and theme.

It changes with the version of the content alone, and is worked out once for it, by the first page that asks; all others find it
kept. Each number is one grouped query, and none is worked out for pages that do not show it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from networks.alike import share_of_foreign_residents
from networks.models import Municipality, Region
from networks.sizes import size_class
from portal.lib.tilemap import Map, Place, draw
from portal.pages import counts
from practices.models import Submission, Theme

T = TypeVar("T")


class Town(NamedTuple):
    """A town with listed practices: its number of them, and what towns are compared by (`networks.alike`)."""

    pk: str
    slug: str
    name: str
    practice_count: int
    has_ceased: bool
    size: str | None
    is_provincial_capital: bool
    province: str
    region: str
    share: float | None

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("city", args=[self.slug])


class Everything:
    """For the pages of one version of the content; each number is read when it is asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.version: str = request.page_version  # type: ignore[attr-defined]  # written there by `public_page`

    def kept(self, name: str, work_out: Callable[[], T]) -> T:
        """What was worked out under this name for this version, now or before."""
        return cast(T, caches["fragments"].get_or_set(f"{name}-{self.version}", work_out))

    @cached_property
    def number(self) -> int:
        """Of all listed practices."""
        return self.kept("listed", Submission.objects.listed().count)

    @cached_property
    def territories(self) -> list[tuple[Region, int]]:
        """The 21 by name, with their practices."""
        return self.territories_with(self.kept("by-territory", lambda: counts.by_territory(Submission.objects.listed())))

    def territories_with(self, numbers: Mapping[Any, int]) -> list[tuple[Region, int]]:
        """The 21 by name, with the numbers of some of the practices, by primary key."""
        regions = self.kept("territories", lambda: list(Region.objects.all()))
        return [(region, numbers.get(region.pk, 0)) for region in regions]

    def places(self) -> list[Place]:
        """The 21 as the map draws them, each leading to its page."""
        return counts.places(self.territories)

    def map(self) -> Map:
        """Their map."""
        return draw(self.places())

    @cached_property
    def themes(self) -> list[tuple[Theme, int]]:
        """The themes to choose from, and retired ones that have practices, main or further; in the chief editors' order."""
        return self.themes_with(self.kept("by-theme", lambda: counts.by_theme(Submission.objects.listed())))

    def themes_with(self, numbers: Mapping[Any, int]) -> list[tuple[Theme, int]]:
        """The same with the numbers of some of the practices, by primary key."""
        themes = self.kept("themes", lambda: list(Theme.objects.all()))
        counted = ((theme, numbers.get(theme.pk, 0)) for theme in themes)
        return [(theme, n) for theme, n in counted if theme.is_active or n]

    @cached_property
    def number_of_towns(self) -> int:
        """That have listed practices."""
        return self.kept("towns-number", lambda: len(counts.by_town(Submission.objects.listed())))

    @cached_property
    def towns(self) -> list[Town]:
        """Those with listed practices, the greatest number first."""
        return self.kept("towns", _towns)


def _towns() -> list[Town]:
    found = counts.by_town(Submission.objects.listed())
    rows = Municipality.objects.filter(pk__in=found).select_related("province").order_by("sort_name", "pk")
    towns = [
        Town(
            town.pk,
            town.slug,
            str(town),
            found[town.pk],
            town.ceased_on is not None,
            size_class(town.population),
            town.is_provincial_capital,
            town.province_id,
            town.province.region_id,
            share_of_foreign_residents(town),
        )
        for town in rows
    ]
    return sorted(towns, key=lambda town: -town.practice_count)
