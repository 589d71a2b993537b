"""*Forse cercavi*: the nearest word of the published practices, where a word of the query is in none."""

import re
from difflib import get_close_matches

from django.db.models.functions import Length

from portal.lib.italian import tokens
from practices.models import SearchEntry, SearchWord
from practices.search.engine import having_all
from practices.search.index import MIN_WORD
from practices.search.query import Query, Term

# How alike two words must be, as difflib counts; and by how many letters they may differ in length.
ALIKE = 0.75
LETTERS = 2


def suggestion(text: str, query: Query) -> str:
    """The same text with each unknown word replaced; empty when nothing better is known."""
    better = {word: near for word in _unknown(query) if (near := _nearest(word))}
    return re.sub(r"[^\W_]+", lambda found: better.get("".join(tokens(found[0])), found[0]), text) if better else ""


def _unknown(query: Query) -> list[str]:
    words = [term for term in query.terms if not term.is_phrase and len(term.words[0]) >= MIN_WORD]
    return [term.words[0] for term in words if not _stands_somewhere(term)]


def _stands_somewhere(term: Term) -> bool:
    return SearchEntry.objects.filter(pk__in=having_all([term])).exists()


def _nearest(word: str) -> str:
    """Among those that begin alike. A word that only stood in what was since removed is not told."""
    known = SearchWord.objects.annotate(length=Length("word")).filter(word__startswith=word[0])
    known = known.filter(length__gte=len(word) - LETTERS, length__lte=len(word) + LETTERS)
    written = dict(known.order_by("word").values_list("word", "written"))
    close = get_close_matches(word, written, n=3, cutoff=ALIKE)
    return next((written[one] for one in close if _stands_somewhere(Term((one,)))), "")
