"""What an address may ask for, read forgivingly: what nobody knows is put aside for the page to say so."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.enums import Choices

from networks.models.place import MunicipalityQuerySet

MAX_TEXT = 200
MAX_VALUES = 50
_VALUE = re.compile(r"[a-z0-9_-]{1,120}", re.ASCII | re.IGNORECASE)


class TextField(forms.CharField):
    """Any text: control characters become spaces, and what is too long is cut."""

    def to_python(self, value: Any) -> str:
        return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(value or ""))[:MAX_TEXT].split())


class ForgivingField(forms.Field):
    """Several values; those that nobody knows are kept in `unknown`."""

    widget = forms.SelectMultiple
    unknown: tuple[str, ...] = ()
    understood: Mapping[str, Any] = {}

    def clean(self, value: Any) -> list[Any]:
        given = [text for text in dict.fromkeys(value or []) if text][:MAX_VALUES]
        self.understood = self.known([text for text in given if _VALUE.fullmatch(text)])
        self.unknown = tuple(text for text in given if text not in self.understood)
        return list(dict.fromkeys(self.understood.values()))

    def given_for(self, row: Any) -> tuple[str, ...]:
        """What of the address stands for this one."""
        return tuple(text for text, meant in self.understood.items() if meant == row)

    def known(self, values: list[str]) -> dict[str, Any]:
        """What the values stand for, by value."""
        raise NotImplementedError

    def value_of(self, row: Any) -> str:
        """How the address names it."""
        raise NotImplementedError

    def label_of(self, row: Any) -> Any:
        """How a reader reads it."""
        return str(row)


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


class TownsField(RowsField):
    """Towns by their address, as their pages: links and saved searches outlive a renaming and a merger."""

    rows: MunicipalityQuerySet

    def known(self, values: list[str]) -> dict[str, Any]:
        return dict(self.rows.at(values)) if values else {}


class ChoicesField(ForgivingField):
    """Members of an enumeration, by their values; by their names in small letters where values are numbers."""

    def __init__(self, *, choices: type[Choices], **kwargs: Any) -> None:
        self.members = {self.value_of(member): member for member in choices}
        super().__init__(**kwargs)

    def known(self, values: list[str]) -> dict[str, Any]:
        return {value: self.members[value] for value in values if value in self.members}

    def value_of(self, row: Any) -> str:
        return str(row.value if isinstance(row.value, str) else row.name.lower())

    def label_of(self, row: Any) -> Any:
        return row.label


class YearsField(ForgivingField):
    """Years of four digits."""

    def known(self, values: list[str]) -> dict[str, Any]:
        return {value: int(value) for value in values if re.fullmatch(r"[12]\d{3}", value)}

    def value_of(self, row: Any) -> str:
        return f"{row}"


class OrderField(ForgivingField):
    """One way to sort; of several, the first that is known."""

    def __init__(self, *, ways: dict[str, Any], **kwargs: Any) -> None:
        self.ways = ways
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:  # type: ignore[override]  # one, not several
        return next(iter(super().clean(value)), "")

    def known(self, values: list[str]) -> dict[str, Any]:
        return {value: value for value in values if value in self.ways}

    def value_of(self, row: Any) -> str:
        return str(row)
