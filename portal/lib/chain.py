"""A small drawing of what comes from what: numbered boxes in columns, the earliest on the left, joined by lines.

The words stand in the list beside it, by the same numbers: `templates/_components/chain.html`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 22, 12  # of a box, in units of the drawing
ACROSS, DOWN = 14, 6  # between boxes


@dataclass(frozen=True)
class Step:
    """A thing of the chain: its name, its page if it has one, a note in words and a short one for the box."""

    key: int
    name: str
    url: str
    note: str = ""
    short: str = ""


@dataclass(frozen=True)
class Link:
    """That one thing comes from an earlier one, and in which words it says so: *recepisce*. Dashed: it is less than sure."""

    earlier: int
    later: int
    words: str
    is_dashed: bool = False


@dataclass
class Box:
    """A step with its number, its place in the drawing, and what it says of earlier ones, by their numbers."""

    step: Step
    number: int
    x: int
    y: int
    is_here: bool
    said: list[tuple[str, "Box"]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """From the right side of the earlier box to the left side of the later one."""

    x1: int
    y1: int
    x2: int
    y2: int
    is_dashed: bool = False


@dataclass(frozen=True)
class Chain:
    """Boxes in the order of their numbers, the lines between them, and the size of the drawing."""

    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int


def connected(start: int, links: Iterable[Link], most: int | None = None) -> set[int]:
    """Everything that is joined to one thing, over any number of steps, both ways; the nearest, when there are too many."""
    beside: dict[int, set[int]] = {}
    for link in links:
        beside.setdefault(link.earlier, set()).add(link.later)
        beside.setdefault(link.later, set()).add(link.earlier)
    found, new = {start}, {start}
    while new:
        around = sorted(set().union(*(beside.get(key, set()) for key in new)) - found)
        new = set(around if most is None else around[: most - len(found)])
        found |= new
    return found


def draw(steps: Sequence[Step], links: Iterable[Link], here: int) -> Chain:
    """Lay the steps out: each one column after the latest of those that it comes from; `here` is the page's own.

    The steps' order is kept within a column. A ring, which nobody should have made, ends at the number of steps.
    """
    known = {step.key for step in steps}
    kept = [link for link in links if link.earlier in known and link.later in known]
    columns = _columns(known, kept)
    rows: dict[int, int] = {}
    boxes: dict[int, Box] = {}
    for number, step in enumerate(sorted(steps, key=lambda step: columns[step.key]), start=1):
        column = columns[step.key]
        row = rows[column] = rows.get(column, -1) + 1
        boxes[step.key] = Box(step, number, column * (WIDTH + ACROSS), row * (HEIGHT + DOWN), step.key == here)
    for link in kept:
        boxes[link.later].said.append((link.words, boxes[link.earlier]))
    return Chain(
        list(boxes.values()),
        [_line(boxes[link.earlier], boxes[link.later], is_dashed=link.is_dashed) for link in kept],
        width=max((box.x for box in boxes.values()), default=0) + WIDTH,
        height=max((box.y for box in boxes.values()), default=0) + HEIGHT,
    )


def _columns(keys: set[int], links: Sequence[Link]) -> dict[int, int]:
    columns = dict.fromkeys(keys, 0)
    for _round in keys:
        for link in links:
            columns[link.later] = min(max(columns[link.later], columns[link.earlier] + 1), len(keys) - 1)
    return columns


def _line(earlier: Box, later: Box, *, is_dashed: bool) -> Line:
    return Line(earlier.x + WIDTH, earlier.y + HEIGHT // 2, later.x, later.y + HEIGHT // 2, is_dashed)
