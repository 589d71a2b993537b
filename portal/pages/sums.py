"""Common indicators over all practices: summed only where unit and definition agree."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.lib.numbers import number
from practices.models import CommonIndicator, Indicator, Reading

# Shares and averages do not add up; they are told by how they are called.
_SHARE = re.compile(
    r"%|‰|\bper cento\b|\bpercentual|\bquota\b|\btasso\b|\bmedi[oi]?\b|(?<!scuola )\bmedia\b|(?<!scuole )\bmedie\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sum:
    """The latest values of one common indicator, one a practice. `left_out`: practices whose unit or name differs today."""

    indicator: CommonIndicator
    values: list[Decimal]
    first_year: int
    last_year: int
    is_approximate: bool
    left_out: int

    @property
    def total(self) -> str:
        """In words; empty where the values do not add up."""
        return "" if _SHARE.search(f"{self.indicator.name} {self.indicator.unit}") else number(sum(self.values, Decimal(0)))

    @property
    def years(self) -> str:
        """2021 or 2019–2023."""
        return str(self.last_year) if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"

    @property
    def lowest(self) -> str:
        """Of the values."""
        return number(min(self.values))

    @property
    def highest(self) -> str:
        """Of the values."""
        return number(max(self.values))


def sums() -> list[Sum]:
    """Of those that a listed practice measures; the chief editors' order; two queries.

    Of each practice the latest reading counts: not corrected since, not contested, of an indicator that agrees if it has one.
    """
    readings = Reading.objects.current().filter(contested_at__isnull=True, indicator__common__isnull=False)
    told: Any = readings.filter(indicator__in=Indicator.objects.listed()).order_by("on", "pk")
    common = {one.pk: one for one in CommonIndicator.objects.order_by("position", "name")}
    # The last one of each practice stays: the latest of those that agree, where there is any. Columns, since readings are many.
    latest: dict[tuple[int, int], tuple[bool, date, Decimal, bool]] = {}
    for of, practice, name, unit, on, value, is_approximate in told.values_list(*_COLUMNS):
        # Name and unit are still those of the common indicator.
        agrees = (name, unit) == (common[of].name, common[of].unit)
        if agrees or not latest.get((of, practice), (False,))[0]:
            latest[of, practice] = agrees, on, value, is_approximate
    rows: dict[int, list[tuple[bool, date, Decimal, bool]]] = {pk: [] for pk in common}
    for (of, _practice), row in latest.items():
        rows[of].append(row)
    return [found for pk, one in common.items() if (found := _sum(one, rows[pk])).values]


_COLUMNS = (
    "indicator__common",
    "indicator__practice",
    "indicator__name",
    "indicator__unit",
    "on",
    "value",
    "is_approximate",
)


def _sum(common: CommonIndicator, rows: list[tuple[bool, date, Decimal, bool]]) -> Sum:
    same = [(on.year, value, is_approximate) for agrees, on, value, is_approximate in rows if agrees]
    years = [year for year, _value, _approximate in same] or [0]
    return Sum(
        common,
        [value for _year, value, _approximate in same],
        min(years),
        max(years),
        any(is_approximate for _year, _value, is_approximate in same),
        len(rows) - len(same),
    )
