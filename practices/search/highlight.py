"""Where a text matches: marked in place, or the piece of a long text around the first match."""

import re
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from portal.lib.italian import stem, tokens
from practices.models import Submission
from practices.search.index import BODY
from practices.search.query import Query, Term

BEFORE, AFTER = 10, 20
# So many words of the summary stand on a card.
ON_CARD = 45
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Word:
    """A word of a text, with where it stands."""

    start: int
    end: int
    folded: str


def marked(text: str, query: Query) -> SafeString:
    """The text as HTML with `<mark>` around what matches."""
    words = _words(text)
    return _html(text, [words[i] for i in _hits(words, query)], 0, len(text))


def excerpt(submission: Submission, query: Query) -> SafeString:
    """Of what is searched and no card shows, the piece around the first match; empty when the card shows one itself."""
    shown = (submission.title, " ".join(submission.summary.split()[:ON_CARD]))
    if any(_hits(_words(text), query) for text in shown):
        return SafeString("")
    for text in (submission.summary, *(getattr(submission, name) for name in BODY)):
        words = _words(text)
        if hits := _hits(words, query):
            first, last = max(hits[0] - BEFORE, 0), min(hits[0] + AFTER, len(words) - 1)
            start, end = words[first].start if first else 0, words[last].end
            piece = _html(text, [words[i] for i in hits if first <= i <= last], start, end)
            return format_html("{}{}{}", "… " if first else "", piece, " …" if end < len(text.rstrip()) - 1 else "")
    return SafeString("")


def found_in(text: str, query: Query) -> bool:
    """Whether a text that is in no index has all that must match and nothing that must not."""
    words = _words(text)
    folded = [word.folded for word in words]
    wanted = all(_of_term(folded, term) for term in query.terms)
    return wanted and not any(_of_term(folded, term) for term in query.excluded)


def _words(text: str) -> list[_Word]:
    return [_Word(found.start(), found.end(), "".join(tokens(found[0]))) for found in _WORD.finditer(text)]


def _hits(words: list[_Word], query: Query) -> list[int]:
    """Which of the words match, in order."""
    folded = [word.folded for word in words]
    return sorted({hit for term in query.terms for hit in _of_term(folded, term)})


def _of_term(folded: list[str], term: Term) -> list[int]:
    if term.is_phrase:
        size = len(term.words)
        starts = [i for i in range(len(folded)) if tuple(folded[i : i + size]) == term.words]
        return [i + step for i in starts for step in range(size)]
    [wanted] = term.words
    root = stem(wanted)
    return [i for i, w in enumerate(folded) if stem(w) == root or (term.is_beginning and w.startswith(wanted))]


def _html(text: str, hits: list[_Word], start: int, end: int) -> SafeString:
    pieces: list[str] = []
    for hit in hits:
        pieces += [conditional_escape(text[start : hit.start]), format_html("<mark>{}</mark>", text[hit.start : hit.end])]
        start = hit.end
    pieces.append(conditional_escape(text[start:end]))
    return SafeString("".join(pieces))  # nosemgrep: text-taken-for-html  # each piece is escaped
