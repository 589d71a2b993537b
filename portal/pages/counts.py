"""How many of some listed practices there are by territory and by theme, each in one grouped query; and bars of such numbers."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Count, F, Model, QuerySet
from django.urls import reverse

from networks.models import Region
from portal.lib.bars import Bar, bars
from portal.lib.tilemap import Place
from practices.models import Submission

Row = TypeVar("Row", bound=Model)

# From a submission to its territories.
TERRITORY = "municipalities__province__region"
# A practice counts once, in however many towns of a territory it is.
PRACTICES = Count("submission", distinct=True)


def territory_page(region: Region) -> str:
    """Where the tile of a territory leads, unless a page says otherwise."""
    return reverse("territory", args=[region.slug])


def by_territory(listed: QuerySet[Submission]) -> dict[Any, int]:
    """The territories that have any of them, by primary key."""
    links: Any = Submission.municipalities.through.objects.filter(submission__in=listed)
    return dict(links.order_by().values_list("municipality__province__region").annotate(n=PRACTICES))


def by_theme(listed: QuerySet[Submission]) -> dict[Any, int]:
    """The themes that any of them has, main or further, by primary key."""
    main: Any = listed.order_by().filter(main_theme__isnull=False).values_list("main_theme")
    further = _further(listed).values_list("theme").annotate(n=Count("pk"))
    return summed(main.annotate(n=Count("pk")), further)


def by_theme_and_territory(listed: QuerySet[Submission]) -> dict[tuple[Any, Any], int]:
    """By the primary keys of both. A practice counts once for each of its themes in each of its territories."""
    links: Any = Submission.municipalities.through.objects.filter(submission__in=listed).order_by()
    main = links.filter(submission__main_theme__isnull=False)
    main = main.values_list("submission__main_theme", "municipality__province__region").annotate(n=PRACTICES)
    return summed(main, in_territories(_further(listed), "theme"))


def in_territories(links: QuerySet[Any], row: str) -> QuerySet[Any, Any]:
    """By what the links name in the column `row` and by territory."""
    placed: Any = links.filter(submission__municipalities__isnull=False).order_by()
    counted: QuerySet[Any, Any] = placed.values_list(row, f"submission__{TERRITORY}").annotate(n=PRACTICES)
    return counted


def summed(*parts: QuerySet[Any, Any]) -> dict[Any, int]:
    """Rows that end in a number, summed by what stands before it; one query."""
    found: Counter[Any] = Counter()
    for *key, n in parts[0].union(*parts[1:], all=True):
        found[tuple(key) if len(key) > 1 else key[0]] += n
    return dict(found)


def _further(listed: QuerySet[Submission]) -> Any:
    """Links to themes that are not the main one of the same practice."""
    links: Any = Submission.other_themes.through.objects.filter(submission__in=listed).order_by()
    return links.exclude(submission__main_theme=F("theme"))


def places(counted: Iterable[tuple[Region, int]], address: Callable[[Region], str] = territory_page) -> list[Place]:
    """Territories with their numbers, as the map draws them."""
    return [
        Place(
            name=region.name,
            abbreviation=region.abbreviation,
            row=region.tile_row,
            column=region.tile_column,
            count=count,
            url=address(region),
        )
        for region, count in counted
    ]


def in_list(counted: Iterable[tuple[Any, int]], more: str, name: str) -> list[Bar]:
    """Bars of those that have practices, each leading to the list: the query `more` with its filter `name`."""
    listing = reverse("practices:list")
    return bars((str(row), f"{listing}?{more}&{name}={row.slug}", n) for row, n in counted if n)


def most_first(rows: Iterable[Row], counted: Iterable[tuple[Any, Any, int]]) -> dict[Any, list[tuple[Row, int]]]:
    """By territory the rows that have practices there, the most frequent first, else in their own order."""
    found: dict[Any, dict[Any, int]] = {}
    for row, territory, n in counted:
        found.setdefault(territory, {})[row] = n
    ordered = list(rows)
    return {
        territory: sorted(((row, ns[row.pk]) for row in ordered if row.pk in ns), key=lambda counted: -counted[1])
        for territory, ns in found.items()
    }
