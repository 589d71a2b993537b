"""Which practices match, and which of them come first."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from itertools import accumulate
from operator import add, or_

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from portal.lib.italian import stem
from practices.search.engine import GAP, STEM, having_all, having_any
from practices.search.query import Query, Term

# What weighs more than the body, the heaviest first.
HEADINGS = ("title", "summary", "tags", "place")


def matching(query: Query) -> Q:
    """That a submission matches all of it."""
    if not query:
        return Q(pk__in=[])
    return (Q(practice__in=having_all(query.terms)) if query.terms else Q()) & _not_excluded(query)


def having_some(query: Query) -> Q:
    """That it matches some of several terms."""
    return Q(practice__in=having_any(query.terms)) & _not_excluded(query)


def hits(query: Query) -> Combinable:
    """How many terms it matches, negative: what has more stands before what has fewer."""
    return reduce(add, (Case(When(practice__in=having_all([term]), then=-1), default=0) for term in query.terms))


def _not_excluded(query: Query) -> Q:
    return ~Q(practice__in=having_any(query.excluded)) if query.excluded else Q()


def rank(query: Query) -> Case:
    """How well it matches; 0 is the best.

    The title itself; then where all terms stand, from the title to the body, equal words before equal stems.
    What only begins with the last word comes after all of these: while it is being typed there is nothing else.
    """
    whole = tuple(replace(term, is_beginning=False) for term in query.terms)
    conditions = [Q(practice__search_entry__title__startswith=f" {' '.join(query.typed)} {GAP} ")]
    for columns in accumulate(((column,) for column in HEADINGS), add):
        conditions += [_all_in(columns, whole, _as_is), _all_in(columns, whole, ways_of)]
    conditions += [Q(practice__in=having_all(whole, exact=True)), Q(practice__in=having_all(whole))]
    conditions += [_all_in(HEADINGS[:1], query.terms, ways_of), _all_in(HEADINGS, query.terms, ways_of)]
    steps = [When(condition, then=Value(place)) for place, condition in enumerate(conditions)]
    return Case(*steps, default=Value(len(conditions)), output_field=IntegerField())


def _all_in(columns: Iterable[str], terms: Iterable[Term], written: Callable[[Term], list[str]]) -> Q:
    """Every term in one of the columns. They are short, and only rows that match are looked at."""
    return Q(*(_in_one(columns, written(term)) for term in terms))


def _as_is(term: Term) -> list[str]:
    return [f" {' '.join(term.words)} "]


def ways_of(term: Term) -> list[str]:
    """What a column of the index holds where this term stands; any of these is enough."""
    if term.is_phrase:
        return _as_is(term)
    stems = [f" {STEM}{stem(term.words[0])} "]
    return [*stems, f" {term.words[0]}"] if term.is_beginning else stems


def _in_one(columns: Iterable[str], texts: Iterable[str]) -> Q:
    pairs = ({f"practice__search_entry__{column}__contains": text} for column in columns for text in texts)
    return reduce(or_, (Q(**pair) for pair in pairs))
