"""Room for words in a drawing: who comes first gets it, and nothing is written over anything else."""

from dataclasses import dataclass, field

# In pixels: the narrowest drawing, which a phone of 360 has room for, an average letter, and a line of writing.
_NARROWEST, _LETTER, _LINE = 300, 7.5, 15
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

    def take(self, words: Lettering) -> Lettering | None:
        """The words if their place is free; it is theirs then."""
        width, x = len(words.text) * _LETTER, words.x / 100 * _NARROWEST
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
        box = (left, left + width, words.y - _LINE, words.y)
        if any(box[0] < r and left_ < box[1] and box[2] < b and t < box[3] for left_, r, t, b in self.taken):
            return None
        self.taken.append(box)
        return words

    def beside(self, text: str, x: float, y: float) -> Lettering | None:
        """Above a mark, else below it; near the edges on the side that has room."""
        anchor = "start" if x < 25 else "end" if x > 75 else "middle"
        return self.take(Lettering(text, x, y - _AWAY, anchor)) or self.take(
            Lettering(text, x, y + _AWAY + _LINE - 4, anchor)
        )
