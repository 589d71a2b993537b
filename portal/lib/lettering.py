"""Room for words in a drawing: who comes first gets it, and nothing is written over anything else."""

from dataclasses import dataclass, field

# In pixels: the narrowest drawing, which a phone of 360 has room for, an average letter, and a line of writing.
_NARROWEST, _LETTER, _LINE = 300, 7.5, 15
_MARK = 6  # from a mark's centre to its edge
_AWAY = 11  # from a mark to what is written above it


@dataclass(frozen=True)
class Lettering:
    """Words in their place; `anchor` says on which side of `x` they stand, `y` is the line that they stand on."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass
class Room:
    """What is taken so far: left, right, upper and lower edge in pixels, across as on the narrowest drawing."""

    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def mark(self, x: float, y: float) -> None:
        """Nothing shall be written over this mark."""
        across = x / 100 * _NARROWEST
        self.taken.append((across - _MARK, across + _MARK, y - _MARK, y + _MARK))

    def take(self, *places: Lettering) -> Lettering | None:
        """The first of these places that is free; it is theirs then."""
        for words in places:
            width, x = len(words.text) * _LETTER, words.x / 100 * _NARROWEST
            left = x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
            right, top = left + width, words.y - _LINE
            if not any(left < x2 and x1 < right and top < y2 and y1 < words.y for x1, x2, y1, y2 in self.taken):
                self.taken.append((left, right, top, words.y))
                return words
        return None

    def beside(self, text: str, x: float, y: float) -> Lettering | None:
        """Above a mark, else below it; near the edges on the side that has room."""
        anchor = "start" if x < 25 else "end" if x > 75 else "middle"
        return self.take(Lettering(text, x, y - _AWAY, anchor), Lettering(text, x, y + _AWAY + _LINE - 4, anchor))

    def after(self, text: str, x: float, y: float) -> Lettering | None:
        """On the right of a mark, else as beside it."""
        return self.take(Lettering(text, x + 3.5, y + 5, "start")) or self.beside(text, x, y)
