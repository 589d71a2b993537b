"""The filters of the public list: what an address asks for, and the choices with their counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from agreements.models import Agreement, Commitment
from networks.models import Municipality, Network, Organisation, Province, Region
from networks.sizes import SizeClass
from practices.filters import conditions, facets
from practices.filters.fields import ChoicesField, ForgivingField, OrderField, RowsField, TextField, YearsField
from practices.models import Fund, Submission, TargetGroup, Theme
from practices.models.choices import EvidenceLevel, Kind, Stage
from practices.record import Text
from practices.search.matching import matching, nearest
from practices.search.query import Query

# Of more towns than these a reader chooses the territory or the province first; of more words, the most used ones are shown.
MOST_TOWNS = 60
MOST_TAGS = 24
ORDERS = {
    "rilevanza": _("Rilevanza"),
    "recenti": _("Pubblicate di recente"),
    "confermate": _("Confermate di recente"),
    "titolo": _("Titolo"),
}


class TextFilter(django_filters.Filter):  # type: ignore[misc]
    """What somebody searches for; the rows get their `rank`."""

    field_class = TextField

    def filter(self, qs: QuerySet[Submission], value: str) -> QuerySet[Submission]:
        return matching(qs, Query.parse(value)) if value else qs


class ConditionFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that is one condition on submissions."""

    def __init__(
        self, condition: Callable[[list[Any]], Q], field: type[ForgivingField], label: Text, **field_options: Any
    ) -> None:
        self.condition, self.field_class = condition, field
        super().__init__(label=label, **field_options)

    def filter(self, qs: QuerySet[Submission], value: list[Any]) -> QuerySet[Submission]:
        return qs.filter(self.condition(value)) if value else qs


class OrderFilter(django_filters.Filter):  # type: ignore[misc]
    """How the list is sorted: it selects nothing."""

    field_class = OrderField

    def filter(self, qs: QuerySet[Submission], value: str) -> QuerySet[Submission]:
        return qs


@dataclass(frozen=True)
class Choice:
    """A value of a filter, with the number of practices that it would leave."""

    value: str
    label: Text
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """A filter to choose from; `hint` says why some of its choices are not shown.

    `is_written`: its labels are what people wrote, not words of the interface.
    """

    name: str
    label: Text
    choices: list[Choice]
    chosen: int
    is_written: bool
    hint: Text = ""


@dataclass(frozen=True)
class Chip:
    """An active filter."""

    name: str
    value: str
    label: Text
    text: Text
    is_written: bool = True


def _rows(condition: Callable[[list[Any]], Q], rows: QuerySet[Any], label: Text, column: str = "slug") -> ConditionFilter:
    return ConditionFilter(condition, RowsField, label, rows=rows, column=column)


class PracticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The public list's filters, with the Italian names that stand in the address."""

    q = TextFilter(label=_("Testo"))
    territorio = _rows(conditions.in_regions, Region.objects.all(), _("Territorio"))
    provincia = _rows(conditions.in_provinces, Province.objects.all(), _("Provincia"), "abbreviation")
    comune = _rows(conditions.in_municipalities, Municipality.objects.select_related("province"), _("Comune"))
    dimensione = ConditionFilter(conditions.in_towns_of_size, ChoicesField, _("Dimensione del Comune"), choices=SizeClass)
    ambito = _rows(conditions.on_themes, Theme.objects.all(), _("Ambito"))
    destinatari = _rows(conditions.for_groups, TargetGroup.objects.all(), _("Destinatari"))
    tipo = ConditionFilter(conditions.of_kinds, ChoicesField, _("Tipo"), choices=Kind)
    fase = ConditionFilter(conditions.at_stages, ChoicesField, _("A che punto è"), choices=Stage)
    evidenza = ConditionFilter(conditions.at_levels, ChoicesField, _("Livello di evidenza"), choices=EvidenceLevel)
    fondo = _rows(conditions.paid_by, Fund.objects.all(), _("Fondo"))
    rete = _rows(conditions.of_networks, Network.objects.all(), _("Rete"))
    accordo = _rows(conditions.under_agreements, Agreement.objects.all(), _("Accordo"))
    impegno = _rows(conditions.for_commitments, Commitment.objects.all(), _("Impegno"), "code")
    anno = ConditionFilter(conditions.begun_in, YearsField, _("Anno di inizio"))
    parola = _rows(conditions.tagged, Tag.objects.all(), _("Parola chiave"))
    # Other pages link to it; there are too many to choose from.
    ente = _rows(conditions.of_organisations, Organisation.objects.all(), _("Ente"))
    ordine = OrderFilter(label=_("Ordine"), ways=ORDERS)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the address asks for, as it was understood."""
        self.form.is_valid()
        return dict(self.form.cleaned_data)

    @cached_property
    def query(self) -> Query:
        """The text, as the search reads it."""
        return Query.parse(self.asked["q"])

    @property
    def order(self) -> str:
        """The order asked for; else the best matches first when words are searched for, the newest without."""
        asked = self.asked["ordine"] or "rilevanza"
        return "recenti" if asked == "rilevanza" and not self.query.terms else str(asked)

    def orders(self) -> list[tuple[str, Text]]:
        """The ways to sort that make sense here."""
        return [(way, label) for way, label in ORDERS.items() if way != "rilevanza" or self.query.terms]

    def ordered(self) -> QuerySet[Submission]:
        """The selection, in order; what is equal stands by date, then as it was written."""
        found: QuerySet[Submission] = self.qs
        first: dict[str, list[Any]] = {
            "rilevanza": ["rank"],
            "recenti": [],
            "confermate": [F("practice__confirmed_on").desc(nulls_last=True)],
            "titolo": ["practice__search_entry__title"],
        }
        return found.order_by(*first[self.order], "-published_at", "-pk")

    def nearest(self) -> QuerySet[Submission]:
        """Where not all words match: what has some of them, with the rest of the selection as it is."""
        rest = self.queryset.filter(pk__in=self.without("q").values("pk"))
        found = nearest(rest, self.query)
        return found.order_by(F("rank"), "-published_at", "-pk")

    def without(self, name: str) -> QuerySet[Submission]:
        """The selection as it would be without one filter: what the counts beside that filter's choices are made of."""
        selection = self.queryset.all()
        for other, value in self.asked.items():
            if other != name:
                selection = self.filters[other].filter(selection, value)
        return Submission.objects.filter(pk__in=selection.order_by().values("pk"))

    @cached_property
    def chips(self) -> list[Chip]:
        """Every active filter."""
        text = self.asked["q"]
        chips = [Chip("q", text, _("Testo"), f"«{text}»")] if text else []
        for name, rows in self.asked.items():
            field = self.form.fields[name]
            if isinstance(field, ForgivingField) and not isinstance(field, OrderField):
                label = self.filters[name].label
                chips += [
                    Chip(name, field.value_of(row), label, field.label_of(row), isinstance(field, RowsField)) for row in rows
                ]
        return chips

    def kept(self) -> list[Chip]:
        """Active filters that the form has no choices for, and keeps."""
        shown = {group.name for group in self.groups}
        return [chip for chip in self.chips if chip.name not in shown and chip.name != "q"]

    def unknown(self) -> list[tuple[Text, str]]:
        """Values that nobody knows, with their filter's name."""
        forgiving = [(name, field) for name in self.asked if isinstance(field := self.form.fields[name], ForgivingField)]
        return [(self.filters[name].label, text[:60]) for name, field in forgiving for text in field.unknown]

    @cached_property
    def groups(self) -> list[Group]:
        """The filters to choose from, each choice with its count."""
        offered = [name for name in facets.FACETS if name != "impegno" or self.asked["accordo"] or self.asked["impegno"]]
        whole = self.without("")
        counted = facets.counted({name: self.without(name) if self.asked[name] else whole for name in offered})
        groups = (self._group(name, rows) for name, rows in counted.items())
        return [group for group in groups if group.choices or group.hint]

    def _group(self, name: str, counted: list[facets.Counted]) -> Group:
        field, chosen = self.form.fields[name], {chip.value: chip.text for chip in self.chips if chip.name == name}
        if isinstance(field, ChoicesField):
            counted = _of_members(field, counted)
        choices = [Choice(row.value, row.label, row.count, row.value in chosen) for row in facets.in_order(counted)]
        listed = {choice.value for choice in choices}
        choices += [Choice(value, text, 0, True) for value, text in chosen.items() if value not in listed]
        group = Group(name, self.filters[name].label, choices, len(chosen), isinstance(field, RowsField))
        match name:
            case "comune" if len(choices) > MOST_TOWNS and not (self.asked["territorio"] or self.asked["provincia"]):
                kept = [choice for choice in choices if choice.is_chosen]
                return replace(group, choices=kept, hint=_("Scegli prima un territorio o una provincia."))
            case "parola" if len(choices) > MOST_TAGS:
                used = sorted(choices, key=lambda choice: (not choice.is_chosen, -choice.count))[:MOST_TAGS]
                kept = [choice for choice in choices if choice in used]
                return replace(group, choices=kept, hint=_("Le più usate: le altre si trovano con la ricerca."))
            case "anno":
                return replace(group, choices=sorted(choices, key=lambda choice: choice.value, reverse=True))
        return group


def _of_members(field: ChoicesField, counted: list[facets.Counted]) -> list[facets.Counted]:
    """With the values, labels and order of the enumeration; the database knows its raw values alone."""
    counts = {row.value: row.count for row in counted}
    members = list(field.members.items())
    found = [(value, member, counts.get(str(member.value))) for value, member in members]
    return [facets.Counted(value, member.label, f"{place}", n) for place, (value, member, n) in enumerate(found) if n]
