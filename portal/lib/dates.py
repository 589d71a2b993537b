"""Dates that are known to the day, the month or the year.

They are stored as a date and its precision. A beginning is stored as the first day of its period, an end as the last,
so that comparing the dates never contradicts what is known.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Precision(TextChoices):
    """How exactly a date is known."""

    DAY = "day", gettext_lazy("giorno")
    MONTH = "month", gettext_lazy("mese")
    YEAR = "year", gettext_lazy("anno")


_ISO = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A date with its precision; written as ISO 8601 with reduced precision: 2013, 2013-09 or 2013-09-24."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Raises ValueError when the text is not such a date or names a day that does not exist."""
        match = _ISO.fullmatch(text)
        if not match:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = (int(part) if part else None for part in match.groups())
        date(year or 0, month or 1, day or 1)
        return cls(year or 0, month, day)

    @classmethod
    def of(cls, value: date, precision: str) -> "PartialDate":
        """From the two stored columns."""
        return cls(
            value.year,
            None if precision == Precision.YEAR else value.month,
            value.day if precision == Precision.DAY else None,
        )

    @property
    def precision(self) -> Precision:
        """How much of it is known."""
        if self.day:
            return Precision.DAY
        return Precision.MONTH if self.month else Precision.YEAR

    @property
    def first_day(self) -> date:
        """How a beginning is stored."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """How an end is stored."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    def in_words(self) -> str:
        """24 settembre 2013, settembre 2013 or 2013, in the language of the page."""
        if self.day:
            return date_format(self.first_day, "j F Y")
        if self.month:
            return date_format(self.first_day, "F Y")
        return str(self.year)


def in_words(value: date | None, precision: str) -> str:
    """The stored date as a reader wants it; *data non nota* where there is none."""
    return PartialDate.of(value, precision).in_words() if value else _("data non nota")


def a_year_before(day: date) -> date:
    """What was said on an earlier day than this one is more than a year old; before 29 February, 1 March."""
    return date(day.year - 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def a_year_after(day: date) -> date:
    """The same day of the next year; after 29 February, the 28th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
