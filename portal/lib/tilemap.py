"""The schematic map: one square a place, in rows and columns of our own drawing, shaded by a number.

One component for every map of the portal: `templates/_components/map.html`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SIZE = 10  # units of the drawing for a tile
GAP = 1
SHADES = 5  # 0 = none, then four steps


@dataclass(frozen=True)
class Place:
    """What a tile stands for."""

    name: str
    abbreviation: str
    row: int
    column: int
    count: int
    url: str


@dataclass(frozen=True)
class Tile:
    """A place with where and how dark it is drawn."""

    place: Place
    x: int
    y: int
    shade: int


@dataclass(frozen=True)
class Map:
    """Tiles, the size of the drawing, and from which number on each shade counts."""

    tiles: list[Tile]
    width: int
    height: int
    steps: list[tuple[int, int, int]]


def limits(highest: int) -> list[int]:
    """The greatest count of each shade above none: four steps that grow, so that few differ from some and many."""
    if highest < SHADES:
        return list(range(1, max(highest, 1) + 1))
    return [max(round(highest * share), step + 1) for step, share in enumerate((0.1, 0.3, 0.6, 1))]


def shades(counts: Iterable[int]) -> list[int]:
    """Of each count how dark it is: the darkest stands for the greatest."""
    counts = list(counts)
    tops = limits(max(counts, default=0))
    return [0 if not count else 1 + next(i for i, top in enumerate(tops) if count <= top) for count in counts]


def draw(places: Iterable[Place]) -> Map:
    """Lay the places out, shaded by their counts."""
    places = list(places)
    tops = limits(max((place.count for place in places), default=0))
    tiles = [
        Tile(place, (place.column - 1) * (SIZE + GAP), (place.row - 1) * (SIZE + GAP), shade)
        for place, shade in zip(places, shades(place.count for place in places), strict=True)
    ]
    steps = [(i + 1, (tops[i - 1] + 1) if i else 1, top) for i, top in enumerate(tops)]
    return Map(
        tiles,
        width=max((tile.x for tile in tiles), default=0) + SIZE,
        height=max((tile.y for tile in tiles), default=0) + SIZE,
        steps=steps,
    )
