"""What somebody typed into the search box.

Words must all match, the last one as a beginning too; "words in quotes" stand together as they are; a leading minus excludes.
Articles and prepositions count only in quotes, or when there is nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.lib.italian import STOPWORDS, tokens

# Beyond this many a query says nothing more.
MAX_TERMS = 12
# Shorter beginnings begin nearly every word.
MIN_PREFIX = 3
_PART = re.compile(r"""(?P<minus>(?<!\S)-(?=["“«\w]))?(?:["“«](?P<phrase>[^"”»]*)["”»]?|(?P<word>[^\s"“«]+))""")


@dataclass(frozen=True)
class Term:
    """A word or, in quotes, several that follow each other; folded."""

    words: tuple[str, ...]
    is_phrase: bool = False
    is_beginning: bool = False


@dataclass(frozen=True)
class Query:
    """What must match and what must not."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()
    # Every word as typed, for the title that is exactly that.
    typed: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Query":
        """From the text as typed. Nothing that can be typed is an error."""
        terms: list[Term] = []
        excluded: list[Term] = []
        for part in _PART.finditer(text):
            words = tokens(part["phrase"] if part["word"] is None else part["word"])
            if part["minus"]:
                excluded += [Term(tuple(words), is_phrase=True)] if words else []
            elif part["word"] is None:
                terms += [Term(tuple(words), is_phrase=True)] if words else []
            else:
                terms += [Term((word,)) for word in words]
        terms = _telling(dict.fromkeys(terms))[:MAX_TERMS]
        if terms and not terms[-1].is_phrase and len(terms[-1].words[0]) >= MIN_PREFIX and _ends_with(text, terms[-1]):
            terms[-1] = Term(terms[-1].words, is_beginning=True)
        return cls(tuple(terms), tuple(dict.fromkeys(excluded))[:MAX_TERMS], tuple(tokens(text)))

    def __bool__(self) -> bool:
        return bool(self.terms or self.excluded)


def _telling(terms: Iterable[Term]) -> list[Term]:
    found = list(terms)
    return [term for term in found if term.is_phrase or term.words[0] not in STOPWORDS] or found


def _ends_with(text: str, term: Term) -> bool:
    """Whether this is the word that is still being typed."""
    return tokens(text)[-1:] == list(term.words)
