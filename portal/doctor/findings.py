"""What was found: right, wrong with what to do about it, or not to be looked at from here."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Mark(StrEnum):
    """What stands before the words."""

    RIGHT = "✓"
    WRONG = "✗"
    UNSEEN = "–"


@dataclass(frozen=True)
class Finding:
    """One line, and for what is wrong the command or the change that mends it."""

    mark: Mark
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Asked:
    """What the command line says: the address outside, without its last slash, and the folder of the backups."""

    url: str = ""
    backups: Path | None = None


def right(words: str) -> Finding:
    """As it should be."""
    return Finding(Mark.RIGHT, words)


def wrong(words: str, remedy: str) -> Finding:
    """Somebody has to do something."""
    return Finding(Mark.WRONG, words, remedy)


def unseen(words: str, remedy: str = "") -> Finding:
    """It may be right or wrong."""
    return Finding(Mark.UNSEEN, words, remedy)


def judged(is_right: bool, words: str, otherwise: str, remedy: str) -> Finding:
    """One or the other."""
    return right(words) if is_right else wrong(otherwise, remedy)
