"""Fields of the record as fields of open data: what `practices.record` says of each, under an Italian name for the file."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.lib.open_data import (
    Code,
    Codes,
    Field,
    Record,
    Type,
    coded,
    codes_of,
    decimal,
    partial_date,
    records_field,
)
from practices import record
from practices.content import REFERENCES
from practices.models import Submission
from practices.open_data.reading import rows_of
from practices.record import FIELDS, Column

# Datasets of their own, which say more; `practices.open_data.practice` adds them to the JSON.
APART = {"indicators", "adaptations"}

_COLUMNS = {
    "when": "quando",
    "what": "che_cosa",
    "name": "nome",
    "nature": "natura",
    "contribution": "contributo",
    "amount": "importo",
    "from_year": "dal",
    "to_year": "al",
    "title": "titolo",
    "url": "indirizzo",
    "alternative_text": "testo_alternativo",
}
_TYPES = {
    record.Type.DATE: Type.PARTIAL_DATE,
    record.Type.INTEGER: Type.INTEGER,
    record.Type.MONEY: Type.DECIMAL,
    record.Type.URL: Type.URL,
    record.Type.EMAIL: Type.EMAIL,
}
_NAMED = _("I nomi, nello stesso ordine dei codici.")


def kept_list(name: str) -> Codes:
    """The codes of a list that chief editors keep, retired ones included: practices may still have them."""
    model, column = REFERENCES[name]

    def read() -> list[Code]:
        rows = model._default_manager.order_by("position", "name").values_list(column, "name")
        return [Code(code, label) for code, label in rows]

    return read


def fields_of(name: str) -> tuple[Field[Submission], ...]:
    """What the open data says of a field of the record: one field, or a code and its meaning."""
    field = FIELDS[name]
    called = field.data_name
    match field.type:
        case record.Type.CHOICE if field.choices:
            return coded(called, _value(name), field.choices, field.label, field.help)
        case record.Type.REFERENCE:
            listed = kept_list(name)
            return (
                Field(called, _of_reference(name, REFERENCES[name][1]), field.label, field.help, codes=listed),
                Field(f"{called}_nome", _of_reference(name, "name"), field.label, _("Il nome.")),
            )
        case record.Type.REFERENCES:
            return _references(name)
        case record.Type.TAGS:
            return (Field(called, _tags, field.label, _("Parole scelte da chi ha scritto la scheda."), is_list=True),)
        case record.Type.ROWS:
            return (_rows(name),)
        case record.Type.DATE:
            return (Field(called, _date(name), field.label, field.help, Type.PARTIAL_DATE),)
        case record.Type.MONEY:
            return (Field(called, _amount(name), field.label, field.help, Type.DECIMAL, field.unit),)
    return (Field(called, _value(name), field.label, field.help, _TYPES.get(field.type, Type.TEXT), field.unit),)


def _value(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _date(name: str) -> Callable[[Any], Any]:
    return lambda row: partial_date(getattr(row, name), getattr(row, f"{name}_precision"))


def _amount(name: str) -> Callable[[Any], Any]:
    return lambda row: decimal(getattr(row, name))


def _of_reference(name: str, column: str) -> Callable[[Any], Any]:
    return lambda row: getattr(getattr(row, name), column) if getattr(row, name) else None


def _tags(row: Submission) -> list[str]:
    return sorted(rows_of(row, "tags"))


def _references(name: str) -> tuple[Field[Submission], ...]:
    """Codes and names, in one order."""
    field = FIELDS[name]
    called = field.data_name
    column = REFERENCES[name][1]
    titled = {"commitments": "title", "municipalities": "display_name"}.get(name, "name")

    def pairs(row: Submission) -> list[tuple[str, str]]:
        found = [(str(getattr(one, column)), str(getattr(one, titled))) for one in rows_of(row, name)]
        return sorted(found)

    is_kept = name not in {"municipalities", "commitments"}
    refers_to = {"municipalities": "comuni", "commitments": "impegni"}.get(name, "")
    codes = kept_list(name) if is_kept else None
    return (
        Field(
            called,
            lambda row: [code for code, _title in pairs(row)],
            field.label,
            field.help,
            codes=codes,
            refers_to=refers_to,
            is_list=True,
        ),
        Field(f"{called}_nome", lambda row: [title for _code, title in pairs(row)], field.label, _NAMED, is_list=True),
    )


def _rows(name: str) -> Field[Submission]:
    field = FIELDS[name]
    called = field.data_name
    if name in {"milestones", "partners", "links"}:
        columns = tuple(_of_json(column) for column in field.columns)
    else:
        columns = tuple(
            one for column in field.columns for one in _of_model(column) if column.name not in {"sha256", "name"}
        )
    stored = _stored if name in {"milestones", "partners", "links"} else _related
    return records_field(called, stored(name), columns, label=field.label, description=field.help)


def _stored(name: str) -> Callable[[Submission], Any]:
    return lambda row: getattr(row, name)


def _related(name: str) -> Callable[[Submission], Any]:
    return lambda row: rows_of(row, name)


def _of_json(column: Column) -> Field[Record]:
    return Field(
        _COLUMNS[column.name],
        lambda row: row.get(column.name),
        column.label,
        type=_TYPES.get(column.type, Type.TEXT),
        can_be_empty=not column.required,
    )


def _of_model(column: Column) -> tuple[Field[Any], ...]:
    if column.name == "fund":
        return (
            Field("fondo", lambda row: row.fund.slug, column.label, codes=kept_list("fund"), can_be_empty=False),
            Field("fondo_nome", lambda row: row.fund.name, column.label, can_be_empty=False),
        )
    if column.choices:
        return (
            Field(
                "tipo",
                lambda row: getattr(row, column.name),
                column.label,
                codes=codes_of(column.choices),
                can_be_empty=not column.required,
            ),
        )
    value = _amount(column.name) if column.type is record.Type.MONEY else _value(column.name)
    kind, unit = _TYPES.get(column.type, Type.TEXT), column.unit
    empty = not column.required
    return (Field(_COLUMNS.get(column.name, column.name), value, column.label, "", kind, unit, can_be_empty=empty),)
