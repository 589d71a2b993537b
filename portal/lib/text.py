"""Words: how they are counted, cleaned and folded. The browser's counter does the same as `count_words`."""

import re
import unicodedata

# Control characters that no text of a person needs; tab and newline stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_BETWEEN_WORDS = re.compile(r"[^\w]+")


def count_words(text: str) -> int:
    """Runs of non-space characters, as the limits of the form count them."""
    return len(text.split())


def normalise(text: str) -> str:
    """NFC, newlines as \\n, no spaces around: the only changes made to what people write."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def control_characters(text: str) -> list[str]:
    """The control characters in a text, as U+0007, each once: no database or page wants them."""
    return sorted({f"U+{ord(character):04X}" for character in _CONTROL.findall(text)})


def fold(text: str) -> str:
    """Lower case without accents, apostrophes and hyphens as spaces: for sorting and plain search on both engines."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = _BEYOND_ASCII.sub(_without_accents, decomposed)
    return " ".join(_BETWEEN_WORDS.sub(" ", plain).split())


def _without_accents(run: re.Match[str]) -> str:
    return "".join(c for c in run[0] if not unicodedata.combining(c))
