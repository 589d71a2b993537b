"""How many practices each choice of a filter would leave: one query for all filters.

A facet takes the selection as it would be without its own filter, and gives rows of `COLUMNS`: the filter's name, the value
that stands in the address, its label, what it is sorted by, and the number of practices. Labels of enumerations are
Python's: they are translated.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear, NullIf

from networks.sizes import SizeClass, in_class
from practices.filters.conditions import members_today
from practices.models import FundingLine, Submission

COLUMNS = ("facet", "value", "label", "sorted_by", "n")
Rows = QuerySet[Any, Any]
Selection = QuerySet[Any]
Facet = Callable[[str, Selection], list[Rows]]


@dataclass(frozen=True)
class Counted:
    """A value of a filter with the number of rows that have it."""

    value: str
    label: str
    place: str
    count: int


def counted(selections: Mapping[str, Selection], facets: Mapping[str, Facet]) -> dict[str, list[Counted]]:
    """By facet, for each the selection to count in; one query."""
    if not selections:
        return {}
    parts = [rows for name, selection in selections.items() for rows in facets[name](name, selection)]
    found: dict[str, Counter[tuple[str, str, str]]] = {name: Counter() for name in selections}
    for name, value, label, place, n in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        found[name][value, label, place] += n
    return {name: [Counted(*row, n) for row, n in rows.items()] for name, rows in found.items()}


def as_text(column: str) -> Cast:
    return Cast(column, CharField())


def part(rows: Rows, name: str, value: Any, label: Any = None, place: Any = None, *, of: str = "pk") -> Rows:
    """Grouped and counted; `of` names what is counted, once each."""
    nothing = Value("", output_field=CharField())
    columns = {"value": value, "label": label or value, "sorted_by": place or nothing}
    grouped = rows.order_by().values(facet=Value(name, output_field=CharField()), **columns)
    counted: Rows = grouped.annotate(n=Count(of, distinct=True)).values_list(*COLUMNS)
    return counted


def _links(selection: Selection, through: type[Model]) -> Rows:
    return through._default_manager.filter(submission__in=selection.values("pk"))


def _territories(name: str, selection: Selection) -> list[Rows]:
    links, region = _links(selection, Submission.municipalities.through), "municipality__province__region"
    return [part(links, name, F(f"{region}__slug"), F(f"{region}__name"), of="submission")]


def _provinces(name: str, selection: Selection) -> list[Rows]:
    links, province = _links(selection, Submission.municipalities.through), "municipality__province"
    return [part(links, name, F(f"{province}__abbreviation"), F(f"{province}__name"), of="submission")]


def _towns(name: str, selection: Selection) -> list[Rows]:
    """Labels as `Municipality.display_name`, with the province."""
    town = "municipality"
    used = Coalesce(NullIf(f"{town}__common_name", Value("")), f"{town}__name")
    other = Case(When(~Q(**{f"{town}__other_name": ""}), then=Concat(Value("/"), f"{town}__other_name")), default=Value(""))
    label = Concat(used, other, Value(" ("), f"{town}__province__abbreviation", Value(")"), output_field=CharField())
    links = _links(selection, Submission.municipalities.through)
    return [part(links, name, F(f"{town}__slug"), label, F(f"{town}__sort_name"), of="submission")]


def _sizes(name: str, selection: Selection) -> list[Rows]:
    steps = [When(in_class(size, "municipality__population"), then=Value(size.value)) for size in SizeClass]
    links = _links(selection, Submission.municipalities.through).filter(municipality__population__isnull=False)
    return [part(links, name, Case(*steps, output_field=CharField()), of="submission")]


def _kept_list(through: type[Model], row: str) -> Facet:
    """Rows of a list that the chief editors keep, in their order."""

    def facet(name: str, selection: Selection) -> list[Rows]:
        links = _links(selection, through)
        return [part(links, name, F(f"{row}__slug"), F(f"{row}__name"), as_text(f"{row}__position"), of="submission")]

    return facet


def _themes(name: str, selection: Selection) -> list[Rows]:
    """Main or further; one that is both is counted once."""
    main = selection.filter(main_theme__isnull=False)
    columns = F("main_theme__slug"), F("main_theme__name"), as_text("main_theme__position")
    further = _links(selection, Submission.other_themes.through).exclude(submission__main_theme=F("theme"))
    others = F("theme__slug"), F("theme__name"), as_text("theme__position")
    return [part(main, name, *columns), part(further, name, *others, of="submission")]


def _networks(name: str, selection: Selection) -> list[Rows]:
    of, network = "organisation__memberships", "organisation__memberships__network"
    rows = selection.filter(**{f"{of}__in": members_today().values("pk")})
    return [part(rows, name, F(f"{network}__slug"), F(f"{network}__name"))]


def _agreements(name: str, selection: Selection) -> list[Rows]:
    links, agreement = _links(selection, Submission.commitments.through), "commitment__agreement"
    return [part(links, name, F(f"{agreement}__slug"), F(f"{agreement}__title"), of="submission")]


def _commitments(name: str, selection: Selection) -> list[Rows]:
    links = _links(selection, Submission.commitments.through)
    columns = F("commitment__code"), F("commitment__title"), as_text("commitment__position")
    return [part(links, name, *columns, of="submission")]


def _tags(name: str, selection: Selection) -> list[Rows]:
    return [part(selection.filter(tags__isnull=False), name, F("tags__slug"), F("tags__name"))]


def _years(name: str, selection: Selection) -> list[Rows]:
    year = Cast(ExtractYear("started_on"), CharField())
    return [part(selection.filter(started_on__isnull=False), name, year)]


def _column(column: str) -> Facet:
    """The members of an enumeration that a column holds; empty ones left out."""

    def facet(name: str, selection: Selection) -> list[Rows]:
        return [part(selection.exclude(**{column: ""}), name, F(column))]

    return facet


def _levels(name: str, selection: Selection) -> list[Rows]:
    return [part(selection, name, as_text("practice__evidence_level"))]


FACETS: dict[str, Facet] = {
    "territorio": _territories,
    "provincia": _provinces,
    "comune": _towns,
    "dimensione": _sizes,
    "ambito": _themes,
    "destinatari": _kept_list(Submission.target_groups.through, "targetgroup"),
    "tipo": _column("kind"),
    "fase": _column("stage"),
    "evidenza": _levels,
    "fondo": _kept_list(FundingLine, "fund"),
    "rete": _networks,
    "accordo": _agreements,
    "impegno": _commitments,
    "anno": _years,
    "parola": _tags,
}


def in_order(rows: list[Counted]) -> list[Counted]:
    """By place, numbers as numbers; then by label."""
    return sorted(rows, key=lambda row: (int(row.place) if row.place.isdigit() else 0, row.place, row.label))
