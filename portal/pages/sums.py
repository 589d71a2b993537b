"""Common indicators over all practices: summed only where unit and definition agree."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

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
    """Of those that a listed practice measures; the chief editors' order; one query.

    Of each practice the latest reading counts: not corrected since, not contested, of an indicator that agrees if it has one.
    """
    readings = Reading.objects.current().filter(contested_at__isnull=True, indicator__common__isnull=False)
    told = readings.filter(indicator__in=Indicator.objects.listed()).select_related("indicator__common").order_by("on", "pk")
    # The last one of each practice stays: the latest of those that agree, where there is any.
    latest = {(one.indicator.common_id, one.indicator.practice_id): one for one in sorted(told, key=_agrees)}
    by_common: dict[CommonIndicator, list[Reading]] = {}
    for one in latest.values():
        by_common.setdefault(cast(CommonIndicator, one.indicator.common), []).append(one)
    found = [_sum(common, rows) for common, rows in by_common.items()]
    return sorted((one for one in found if one.values), key=lambda one: (one.indicator.position, one.indicator.name))


def _sum(common: CommonIndicator, readings: Iterable[Reading]) -> Sum:
    readings = list(readings)
    same = [one for one in readings if _agrees(one)]
    years = [one.on.year for one in same] or [0]
    return Sum(
        common,
        [one.value for one in same],
        min(years),
        max(years),
        any(one.is_approximate for one in same),
        len(readings) - len(same),
    )


def _agrees(reading: Reading) -> bool:
    """Name and unit are still those of the common indicator."""
    own, common = reading.indicator, cast(CommonIndicator, reading.indicator.common)
    return (own.name, own.unit) == (common.name, common.unit)
