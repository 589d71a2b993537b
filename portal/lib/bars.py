"""A bar chart of plain rows: a name, its number, and a bar as long as the number; `templates/_components/bars.html`."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A row; `width` is in hundredths of the longest bar."""

    name: str
    url: str
    count: int
    width: int


def bars(rows: Iterable[tuple[str, str, int]]) -> list[Bar]:
    """From names, addresses (empty where there is no page) and numbers, in their order."""
    rows = list(rows)
    highest = max((count for _name, _url, count in rows), default=0)
    return [Bar(name, url, count, round(100 * count / highest) if highest else 0) for name, url, count in rows]
