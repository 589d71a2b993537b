"""Towns like this one: the same size, the same kind of territory, a similar share of foreign residents, and the reason said."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from networks.models import Municipality
from networks.sizes import range_of, size_class

LIMIT = 6
# How far the shares of foreign residents may be from each other: two percentage points.
MARGIN = 0.02


class Compared(Protocol):
    """What is known of a town that this one is compared with; province and region by their keys."""

    @property
    def population(self) -> int | None: ...
    @property
    def foreign_residents(self) -> int | None: ...
    @property
    def is_provincial_capital(self) -> bool: ...
    @property
    def province(self) -> str: ...
    @property
    def region(self) -> str: ...


T = TypeVar("T", bound=Compared)


@dataclass(frozen=True)
class Likeness:
    """Something that a town may have in common with another, as a condition on the other and in words.

    What almost every town has in common adds to the others but is not enough alone.
    """

    holds: Callable[[Compared], bool]
    reason: str
    is_enough: bool = True


@dataclass(frozen=True)
class Alike(Generic[T]):
    """A town and why it is shown."""

    town: T
    reasons: list[str]


def alike(town: Municipality, candidates: Iterable[T], limit: int = LIMIT) -> list[Alike[T]]:
    """Of the candidates those that have most in common; of those that have as much, the first ones.

    What is not known of the town is not compared.
    """
    likenesses = _likenesses(town)
    found = ((other, [likeness for likeness in likenesses if likeness.holds(other)]) for other in candidates)
    enough = ((other, common) for other, common in found if any(likeness.is_enough for likeness in common))
    best = heapq.nlargest(limit, enough, key=lambda pair: len(pair[1]))
    return [Alike(other, [likeness.reason for likeness in common]) for other, common in best]


def share_of_foreign_residents(town: Municipality) -> float | None:
    """Between 0 and 1; none where it is not known."""
    if not town.population or town.foreign_residents is None:
        return None
    return town.foreign_residents / town.population


def _likenesses(town: Municipality) -> list[Likeness]:
    """What can be compared, with what is known of the town. Its province or else its territory is always known."""
    province, region = town.province, town.province.region
    found = []
    if size := size_class(town.population):
        lowest, highest = range_of(size)
        found.append(Likeness(_within(lowest, highest), _("stessa classe di popolazione (%s)") % size.label))
    if town.is_provincial_capital:
        found.append(Likeness(lambda other: other.is_provincial_capital, _("capoluogo di provincia come questo")))
    else:
        words = _("non capoluogo, come questo")
        found.append(Likeness(lambda other: not other.is_provincial_capital, words, is_enough=False))
    found.append(Likeness(lambda other: other.province == province.pk, _("stessa provincia (%s)") % province.name))
    words = _("stesso territorio (%s)") % region.name
    found.append(Likeness(lambda other: other.region == region.pk and other.province != province.pk, words))
    share = share_of_foreign_residents(town)
    if share is not None:
        words = _("quota simile di residenti stranieri (qui %s%%)") % number_format(share * 100, 1)
        found.append(Likeness(_near(share), words))
    return found


def _within(lowest: int | None, highest: int | None) -> Callable[[Compared], bool]:
    """That the other's population is known and in this class."""
    least, most = lowest or 0, float("inf") if highest is None else highest
    return lambda other: other.population is not None and least <= other.population <= most


def _near(share: float) -> Callable[[Compared], bool]:
    """That the other's share is within the margin; multiplied, because a town may have no inhabitants."""
    lowest, highest = round(share - MARGIN, 6), round(share + MARGIN, 6)

    def holds(other: Compared) -> bool:
        people, foreign = other.population, other.foreign_residents
        return bool(people) and foreign is not None and people * lowest <= foreign <= people * highest  # type: ignore[operator]

    return holds
