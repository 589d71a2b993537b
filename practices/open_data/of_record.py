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

# Every public field has a name here, or stands apart because it is more than the record says: a test holds this.
NAMES = {
    "kind": "tipo",
    "title": "titolo",
    "summary": "sintesi",
    "main_theme": "ambito",
    "other_themes": "altri_ambiti",
    "action_type": "tipo_di_azione",
    "tags": "parole_chiave",
    "title_en": "titolo_in_inglese",
    "summary_en": "sintesi_in_inglese",
    "municipalities": "comuni",
    "neighbourhood": "quartiere",
    "context_population": "popolazione",
    "context_foreign_residents": "residenti_stranieri",
    "context_source": "fonte_dei_dati",
    "context_on": "data_dei_dati",
    "target_groups": "destinatari",
    "target_description": "chi_sono",
    "expected_total": "persone_previste",
    "expected_women": "donne_previste",
    "expected_minors": "minori_previsti",
    "reached_total": "persone_raggiunte",
    "reached_women": "donne_raggiunte",
    "reached_minors": "minori_raggiunti",
    "started_on": "inizio",
    "ended_on": "fine",
    "stage": "fase",
    "context": "contesto",
    "problem": "problema",
    "objectives": "obiettivi",
    "activities": "attivita",
    "participation": "partecipazione",
    "milestones": "tappe",
    "partners": "partner",
    "funding_lines": "finanziamenti",
    "total_cost": "costo_complessivo",
    "staff": "personale",
    "staff_days": "giornate_di_lavoro",
    "cup": "cup",
    "act_kind": "atto",
    "act_number": "atto_numero",
    "act_on": "atto_data",
    "act_url": "atto_indirizzo",
    "commitments": "impegni",
    "outputs": "realizzazioni",
    "results": "risultati",
    "impact": "effetti",
    "evaluation": "valutazione",
    "evaluation_method": "metodo_di_valutazione",
    "evaluation_url": "rapporto_di_valutazione",
    "difficulties": "difficolta",
    "lessons": "lezioni",
    "success_conditions": "condizioni_di_riuscita",
    "sustainability": "sostenibilita",
    "transferability": "trasferibilita",
    "minimum_conditions": "condizioni_minime",
    "attachments": "allegati",
    "office": "ufficio",
    "office_email": "ufficio_email",
    "links": "collegamenti",
}
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
_UNITS: dict[str, Any] = {"total_cost": _("euro"), "amount": _("euro"), "staff_days": _("giornate in un anno")}
_PEOPLE = {"context_population", "context_foreign_residents"} | {
    f"{what}_{who}" for what in ("expected", "reached") for who in ("total", "women", "minors")
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
    field, called = FIELDS[name], NAMES[name]
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
            return (Field(called, _amount(name), field.label, field.help, Type.DECIMAL, _UNITS.get(name, "")),)
    unit = _("persone") if name in _PEOPLE else _UNITS.get(name, "")
    return (Field(called, _value(name), field.label, field.help, _TYPES.get(field.type, Type.TEXT), unit),)


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
    field, called = FIELDS[name], NAMES[name]
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
    field, called = FIELDS[name], NAMES[name]
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
    kind, unit = _TYPES.get(column.type, Type.TEXT), _UNITS.get(column.name, "")
    empty = not column.required
    return (Field(_COLUMNS.get(column.name, column.name), value, column.label, "", kind, unit, can_be_empty=empty),)
