"""What the filters of every list have in common: what was asked, chips, and choices with their counts."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.forms import Form
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from practices.filters import facets as counting
from practices.filters.fields import ChoicesField, ForgivingField, OrderField, RowsField, YearsField
from practices.record import Text


class ConditionFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that is one condition."""

    def __init__(
        self, condition: Callable[[list[Any]], Q], field: type[ForgivingField], label: Text, **field_options: Any
    ) -> None:
        self.condition, self.field_class = condition, field
        super().__init__(label=label, **field_options)

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return qs.filter(self.condition(value)) if value else qs

    def __deepcopy__(self, memo: dict[int, Any]) -> "ConditionFilter":
        """Each set has copies of its filters; the rows behind a field are read anew anyway, and slow to copy."""
        return copy(self)


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
    # What of the address it stands for.
    given: tuple[str, ...] = ()


def rows_filter(
    condition: Callable[[list[Any]], Q], rows: QuerySet[Any], label: Text, column: str = "slug"
) -> ConditionFilter:
    """A filter on rows of a table, by the column that stands in the address."""
    return ConditionFilter(condition, RowsField, label, rows=rows, column=column)


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of a list. Each has the Italian name that stands in the address; `facets` counts their choices."""

    facets: ClassVar[Mapping[str, counting.Facet]] = {}
    _form_class: ClassVar[type[Form]]

    def get_form_class(self) -> type[Form]:
        """The same for every request: made once."""
        if "_form_class" not in type(self).__dict__:
            type(self)._form_class = super().get_form_class()
        return self._form_class

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the address asks for, as it was understood."""
        self.form.is_valid()
        return dict(self.form.cleaned_data)

    @cached_property
    def active(self) -> set[str]:
        """The filters that select something."""
        fields = self.form.fields
        return {name for name, value in self.asked.items() if value and not isinstance(fields[name], OrderField)}

    def ordered(self) -> QuerySet[Any]:
        """The selection, in the order that the address asks for."""
        found: QuerySet[Any] = self.qs
        return found

    @cached_property
    def found(self) -> list[int]:
        """The primary keys of the selection, in order: read once, for its number, its pages and the counts of its choices."""
        return list(self.ordered().values_list("pk", flat=True))

    def without(self, name: str) -> QuerySet[Any]:
        """The selection as it would be without one filter: what the counts beside that filter's choices are made of."""
        selection: QuerySet[Any] = self.queryset.all()
        others = self.active - {name}
        if not others:
            return selection
        if others == self.active:
            pks: dict[str, Any] = {"pk__among": self.found}
        else:
            for other in others:
                selection = self.filters[other].filter(selection, self.asked[other])
            pks = {"pk__in": selection.order_by().values("pk")}
        found: QuerySet[Any] = selection.model._default_manager.filter(**pks)
        return found

    @cached_property
    def chips(self) -> list[Chip]:
        """Every active filter."""
        text = self.asked["q"]
        chips = [Chip("q", text, _("Testo"), f"«{text}»")] if text else []
        for name, rows in self.asked.items():
            field = self.form.fields[name]
            if isinstance(field, ForgivingField) and not isinstance(field, OrderField):
                label = self.filters[name].label
                is_written = isinstance(field, RowsField)
                chips += [
                    Chip(name, field.value_of(row), label, field.label_of(row), is_written, field.given_for(row))
                    for row in rows
                ]
        return chips

    def kept(self) -> list[Chip]:
        """Active filters that the form has no choices for, and keeps."""
        if not self.chips:
            return []
        shown = {group.name for group in self.groups}
        return [chip for chip in self.chips if chip.name not in shown and chip.name != "q"]

    def unknown(self) -> list[tuple[Text, str]]:
        """Values that nobody knows, with their filter's name."""
        forgiving = [(name, field) for name in self.asked if isinstance(field := self.form.fields[name], ForgivingField)]
        return [(self.filters[name].label, text[:60]) for name, field in forgiving for text in field.unknown]

    def offered(self) -> list[str]:
        """The filters to choose from now."""
        return list(self.facets)

    @property
    def shared_key(self) -> str:
        """Under which the choices are kept while nothing is chosen: the same on every page of the list. Else empty."""
        return "" if self.chips else self.whole_key

    @property
    def whole_key(self) -> str:
        """Under which what is true of the whole list is kept; empty where the request is not of a public page."""
        version = getattr(self.request, "page_version", "")
        return f"{type(self).__name__}-{version}" if version else ""

    @cached_property
    def groups(self) -> list[Group]:
        """The filters to choose from, each choice with its count."""
        # A filter that is the only active one is counted in everything, as all of them are where none is active.
        alone = [name for name in self.offered() if not self.active - {name}]
        counted = self._counted_in_everything() if alone else {}
        whole = self.without("")
        selections = {name: self.without(name) if name in self.active else whole for name in self.offered()}
        counted |= counting.counted({name: rows for name, rows in selections.items() if name not in alone}, self.facets)
        groups = (self.group(name, counted[name]) for name in self.offered())
        return [group for group in groups if group.choices or group.hint]

    def _counted_in_everything(self) -> dict[str, list[counting.Counted]]:
        """Of all filters: the same on every page until anything public changes, and kept so long."""
        selections = dict.fromkeys(self.facets, self.queryset.all())
        if not self.whole_key:
            return counting.counted(selections, self.facets)
        key = f"counts-{self.whole_key}"
        kept: dict[str, list[counting.Counted]] | None = caches["fragments"].get(key)
        if kept is None:
            kept = counting.counted(selections, self.facets)
            caches["fragments"].set(key, kept)
        return kept

    def group(self, name: str, counted: list[counting.Counted]) -> Group:
        """A filter with its choices; those that are chosen stay even where nothing has them."""
        field, chosen = self.form.fields[name], {chip.value: chip.text for chip in self.chips if chip.name == name}
        if isinstance(field, ChoicesField):
            counted = _of_members(field, counted)
        choices = [Choice(row.value, row.label, row.count, row.value in chosen) for row in counting.in_order(counted)]
        listed = {choice.value for choice in choices}
        choices += [Choice(value, text, 0, True) for value, text in chosen.items() if value not in listed]
        if isinstance(field, YearsField):
            choices.sort(key=lambda choice: choice.value, reverse=True)
        return Group(name, self.filters[name].label, choices, len(chosen), isinstance(field, RowsField))


def _of_members(field: ChoicesField, counted: list[counting.Counted]) -> list[counting.Counted]:
    """With the values, labels and order of the enumeration; the database knows its raw values alone."""
    counts = {row.value: row.count for row in counted}
    members = list(field.members.items())
    found = [(value, member, counts.get(str(member.value))) for value, member in members]
    return [counting.Counted(value, member.label, f"{place}", n) for place, (value, member, n) in enumerate(found) if n]
