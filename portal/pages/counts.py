"""How many of some listed practices there are by territory and by theme, each in one grouped query; and bars of such numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import CharField, Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from networks.models import Region
from portal.lib.bars import Bar, bars
from portal.lib.tilemap import Place
from practices.models import Submission

Row = TypeVar("Row", bound=Model)
# From a submission to its territories.
TERRITORY = "municipalities__province__region"
# Once each, in however many towns of a territory they are.
PRACTICES = Count("pk", distinct=True)


def territory_page(region: Region) -> str:
    """Where the tile of a territory leads, unless a page says otherwise."""
    return reverse("territory", args=[region.slug])


def by_territory(listed: QuerySet[Submission]) -> dict[Any, int]:
    """The territories that have any of them, by primary key."""
    return _summed(_counted(listed, TERRITORY))


def by_town(listed: QuerySet[Submission]) -> dict[Any, int]:
    """The towns that have any of them, by primary key."""
    return _summed(_counted(listed, "municipalities"))


def by_theme(listed: QuerySet[Submission]) -> dict[Any, int]:
    """The themes that any of them has, main or further, by primary key."""
    return _summed(_counted(listed, "main_theme"), _counted(_further(listed), "further"))


def by_theme_and_territory(listed: QuerySet[Submission]) -> dict[tuple[Any, Any], int]:
    """By the primary keys of both. A practice counts once for each of its themes in each of its territories."""
    return _summed(_counted(listed, "main_theme", TERRITORY), _counted(_further(listed), "further", TERRITORY))


def within(region: Region) -> dict[str, dict[Any, int]]:
    """Of one territory, and in it by town, theme, fund and target group; one query. Primary keys are texts."""
    mine = Submission.objects.listed().filter(**{TERRITORY: region})
    columns = {
        "region": TERRITORY,
        "town": "municipalities",
        "theme": "main_theme",
        "fund": "funding_lines__fund",
        "group": "target_groups",
    }
    parts = [_named(name, mine, column) for name, column in columns.items()]
    found: dict[str, dict[Any, int]] = {name: {} for name in columns}
    for (name, key), n in _summed(*parts, _named("theme", _further(mine), "further")).items():
        found[name][key] = n
    return found


def _further(listed: QuerySet[Submission]) -> QuerySet[Submission]:
    """A row for each further theme that is not the main one too."""
    return listed.annotate(further=F("other_themes")).filter(~Q(main_theme=F("further")))


def _counted(listed: QuerySet[Submission], *columns: str) -> QuerySet[Any, Any]:
    """By what stands in these columns, which may lead to other tables."""
    counted: QuerySet[Any, Any] = listed.order_by().values_list(*columns).annotate(n=PRACTICES)
    return counted


def _named(name: str, listed: QuerySet[Submission], column: str) -> QuerySet[Any, Any]:
    """The same with a name before it, and what stands in the column as text: for several kinds of rows in one query."""
    columns = {"name": Value(name, output_field=CharField()), "key": Cast(column, CharField())}
    counted: QuerySet[Any, Any] = listed.order_by().values(**columns).annotate(n=PRACTICES).values_list("name", "key", "n")
    return counted


def _summed(*parts: QuerySet[Any, Any]) -> dict[Any, int]:
    """Rows that end in a number, summed by what stands before it, where that is anything; one query."""
    found: Counter[Any] = Counter()
    for *key, n in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        if None not in key:
            found[tuple(key) if len(key) > 1 else key[0]] += n
    return dict(found)


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


def most_first(rows: Iterable[Row], numbers: Mapping[str, int]) -> list[tuple[Row, int]]:
    """The rows that have practices, by their primary keys as text; the greatest number first, else in their own order."""
    counted = ((row, numbers.get(str(row.pk), 0)) for row in rows)
    return sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])
