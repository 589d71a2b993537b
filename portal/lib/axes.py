"""The axes of a chart: round numbers upwards, time in proportion across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.formats import date_format

from portal.lib.numbers import number

# Across in hundredths of the drawing, so that a chart takes the width that it finds; the left is kept for the numbers.
LEFT, RIGHT = 16, 94
# Upwards in pixels, so that words keep their size.
TOP, BOTTOM, YEARS, HEIGHT = 44, 224, 246, 270
MOST_ACROSS = 6  # ticks: on a narrow phone there is room for as many years
_INTERVALS = 4


@dataclass(frozen=True)
class Tick:
    """A place on an axis with its words; `anchor` says on which side of it they stand."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Scale:
    """From values to pixels below the upper edge, with round numbers on the way."""

    low: Decimal
    high: Decimal
    step: Decimal

    def at(self, value: Decimal) -> float:
        """Where a value between the lowest and the highest number of the axis is drawn."""
        return round(BOTTOM - float((value - self.low) / (self.high - self.low)) * (BOTTOM - TOP), 2)

    @property
    def ticks(self) -> list[Tick]:
        """The round numbers, the lowest first."""
        count = int((self.high - self.low) / self.step)
        return [Tick(self.at(value), number(value)) for value in (self.low + self.step * i for i in range(count + 1))]


def scale(values: Sequence[Decimal]) -> Scale:
    """An axis for these values: from zero, unless they differ by less than a quarter of the greatest.

    Where all are whole, so are its numbers. There is at least one value.
    """
    low, high = min(values), max(values)
    if not 0 < high - low < high / 4 or low < 0:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    high = low + 1 if high == low else high
    step = _round_step((high - low) / _INTERVALS)
    if all(value == value.to_integral_value() for value in values):
        step = max(step, Decimal(1))
    return Scale(_to_step(low, step, ROUND_FLOOR), _to_step(high, step, ROUND_CEILING), step)


def _round_step(least: Decimal) -> Decimal:
    """The first of 1, 2, 5, 10, 20, 50, … and of their decimals that is not less."""
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _to_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding) * step


@dataclass(frozen=True)
class Time:
    """From days to hundredths of the width."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """In proportion to the days that have passed; a single day stands in the middle."""
        days = (self.last - self.first).days
        share = (day - self.first).days / days if days else 0.5
        return round(LEFT + share * (RIGHT - LEFT), 2)

    @property
    def ticks(self) -> list[Tick]:
        """The beginnings of years, not too many; of a shorter time its first and last day."""
        years = [
            day
            for year in range(self.first.year, self.last.year + 1)
            if self.first <= (day := date(year, 1, 1)) <= self.last
        ]
        if len(years) > 1:
            every = -(-len(years) // MOST_ACROSS)
            return [Tick(self.at(day), str(day.year)) for day in years[::every]]
        if self.first == self.last:
            return [Tick(self.at(self.first), _day(self.first))]
        return [Tick(self.at(self.first), _day(self.first), "start"), Tick(self.at(self.last), _day(self.last), "end")]


def _day(day: date) -> str:
    return date_format(day, "j M Y").lower()
