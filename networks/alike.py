"""Towns like this one: the same size, the same kind of territory, a similar share of foreign residents, and the reason said."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from networks.models import Municipality
from networks.sizes import size_class

LIMIT = 6
# How far the shares of foreign residents may be from each other: two percentage points.
MARGIN = 0.02


class Compared(Protocol):
    """What a town is compared by: its class of size and its share of foreign residents, where they are known, and where it is."""

    @property
    def size(self) -> str | None: ...
    @property
    def is_provincial_capital(self) -> bool: ...
    @property
    def province(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def share(self) -> float | None: ...


T = TypeVar("T", bound=Compared)
# What two towns have in common: size, whether they are capitals, province, else territory, share of foreign residents.
Common = tuple[bool, bool, bool, bool, bool]


@dataclass(frozen=True)
class Alike(Generic[T]):
    """A town and why it is shown."""

    town: T
    reasons: list[str]


def alike(town: Municipality, candidates: Iterable[T], limit: int = LIMIT) -> list[Alike[T]]:
    """Of the candidates those that have most in common; of those that have as much, the first ones.

    What is not known of the town is not compared. That both are no capitals is true of almost all, and is not enough alone.
    """
    compare, is_weak = _comparing(town), not town.is_provincial_capital
    compared = ((compare(other), other) for other in candidates)
    scored = ((sum(common), common, other) for common, other in compared)
    enough = [row for row in scored if row[0] > (is_weak and row[1][1])]
    best = heapq.nlargest(limit, enough, key=lambda row: row[0])
    reasons = _reasons(town)
    return [
        Alike(other, [reason for reason, has in zip(reasons, common, strict=True) if has]) for _points, common, other in best
    ]


def share_of_foreign_residents(town: Municipality) -> float | None:
    """Between 0 and 1, to the millionth; none where it is not known."""
    if not town.population or town.foreign_residents is None:
        return None
    return round(town.foreign_residents / town.population, 6)


def _comparing(town: Municipality) -> Callable[[Compared], Common]:
    """What another town has in common with this one: looked for in thousands of them on each page."""
    size, is_capital, province, region = (
        size_class(town.population),
        town.is_provincial_capital,
        town.province_id,
        town.province.region_id,
    )
    share = share_of_foreign_residents(town)
    # Where it is not known, nothing lies between.
    lowest, highest = (1.0, 0.0) if share is None else (round(share - MARGIN, 6), round(share + MARGIN, 6))

    def compare(other: Compared) -> Common:
        is_near = other.province == province
        return (
            size is not None and other.size == size,
            other.is_provincial_capital == is_capital,
            is_near,
            not is_near and other.region == region,
            other.share is not None and lowest <= other.share <= highest,
        )

    return compare


def _reasons(town: Municipality) -> list[str]:
    """In the order of `Common`; of what is not known empty."""
    size, share = size_class(town.population), share_of_foreign_residents(town)
    capital = _("capoluogo di provincia come questo") if town.is_provincial_capital else _("non capoluogo, come questo")
    like = _("quota simile di residenti stranieri (qui %s%%)")
    return [
        _("stessa classe di popolazione (%s)") % size.label if size else "",
        capital,
        _("stessa provincia (%s)") % town.province.name,
        _("stesso territorio (%s)") % town.province.region.name,
        "" if share is None else like % number_format(share * 100, 1),
    ]
