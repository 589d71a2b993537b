"""A saved search: the canonical query of the practices' list, what it means in words, and what it finds."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.newsletter.models import Publication, Subscription
from practices.filters.practice import PracticeFilter
from practices.models import Submission
from practices.views.listing import canonical_query

MAX_LENGTH: int = Subscription._meta.get_field("query").max_length or 0
# More than any search needs; beyond it nobody reads what was sent.
MAX_GIVEN = 20_000


def _filters(query: str) -> PracticeFilter:
    return PracticeFilter(QueryDict(query), queryset=Submission.objects.listed())


def canonical(given: str) -> str:
    """The search that an address asks for: known filters and values, in one order, without order and page.

    Raises ValidationError when it is too long to be kept.
    """
    query = canonical_query(_filters(given), 1) if len(given) <= MAX_GIVEN else ""
    if len(query) > MAX_LENGTH or len(given) > MAX_GIVEN:
        raise ValidationError(_("Questa ricerca ha troppi filtri per un avviso: togline qualcuno."))
    return query


def in_words(query: str) -> str:
    """As its subscriber reads it: Emilia-Romagna, Casa."""
    return ", ".join(str(chip.text) for chip in _filters(query).chips) or _("tutte le pratiche")


def is_understood(query: str) -> bool:
    """Whether each filter still has a value that somebody knows: a theme that is no more must not become every theme."""
    names = {name for name, _value in parse_qsl(query)}
    return names <= {chip.name for chip in _filters(query).chips}


def found_among(query: str, publications: Iterable[Publication]) -> set[int]:
    """The numbers of those publications whose practice the search finds today."""
    numbers = {publication.practice_id: publication.number for publication in publications}
    if not numbers or not is_understood(query):
        return set()
    found = _filters(query).qs.filter(practice__in=list(numbers)).order_by().values_list("practice", flat=True)
    return {numbers[practice] for practice in found}
