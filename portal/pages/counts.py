"""How many listed practices there are by territory, town, theme, fund and target group: one query each."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from networks.models import Municipality, Region
from portal.lib.bars import Bar, bars
from portal.lib.tilemap import Place
from practices.models import Fund, FundingLine, Submission, TargetGroup, Theme


def territory_page(region: Region) -> str:
    """Where the tile of a territory leads, unless a page says otherwise."""
    return reverse("territory", args=[region.slug])


def by_territory(listed: QuerySet[Submission], address: Callable[[Region], str] = territory_page) -> list[Place]:
    """The 21 by name, with the number of these practices in each."""
    links = Submission.municipalities.through.objects.filter(submission__in=listed)
    counted = Region.objects.annotate(practice_count=_number(links, "municipality__province__region"))
    return places(((region, region.practice_count) for region in counted), address)


def places(counted: Any, address: Callable[[Region], str] = territory_page) -> list[Place]:
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


def towns_with_practices(municipalities: QuerySet[Municipality]) -> QuerySet[Municipality]:
    """Those with listed practices, each with its `practice_count`, the greatest first."""
    having = municipalities.filter(submissions__in=Submission.objects.listed())
    counted = having.annotate(practice_count=Count("submissions", distinct=True))
    return counted.select_related("province").order_by("-practice_count", "sort_name", "pk")


def by_theme(listed: QuerySet[Submission]) -> list[tuple[Theme, int]]:
    """The themes to choose from, and retired ones that have practices, main or further; in the chief editors' order."""
    main = listed.annotate(submission=F("pk"))
    links = Submission.other_themes.through.objects.filter(submission__in=listed)
    further = links.exclude(submission__main_theme=F("theme"))
    counted = Theme.objects.annotate(practice_count=_number(main, "main_theme") + _number(further, "theme"))
    shown = counted.filter(Q(is_active=True) | Q(practice_count__gt=0))
    return [(theme, theme.practice_count) for theme in shown]


def by_fund(listed: QuerySet[Submission]) -> list[tuple[Fund, int]]:
    """The funds that pay for any of these practices, the most used first."""
    lines = FundingLine.objects.filter(submission__in=listed)
    return _having(Fund.objects.annotate(practice_count=_number(lines, "fund")))


def by_target_group(listed: QuerySet[Submission]) -> list[tuple[TargetGroup, int]]:
    """The groups that any of these practices is for, the most frequent first."""
    links = Submission.target_groups.through.objects.filter(submission__in=listed)
    return _having(TargetGroup.objects.annotate(practice_count=_number(links, "targetgroup")))


def in_list(counted: Iterable[tuple[Any, int]], more: str, name: str) -> list[Bar]:
    """Bars of those that have practices, each leading to the list: the query `more` with its filter `name`."""
    listing = reverse("practices:list")
    return bars((str(row), f"{listing}?{more}&{name}={row.slug}", n) for row, n in counted if n)


def number_of(rows: QuerySet[Any], column: str = "pk") -> Subquery:
    """How many different values of a column there are: beside the rows of another query, instead of one of its own."""
    counted = Func(F(column), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)")
    return Subquery(rows.order_by().annotate(n=counted).values("n"), output_field=IntegerField())


def _having(counted: QuerySet[Any]) -> list[tuple[Any, int]]:
    rows = counted.filter(practice_count__gt=0).order_by("-practice_count", "position", "name")
    return [(row, row.practice_count) for row in rows]


def _number(links: QuerySet[Any], row: str) -> Combinable:
    """How many different submissions are linked to each row; `row` is the links' column that names it."""
    of_row = links.filter(**{row: OuterRef("pk")}).order_by().values(row)
    return Coalesce(Subquery(of_row.annotate(n=Count("submission", distinct=True)).values("n")), 0)
