"""What was measured, as a reader sees it: each indicator with its readings, their corrections and their chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.lib import charts
from portal.lib.charts import Chart, Point
from portal.lib.numbers import number
from practices.labels import Item
from practices.models import Indicator, Reading
from practices.presentation import source


@dataclass(frozen=True)
class ReadingRow:
    """A reading with its value in words, the link to its source where the source is one, and what was said before it."""

    reading: Reading
    value: str
    source: Item
    # The values that it corrects, the latest first.
    before: list[str]

    @property
    def corrected_on(self) -> date | None:
        """When it took the place of another."""
        return timezone.localdate(self.reading.declared_at) if self.before else None


@dataclass(frozen=True)
class Measured:
    """An indicator with its readings that are not superseded; its chart from two of them on."""

    indicator: Indicator
    baseline: str
    target: str
    rows: list[ReadingRow]
    chart: Chart | None

    @property
    def points(self) -> list[Point]:
        """For a chart of several."""
        return [point(row.reading) for row in self.rows]


def with_readings(indicators: QuerySet[Indicator]) -> QuerySet[Indicator]:
    """With all that `measure` needs: two queries, however many there are."""
    return indicators.select_related("common").prefetch_related(Prefetch("readings", Reading.objects.order_by("on", "pk")))


def measure(indicators: Iterable[Indicator], sources: Mapping[int, str] | None = None) -> list[Measured]:
    """Of indicators read by `with_readings`. `sources`: by practice, where its page is from; that of a value that names none."""
    return [_measured(one, (sources or {}).get(one.practice_id, "")) for one in indicators]


def _measured(indicator: Indicator, otherwise: str) -> Measured:
    every = list(indicator.readings.all())
    earlier = {one.superseded_by_id: one for one in every if one.superseded_by_id}
    current = [one for one in every if one.superseded_by_id is None]
    rows = [
        ReadingRow(one, in_words(one), source(one.source or indicator.source or otherwise), _before(one, earlier))
        for one in current
    ]
    chart = None
    if len(rows) > 1:
        points = [point(one) for one in current]
        title = f"{indicator.name} ({indicator.unit})"
        chart = charts.series(points, title=title, unit=indicator.unit, baseline=indicator.baseline, target=indicator.target)
    return Measured(
        indicator,
        "" if indicator.baseline is None else number(indicator.baseline),
        "" if indicator.target is None else number(indicator.target),
        rows,
        chart,
    )


def _before(reading: Reading, earlier: dict[int, Reading]) -> list[str]:
    found: list[str] = []
    while reading.pk in earlier:
        reading = earlier[reading.pk]
        found.append(in_words(reading))
    return found


def point(reading: Reading) -> Point:
    """As a chart draws it."""
    return Point(reading.period, reading.on, reading.value, reading.is_approximate, reading.state)


def in_words(reading: Reading) -> str:
    """oltre 1.000, with the word that people used; *circa* where they only said that it is approximate."""
    if not reading.is_approximate:
        return number(reading.value)
    word = reading.get_approximation_display() if reading.approximation else _("circa")
    return f"{word} {number(reading.value)}"
