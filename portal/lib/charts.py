"""Values over time, as a drawing that needs no script, no colour and no particular width: `templates/_components/chart.html`.

One component for every chart of the portal with a time axis; plain counts are `portal.lib.bars`. The same numbers stand in a
table beside it, which is the caller's. What a reader has to tell apart differs in shape: series in marker and dash; declared
values are hollow, verified and counted ones filled, contested ones crossed out, approximate ones ringed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from portal.lib.axes import HEIGHT, LEFT, YEARS, Scale, Tick, Time, scale
from portal.lib.lettering import Lettering, Room
from portal.lib.numbers import number

Mark = Literal["declared", "verified", "contested", "counted"]
Kind = Literal["target", "baseline"]

# Around their centre, in pixels: circle, square, triangle, diamond, triangle upside down.
SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    "M-5 -5h10v10h-10z",
    "M0 -6l6 11h-12z",
    "M0 -7l7 7l-7 7l-7 -7z",
    "M0 6l6 -11h-12z",
)
# As many as share no divisor with the shapes: twenty series differ.
DASHES = ("", "9 4", "2 4", "9 4 2 4")


@dataclass(frozen=True)
class Point:
    """A value as it was read: the period as people state it, the day that it refers to, and how it is known."""

    label: str
    on: date
    value: Decimal
    is_approximate: bool = False
    mark: Mark = "declared"


@dataclass(frozen=True)
class Named:
    """A series among several, with its page where it has one."""

    name: str
    points: Sequence[Point]
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A point in its place; `words` is what it says in full."""

    point: Point
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Level:
    """A line across: the target or the baseline."""

    kind: Kind
    y: float
    words: Lettering


@dataclass(frozen=True)
class Line:
    """A series: its dots in the order of time, and in what it differs from the others."""

    name: str
    url: str
    number: int
    shape: str
    dash: str
    dots: list[Dot]

    @property
    def segments(self) -> list[tuple[Dot, Dot]]:
        """From each dot to the next."""
        return list(zip(self.dots, self.dots[1:], strict=False))


@dataclass(frozen=True)
class Chart:
    """Without lines, nothing was read yet: the component says so."""

    title: str
    unit: str
    summary: str
    lines: list[Line] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    upwards: list[Tick] = field(default_factory=list)
    across: list[Tick] = field(default_factory=list)
    words: list[Lettering] = field(default_factory=list)
    # How its values are known: the marks that it uses with what they mean.
    legend: list[tuple[Mark, str]] = field(default_factory=list)
    has_approximate: bool = False
    starts_at_zero: bool = True
    height: int = HEIGHT


def series(
    points: Sequence[Point],
    *,
    title: str,
    unit: str,
    baseline: Decimal | None = None,
    target: Decimal | None = None,
    summary: str = "",
) -> Chart:
    """One series. Without a `summary` the drawing is described by its first and last value."""
    levels: dict[Kind, Decimal | None] = {"target": target, "baseline": baseline}
    known = {kind: value for kind, value in levels.items() if value is not None}
    return _chart([Named("", points)], title, unit, summary or in_words(points, unit), known)


def several(all_series: Sequence[Named], *, title: str, unit: str, summary: str = "") -> Chart:
    """The same thing measured in several places; a series without points is left out."""
    having = [one for one in all_series if one.points]
    told = " ".join(f"{one.name}: {in_words(one.points, unit)}" for one in having)
    return _chart(having, title, unit, summary or told, {})


def in_words(points: Sequence[Point], unit: str) -> str:
    """How many values there are, with the first and the last one."""
    if not points:
        return _("Nessun valore.")
    ordered = _in_time(points)
    told = {"n": len(points), "unit": unit, "first": _value(ordered[0]), "since": ordered[0].label}
    if len(points) == 1:
        return _("Un solo valore: {first} {unit} ({since}).").format(**told)
    told |= {"last": _value(ordered[-1]), "until": ordered[-1].label}
    return _("{n} valori, da {first} {unit} ({since}) a {last} ({until}).").format(**told)


def _in_time(points: Sequence[Point]) -> list[Point]:
    return sorted(points, key=lambda point: point.on)


def _value(point: Point) -> str:
    return _("circa {value}").format(value=number(point.value)) if point.is_approximate else number(point.value)


def _known() -> dict[Mark, str]:
    known: dict[Mark, str] = {"declared": _("dichiarato"), "verified": _("verificato"), "contested": _("contestato")}
    return {**known, "counted": _("contato dal server")}


def _chart(all_series: Sequence[Named], title: str, unit: str, summary: str, levels: Mapping[Kind, Decimal]) -> Chart:
    points = [point for one in all_series for point in one.points]
    if not points:
        return Chart(title, unit, summary)
    upwards = scale([*(point.value for point in points), *levels.values()])
    time = Time(min(point.on for point in points), max(point.on for point in points))
    lines = [_line(place, one, upwards, time, unit) for place, one in enumerate(all_series)]
    room = Room()
    for tick in upwards.ticks:
        room.take(Lettering(tick.text, 0, tick.at - 4, "start"))
    for tick in time.ticks:
        room.take(Lettering(tick.text, tick.at, YEARS, tick.anchor))
    for dot in (dot for line in lines for dot in line.dots):
        room.mark(dot.x, dot.y)
    return Chart(
        title,
        unit,
        summary,
        lines,
        _levels(levels, upwards, room),
        upwards.ticks,
        time.ticks,
        words=_words(lines, room),
        legend=[(mark, words) for mark, words in _known().items() if any(point.mark == mark for point in points)],
        has_approximate=any(point.is_approximate for point in points),
        starts_at_zero=upwards.low <= 0,
    )


def _line(place: int, one: Named, upwards: Scale, time: Time, unit: str) -> Line:
    dots = [
        Dot(
            point,
            time.at(point.on),
            upwards.at(point.value),
            f"{f'{one.name}, ' if one.name else ''}{point.label}: {_value(point)} {unit}, {_known()[point.mark]}",
        )
        for point in _in_time(one.points)
    ]
    return Line(one.name, one.url, place + 1, SHAPES[place % len(SHAPES)], DASHES[place % len(DASHES)], dots)


def _levels(levels: Mapping[Kind, Decimal], upwards: Scale, room: Room) -> list[Level]:
    """The upper one has its words above it, the lower one below: they never meet. They are always written."""
    names: dict[Kind, str] = {"target": _("Valore atteso: {n}"), "baseline": _("Valore di partenza: {n}")}
    drawn: list[Level] = []
    for kind, value in sorted(levels.items(), key=lambda level: level[1], reverse=True):
        y, text = upwards.at(value), names[kind].format(n=number(value))
        places = [
            Lettering(text, x, y + 16 if drawn else y - 5, anchor)
            for x, anchor in ((100, "end"), (55, "middle"), (LEFT, "start"))
        ]
        drawn.append(Level(kind, y, room.take(*places) or places[0]))
    return drawn


def _words(lines: Sequence[Line], room: Room) -> list[Lettering]:
    """Values beside their dots, of several series the number after the last one; where there is no room, nothing.

    The last matters most, then the first.
    """
    found: list[Lettering | None] = []
    for line in lines:
        if line.name:
            found.append(room.after(str(line.number), line.dots[-1].x, line.dots[-1].y))
        else:
            for dot in (line.dots[-1], *line.dots[:-1]):
                about = "≈ " if dot.point.is_approximate else ""
                found.append(room.beside(f"{about}{number(dot.point.value)}", dot.x, dot.y))
    return [words for words in found if words]
