"""Italian words as the search compares them. One analyser for both engines, so that they find the same.

Accents, capitals and apostrophes are folded (*città* = *citta*, *dell'integrazione* = *dell integrazione*), and a word is
reduced to its stem by Snowball's Italian algorithm (*scuole* = *scuola*). Stems join some words that differ (*comuni* and
*comunità*): whoever ranks matches should put equal words before equal stems.
"""

from functools import lru_cache

import snowballstemmer

from portal.lib.text import fold

# Longer words are no words, and what a database indexes has limits.
MAX_LENGTH = 40
# Articles, prepositions, conjunctions, and what an apostrophe leaves of them: they tell nothing apart.
_STOPWORDS = (
    "il lo la i gli le l un uno una di a da in con su per tra fra d e ed o od ad"
    " del dello della dei degli delle dell al allo alla ai agli alle all dal dallo dalla dai dagli dalle dall"
    " nel nello nella nei negli nelle nell sul sullo sulla sui sugli sulle sull col coi"
    " che chi cui non si ci ne se come anche quest quell questo questa questi queste"
)
STOPWORDS = frozenset(_STOPWORDS.split())


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in ASCII letters and digits alone: no database's own rules then touch them."""
    folded = fold(text).replace("_", " ")
    return [word[:MAX_LENGTH] for word in (folded if folded.isascii() else _ascii(folded)).split()]


def _ascii(folded: str) -> str:
    """Letters of other scripts by their code points, which keeps beginnings beginnings."""
    return "".join(c if c.isascii() else f"u{ord(c):x}" for c in folded)


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """The stem of a folded word. A stemmer of its own each time: they keep state, and threads share the cache.

    Snowball takes *-iere* for the end of a verb, and would part *quartiere* from *quartieri*, *straniere* from *straniera*.
    """
    word = f"{token[:-1]}i" if token.endswith("iere") else token
    return str(snowballstemmer.stemmer("italian").stemWord(word))
