"""The filters of the public list: what an address asks for, read forgivingly, and the choices with their counts.

Filters never join: each is a condition of its own, so that a practice in two towns of a region is counted once.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from networks.models import Membership, Municipality, Network, Organisation, Region, Standing
from practices.models import Submission, Theme
from practices.models.choices import Kind
from practices.record import Text
from practices.search.matching import matching
from practices.search.query import Query

MAX_TEXT = 200
MAX_VALUES = 50
# Filters that other pages link to; the form keeps them but does not offer them.
KEPT = {"ente", "rete", "impegno"}
# Value, name, number of practices.
Counted = tuple[str, Text, int]
_SLUG = re.compile(r"[a-z0-9_-]{1,120}", re.ASCII | re.IGNORECASE)


class TextField(forms.CharField):
    """Any text: control characters become spaces, and what is too long is cut."""

    def to_python(self, value: Any) -> str:
        return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(value or ""))[:MAX_TEXT].split())


class ForgivingField(forms.Field):
    """Several values; those that nobody knows are put aside in `unknown`, for the page to say so."""

    widget = forms.SelectMultiple
    unknown: tuple[str, ...] = ()

    def clean(self, value: Any) -> list[Any]:
        given = [text for text in dict.fromkeys(value or []) if text][:MAX_VALUES]
        found = self.known([text for text in given if _SLUG.fullmatch(text)])
        self.unknown = tuple(text for text in given if text not in found)
        return list(found.values())

    def known(self, values: list[str]) -> dict[str, Any]:
        """What the values stand for, by value."""
        raise NotImplementedError

    def value_of(self, row: Any) -> str:
        """How the address names it."""
        raise NotImplementedError


class RowsField(ForgivingField):
    """Rows of a table by the column that stands in the address; one query when the address names any."""

    def __init__(self, *, rows: QuerySet[Any], column: str = "slug", **kwargs: Any) -> None:
        self.rows, self.column = rows, column
        super().__init__(**kwargs)

    def known(self, values: list[str]) -> dict[str, Any]:
        found = self.rows.filter(**{f"{self.column}__in": values}) if values else []
        return {self.value_of(row): row for row in found}

    def value_of(self, row: Any) -> str:
        return str(getattr(row, self.column))


class KindsField(ForgivingField):
    """Kinds of practice."""

    def known(self, values: list[str]) -> dict[str, Any]:
        return {value: Kind(value) for value in values if value in Kind.values}

    def value_of(self, row: Any) -> str:
        return str(row.value)


def _linked(through: type[Model], **condition: Any) -> Exists:
    """That the submission has a link of a many-to-many relation that meets the condition."""
    return Exists(through._default_manager.filter(submission=OuterRef("pk"), **condition))


def _in_regions(rows: list[Region]) -> Q:
    return Q(_linked(Submission.municipalities.through, municipality__province__region__in=rows))


def _in_municipalities(rows: list[Municipality]) -> Q:
    return Q(_linked(Submission.municipalities.through, municipality__in=rows))


def _of_kinds(kinds: list[Kind]) -> Q:
    return Q(kind__in=kinds)


def _on_themes(rows: list[Theme]) -> Q:
    return Q(main_theme__in=rows) | Q(_linked(Submission.other_themes.through, theme__in=rows))


def _for_commitments(rows: list[Commitment]) -> Q:
    return Q(_linked(Submission.commitments.through, commitment__in=rows))


def _of_organisations(rows: list[Organisation]) -> Q:
    return Q(organisation__in=rows)


def _of_networks(rows: list[Network]) -> Q:
    """Of organisations that surely are members today."""
    today = Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.IN), network__in=rows)
    return Q(organisation__in=today.values("organisation"))


class TextFilter(django_filters.Filter):  # type: ignore[misc]
    """Every word of the text must match; the rows get their `rank`."""

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


@dataclass(frozen=True)
class Choice:
    """A value of a filter, with the number of practices that it would leave."""

    value: str
    label: Text
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """A filter to choose from."""

    name: str
    label: Text
    choices: list[Choice]
    chosen: int


@dataclass(frozen=True)
class Chip:
    """An active filter."""

    name: str
    value: str
    label: Text
    text: Text


class PracticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The public list's filters, with the Italian names that stand in the address."""

    q = TextFilter(label=_("Testo"))
    territorio = ConditionFilter(_in_regions, RowsField, _("Territorio"), rows=Region.objects.all())
    comune = ConditionFilter(
        _in_municipalities, RowsField, _("Comune"), rows=Municipality.objects.select_related("province")
    )
    tipo = ConditionFilter(_of_kinds, KindsField, _("Tipo"))
    ambito = ConditionFilter(_on_themes, RowsField, _("Ambito"), rows=Theme.objects.all())
    ente = ConditionFilter(_of_organisations, RowsField, _("Ente"), rows=Organisation.objects.all())
    rete = ConditionFilter(_of_networks, RowsField, _("Rete"), rows=Network.objects.all())
    impegno = ConditionFilter(_for_commitments, RowsField, _("Impegno"), rows=Commitment.objects.all(), column="code")

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the address asks for, as it was understood."""
        self.form.is_valid()
        return dict(self.form.cleaned_data)

    def ordered(self) -> QuerySet[Submission]:
        """The best matches first when words are searched for, else the newest."""
        found: QuerySet[Submission] = self.qs
        return found.order_by(*(["rank"] if "rank" in found.query.annotations else []), "-published_at", "-pk")

    def without(self, name: str) -> QuerySet[Submission]:
        """The selection as it would be without one filter: what the counts beside that filter's choices are made of."""
        selection = self.queryset.all()
        for other, value in self.asked.items():
            if other != name:
                selection = self.filters[other].filter(selection, value)
        return Submission.objects.filter(pk__in=selection.values("pk"))

    @cached_property
    def chips(self) -> list[Chip]:
        """Every active filter."""
        text = self.asked["q"]
        chips = [Chip("q", text, _("Testo"), f"«{text}»")] if text else []
        for name, rows in self.asked.items():
            field = self.form.fields[name]
            if isinstance(field, ForgivingField):
                label = self.filters[name].label
                chips += [Chip(name, field.value_of(row), label, getattr(row, "label", None) or str(row)) for row in rows]
        return chips

    def kept(self) -> list[Chip]:
        """Active filters that the form has no choices for, and keeps."""
        return [chip for chip in self.chips if chip.name in KEPT]

    def unknown(self) -> list[tuple[Text, str]]:
        """Values that nobody knows, with their filter's name."""
        fields = [(name, self.form.fields[name]) for name in self.asked]
        forgiving = [(name, field) for name, field in fields if isinstance(field, ForgivingField)]
        return [(self.filters[name].label, text[:60]) for name, field in forgiving for text in field.unknown]

    def groups(self) -> list[Group]:
        """The filters to choose from, each choice with its count: one grouped query a filter."""
        counted = {
            "territorio": region_counts(self.without("territorio")),
            "comune": town_counts(self.without("comune")),
            "tipo": kind_counts(self.without("tipo")),
            "ambito": theme_counts(self.without("ambito")),
        }
        return [self._group(name, rows) for name, rows in counted.items()]

    def _group(self, name: str, counted: list[Counted]) -> Group:
        chosen = {chip.value: chip.text for chip in self.chips if chip.name == name}
        choices = [Choice(value, label, n, value in chosen) for value, label, n in counted]
        listed = {choice.value for choice in choices}
        choices += [Choice(value, text, 0, True) for value, text in chosen.items() if value not in listed]
        return Group(name, self.filters[name].label, choices, len(chosen))


def region_counts(submissions: QuerySet[Submission]) -> list[Counted]:
    """Slug, name and number of practices of the territories that have any, by name."""
    links = Submission.municipalities.through.objects.filter(submission__in=submissions)
    region = "municipality__province__region"
    rows = links.values_list(f"{region}__slug", f"{region}__name").annotate(n=Count("submission", distinct=True))
    return list(rows.order_by(f"{region}__name"))


def town_counts(submissions: QuerySet[Submission]) -> list[Counted]:
    """Slug, name with the province, and number of practices of the towns that have any, by name."""
    columns = [
        f"municipality__{c}" for c in ("slug", "name", "common_name", "other_name", "province__abbreviation", "sort_name")
    ]
    links = Submission.municipalities.through.objects.filter(submission__in=submissions)
    rows = links.values_list(*columns).annotate(n=Count("submission", distinct=True))
    found: list[Counted] = []
    for slug, name, common, other, abbreviation, _sort, n in rows.order_by("municipality__sort_name", "municipality__slug"):
        town = Municipality(name=name, common_name=common, other_name=other)
        found.append((slug, f"{town.display_name} ({abbreviation})", n))
    return found


def kind_counts(submissions: QuerySet[Submission]) -> list[Counted]:
    """The kinds that have practices, in their own order."""
    found = dict(submissions.values_list("kind").annotate(n=Count("pk")).order_by("kind"))
    return [(kind.value, kind.label, found[kind.value]) for kind in Kind if kind.value in found]


def theme_counts(submissions: QuerySet[Submission]) -> list[Counted]:
    """Slug, name and number of practices of the themes, main or further, that have any; in the chief editors' order."""
    main = submissions.filter(main_theme__isnull=False).values_list(
        *(f"main_theme__{c}" for c in ("position", "name", "slug"))
    )
    links = Submission.other_themes.through.objects.filter(submission__in=submissions)
    further = links.exclude(submission__main_theme=F("theme")).values_list("theme__position", "theme__name", "theme__slug")
    counts: Counter[tuple[int, str, str]] = Counter()
    for position, name, slug, n in main.annotate(n=Count("pk")).union(further.annotate(n=Count("pk")), all=True):
        counts[position, name, slug] += n
    return [(slug, name, counts[position, name, slug]) for position, name, slug in sorted(counts)]
