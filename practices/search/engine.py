"""The index of each engine: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL. The only raw SQL of the project.

An expression is built of folded words, which are ASCII letters and digits, in quotes; it is passed as a parameter.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL

from portal.lib.italian import stem
from practices.search.query import Term

# What stands before a stem and between what must not be taken for neighbours; no Italian word begins with it.
STEM = "qj"
GAP = "qjqj"
_ROWS = {
    "sqlite": "SELECT rowid FROM practices_search WHERE practices_search MATCH %s",
    "postgresql": "SELECT practice_id FROM practices_searchentry WHERE words @@ to_tsquery('simple', %s)",
}


def having_all(terms: Iterable[Term], *, exact: bool = False) -> RawSQL:
    """The primary keys of the practices in the lists that match every term; with `exact`, by equal words alone."""
    return _rows({"sqlite": " AND ", "postgresql": " & "}, terms, exact)


def having_any(terms: Iterable[Term]) -> RawSQL:
    """Those that match one term or more."""
    return _rows({"sqlite": " OR ", "postgresql": " | "}, terms, False)


def _rows(joined: dict[str, str], terms: Iterable[Term], exact: bool) -> RawSQL:
    engine = connection.vendor
    term = _in_fts5 if engine == "sqlite" else _in_tsquery
    return RawSQL(_ROWS[engine], (joined[engine].join(term(one, exact) for one in terms),))  # noqa: S611  # nosec B611


def _in_fts5(term: Term, exact: bool) -> str:
    word = term.words[0]
    if term.is_phrase or exact:
        return f'"{" ".join(term.words)}"'
    return f'("{STEM}{stem(word)}" OR "{word}" *)' if term.is_beginning else f'"{STEM}{stem(word)}"'


def _in_tsquery(term: Term, exact: bool) -> str:
    word = term.words[0]
    if term.is_phrase or exact:
        return f"({' <-> '.join(repr(each) for each in term.words)})"
    return f"('{STEM}{stem(word)}' | '{word}':*)" if term.is_beginning else f"'{STEM}{stem(word)}'"
