"""How many practices each choice of a filter would leave: one query for all filters.

It reads what the selected rows are linked to, each link once for all the filters that it serves; counting them is done here.
The database would read the selection, join, sort and count once for every filter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear, NullIf

from networks.sizes import SizeClass, in_class
from practices.filters.conditions import members_today
from practices.models import FundingLine, Submission

Selection = QuerySet[Any]
Rows = QuerySet[Any, Any]
_NOTHING = Value("", output_field=CharField())


@dataclass(frozen=True)
class Part:
    """Where values of a filter are read.

    `rows`: what a selection leads to; of each the `value` that stands in the address, its `label` (the value itself, unless told
    otherwise) and the `place` that it is sorted by. `of`: what is counted, once for a value. Parts with the same `rows` and `of`
    are read together. Labels of enumerations are Python's: they are translated.
    """

    rows: Callable[[Selection], Rows]
    value: Any
    label: Any = None
    place: Any = None
    of: str = "pk"


Facet = Sequence[Part]


@dataclass(frozen=True)
class Counted:
    """A value of a filter with the number of rows that have it."""

    value: str
    label: str
    place: str
    count: int


def counted(selections: Mapping[str, Selection], facets: Mapping[str, Facet]) -> dict[str, list[Counted]]:
    """By facet, for each the selection to count in; one query."""
    sources: dict[Any, list[tuple[str, Part]]] = defaultdict(list)
    for name, selection in selections.items():
        for part in facets[name]:
            sources[id(selection), part.rows, part.of].append((name, part))
    readings = [_Reading(number, selections[served[0][0]], served) for number, served in enumerate(sources.values())]
    found: dict[str, dict[tuple[str, str, str], set[Any]]] = {name: defaultdict(set) for name in selections}
    width = max((len(reading.columns) for reading in readings), default=0)
    for number, pk, *columns in _union([reading.query(width) for reading in readings]):
        for name, value, label, place in readings[number].read(columns):
            if value:
                found[name][value, label, place].add(pk)
    return {name: [Counted(*value, len(pks)) for value, pks in values.items()] for name, values in found.items()}


class _Reading:
    """One part of the query: what filters read from the same rows."""

    def __init__(self, number: int, selection: Selection, served: Sequence[tuple[str, Part]]) -> None:
        self.number, self.selection, self.served = number, selection, served
        self.columns: list[Any] = []
        self.places = [
            (name, self._place(part.value), self._place(part.label or part.value), self._place(part.place or _NOTHING))
            for name, part in served
        ]

    def _place(self, column: Any) -> int:
        if column not in self.columns:
            self.columns.append(column)
        return self.columns.index(column)

    def query(self, width: int) -> Rows:
        part = self.served[0][1]
        padding = [_NOTHING] * (width - len(self.columns))
        number = Value(self.number, output_field=IntegerField())
        return part.rows(self.selection).order_by().values_list(number, part.of, *self.columns, *padding)

    def read(self, columns: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        for name, value, label, place in self.places:
            yield name, columns[value], columns[label], columns[place]


def _union(parts: Sequence[Rows]) -> Iterator[Any]:
    if not parts:
        return iter(())
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return whole.iterator(chunk_size=2000)


def as_text(column: str) -> Cast:
    return Cast(column, CharField())


def itself(selection: Selection) -> Rows:
    """For what a column of the selected rows says."""
    return selection


@cache
def links(through: type[Model], of: str = "submission") -> Callable[[Selection], Rows]:
    """For what they are linked to by a relation."""
    return lambda selection: through._default_manager.filter(**{f"{of}__in": selection.values("pk")})


def _further_themes(selection: Selection) -> Rows:
    """One that is the main theme too is counted there."""
    return links(Submission.other_themes.through)(selection).exclude(submission__main_theme=F("theme"))


def _memberships(selection: Selection) -> Rows:
    return selection.filter(organisation__memberships__in=members_today().values("pk"))


_TOWN, _PROVINCE, _REGION = "municipality", "municipality__province", "municipality__province__region"
# As `Municipality.display_name`, with the province.
_TOWN_LABEL = Concat(
    Coalesce(NullIf(f"{_TOWN}__common_name", Value("")), f"{_TOWN}__name"),
    Case(When(~Q(**{f"{_TOWN}__other_name": ""}), then=Concat(Value("/"), f"{_TOWN}__other_name")), default=Value("")),
    Value(" ("),
    f"{_PROVINCE}__abbreviation",
    Value(")"),
    output_field=CharField(),
)
_SIZES = [When(in_class(size, f"{_TOWN}__population"), then=Value(size.value)) for size in SizeClass]
_NETWORK = "organisation__memberships__network"


def _in_towns(value: Any, label: Any = None, place: Any = None) -> Facet:
    return [Part(links(Submission.municipalities.through), value, label, place, of="submission")]


def _kept_list(through: type[Model], row: str) -> Facet:
    """Rows of a list that the chief editors keep, in their order."""
    columns = F(f"{row}__slug"), F(f"{row}__name"), as_text(f"{row}__position")
    return [Part(links(through), *columns, of="submission")]


def _in_commitments(value: str, label: str, place: Any = None) -> Facet:
    return [Part(links(Submission.commitments.through), F(value), F(label), place, of="submission")]


FACETS: dict[str, Facet] = {
    "territorio": _in_towns(F(f"{_REGION}__slug"), F(f"{_REGION}__name")),
    "provincia": _in_towns(F(f"{_PROVINCE}__abbreviation"), F(f"{_PROVINCE}__name")),
    "comune": _in_towns(F(f"{_TOWN}__slug"), _TOWN_LABEL, F(f"{_TOWN}__sort_name")),
    "dimensione": _in_towns(Case(*_SIZES, default=_NOTHING, output_field=CharField())),
    "ambito": [
        Part(itself, F("main_theme__slug"), F("main_theme__name"), as_text("main_theme__position")),
        Part(_further_themes, F("theme__slug"), F("theme__name"), as_text("theme__position"), of="submission"),
    ],
    "destinatari": _kept_list(Submission.target_groups.through, "targetgroup"),
    "tipo": [Part(itself, F("kind"))],
    "fase": [Part(itself, F("stage"))],
    "evidenza": [Part(itself, as_text("practice__evidence_level"))],
    "fondo": _kept_list(FundingLine, "fund"),
    "rete": [Part(_memberships, F(f"{_NETWORK}__slug"), F(f"{_NETWORK}__name"))],
    "accordo": _in_commitments("commitment__agreement__slug", "commitment__agreement__title"),
    "impegno": _in_commitments("commitment__code", "commitment__title", as_text("commitment__position")),
    "anno": [Part(itself, Cast(ExtractYear("started_on"), CharField()))],
    "parola": [Part(lambda selection: selection.filter(tags__isnull=False), F("tags__slug"), F("tags__name"))],
}


def in_order(rows: list[Counted]) -> list[Counted]:
    """By place, numbers as numbers; then by label."""
    return sorted(rows, key=lambda row: (int(row.place) if row.place.isdigit() else 0, row.place, row.label))
