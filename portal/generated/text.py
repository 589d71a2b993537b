"""Plausible Italian: sentences from common and rare words, as skewed as those that people write."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

from portal.generated import words

T = TypeVar("T")
# In a text of people the n-th word by frequency comes up some 1/n times as often as the first.
_SUMS = [0.0, *accumulate(1 / rank for rank in range(1, 20_001))]


def skewed(random: Random, rows: Sequence[T]) -> T:
    """One of the rows: the first often, the last rarely (Zipf's law, for up to 20,000 rows)."""
    wanted = random.random() * _SUMS[len(rows)]
    return rows[bisect_left(_SUMS, wanted, 1, len(rows)) - 1]


class Writer:
    """Writes with one source of chance, so that the same seed writes the same texts."""

    def __init__(self, random: Random, rare: int = 8_000) -> None:
        self.random = random
        self.names = list(dict.fromkeys(self._name() for _n in range(rare)))
        self.tags = [*words.TAGS, *(name.lower() for name in self.names[:2_000])]

    def _name(self) -> str:
        return "".join(self.random.choices(words.SYLLABLES, k=self.random.randint(2, 4))).capitalize()

    def name(self) -> str:
        """Of a street, an association, a place: a few are everywhere, most stand once."""
        return skewed(self.random, self.names)

    def title(self) -> str:
        """Of a practice."""
        pick = self.random
        middle = skewed(pick, words.OF)
        end = f" {self.name()}" if pick.random() < 0.6 else ""
        return f"{skewed(pick, words.THING)} {middle}{end}"

    def sentence(self) -> str:
        """One of those that tell what is done."""
        pick = self.random
        parts = [skewed(pick, words.WHO), skewed(pick, words.DOES)]
        for chance, more in ((0.7, words.FOR_WHOM), (0.6, words.WHERE), (0.4, words.HOW), (0.3, words.BECAUSE)):
            if pick.random() < chance:
                parts.append(skewed(pick, more))
        if pick.random() < 0.25:
            parts.append(f"con l'associazione {self.name()}")
        return f"{' '.join(parts)}."

    def paragraph(self, least: int, most: int) -> str:
        """So many sentences; a long one in two paragraphs."""
        found = [self.sentence() for _n in range(self.random.randint(least, most))]
        half = len(found) // 2
        return " ".join(found) if len(found) < 5 else f"{' '.join(found[:half])}\n\n{' '.join(found[half:])}"

    def told(self, openings: Sequence[str], least: int = 1, most: int = 3) -> str:
        """What came of it, or what went wrong: an opening, then sentences."""
        return f"{skewed(self.random, openings)} {skewed(self.random, words.HOW)}. {self.paragraph(least, most)}"
