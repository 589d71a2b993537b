"""The API in the words of OpenAPI 3.1, made of the definitions that it answers by."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.open_data import Dataset, Field, Type
from portal.open_data.api import parameters
from portal.open_data.api.answers import PROBLEM
from portal.open_data.api.resources import RESOURCES, Practices, Resource
from practices.filters.fields import (
    MAX_TEXT,
    MAX_VALUES,
    ChoicesField,
    ForgivingField,
    OrderField,
    RowsField,
    TextField,
    YearsField,
)
from practices.filters.practice import PracticeFilter
from practices.models import Submission

Schema = dict[str, Any]
VERSION = "1.0.0"
# Filters on rows that are few enough to be named; of towns, organisations and words there are thousands.
NAMED = {"territorio", "provincia", "ambito", "destinatari", "fondo", "rete", "accordo", "impegno"}
_FORMS: dict[Type, Schema] = {
    Type.INTEGER: {"type": "integer"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.DECIMAL: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.PARTIAL_DATE: {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    Type.DATETIME: {"type": "string", "format": "date-time"},
}


def openapi() -> Schema:
    """The whole description."""
    paths: dict[str, Schema] = {"/": {"get": _operation("indice", _("Le raccolte"), _json({"type": "object"}), [])}}
    schemas: dict[str, Schema] = {"problema": _problem(), "pratica_rimossa": _removed()}
    for name, resource in RESOURCES.items():
        schemas[name] = of_records(resource.dataset.fields)
        schemas[f"pagina_di_{name}"] = _page(name)
        paths[f"/{name}"] = {"get": _list(name, resource)}
        paths[f"/{name}/{{chiave}}"] = {"get": _one(name, resource)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Buone pratiche di integrazione"),
            "version": VERSION,
            "description": _("Dati aperti delle pratiche dei Comuni, in sola lettura e senza chiave."),
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": f"{settings.SITE_URL}{reverse('api:index').rstrip('/')}"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def of_records(fields: tuple[Field[Any], ...]) -> Schema:
    """A record with exactly these fields."""
    return {
        "type": "object",
        "properties": {one.name: _of_field(one) for one in fields},
        "required": [one.name for one in fields],
        "additionalProperties": False,
    }


def _of_field(field: Field[Any]) -> Schema:
    told = {"title": str(field.label), "description": str(field.description)}
    schema = {key: text for key, text in told.items() if text}
    value: Schema = of_records(field.fields) if field.fields else dict(_FORMS.get(field.type, {"type": "string"}))
    if field.codes and (codes := [one.code for one in field.codes()]):
        value["enum"] = [int(code) for code in codes] if field.type is Type.INTEGER else codes
    if field.is_list:
        return {**schema, "type": "array", "items": value}
    if field.can_be_empty:
        value["type"] = [value["type"], "null"]
        if "enum" in value:
            value["enum"] = [*value["enum"], None]
    return {**schema, **value}


# Operations --------------------------------------------------------------------------------------------------------
def _list(name: str, resource: Resource) -> Schema:
    found = _of_practices() if isinstance(resource, Practices) else [_filter(resource, one) for one in resource.filters]
    limits = ((parameters.PAGE, parameters.LAST_PAGE, 1), (parameters.SIZE, parameters.MOST, parameters.DEFAULT_SIZE))
    for parameter, most, default in limits:
        found.append(_parameter(parameter, {"type": "integer", "minimum": 1, "maximum": most, "default": default}))
    dataset: Dataset[Any] = resource.dataset
    return _operation(
        f"elenco_{name}", str(dataset.title), _json({"$ref": f"#/components/schemas/pagina_di_{name}"}), found
    ) | {"description": f"{dataset.description} {dataset.limits}".strip()}


def _one(name: str, resource: Resource) -> Schema:
    key = {
        "name": "chiave",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{resource.key.pattern}$"},
    }
    key["description"] = str(resource.filter_field(resource.dataset.key).label)
    found = _operation(name, str(resource.dataset.title), _json({"$ref": f"#/components/schemas/{name}"}), [key])
    if isinstance(resource, Practices):
        found["responses"]["302"] = {"description": _("Un doppione: porta alla pratica in cui è confluita.")}
        removed = {"schema": {"$ref": "#/components/schemas/pratica_rimossa"}}
        found["responses"]["410"] = {"description": _("Pratica rimossa"), "content": {PROBLEM: removed}}
    return found


def _operation(name: str, summary: str, success: Schema, found: list[Schema]) -> Schema:
    wrong = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problema"}}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": found,
        "responses": {
            "200": {"description": _("Trovato"), **success},
            "304": {"description": _("Non è cambiato nulla da quando lo hai letto.")},
            "400": {"description": _("Parametri non validi"), **wrong},
            "404": {"description": _("Non c'è"), **wrong},
            "405": {"description": _("Solo lettura"), **wrong},
            "414": {"description": _("Indirizzo troppo lungo"), **wrong},
        },
    }


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


# Parameters --------------------------------------------------------------------------------------------------------
def _parameter(name: str, schema: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **told}


def _text(**more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": parameters.TEXT, **more}


def _filter(resource: Resource, name: str) -> Schema:
    about = resource.filter_field(name)
    codes = [one.code for one in about.codes()] if about.codes else []
    return _parameter(name, {"type": "string", "enum": codes} if codes else _text(), str(about.label))


def _of_practices() -> list[Schema]:
    """The filters of the list of practices."""
    filters = PracticeFilter({}, queryset=Submission.objects.none())
    return [
        _parameter(name, _asked(name, field), str(filters.filters[name].label))
        for name, field in filters.form.fields.items()
    ]


def _asked(name: str, field: forms.Field) -> Schema:
    match field:
        case TextField():
            return _text()
        case OrderField():
            return {"type": "string", "enum": list(field.ways)}
        case YearsField():
            value: Schema = {"type": "string", "pattern": "^[12][0-9]{3}$"}
        case ChoicesField():
            value = {"type": "string", "enum": list(field.members)}
        case RowsField() if name in NAMED and (named := [field.value_of(row) for row in field.rows.all()]):
            value = {"type": "string", "enum": named}
        case _:
            value = _text()
    assert isinstance(field, ForgivingField)
    return {"type": "array", "items": value, "maxItems": MAX_VALUES, "minItems": 1}


# Schemas beside the records ----------------------------------------------------------------------------------------
def _page(name: str) -> Schema:
    address = {"type": ["string", "null"], "format": "uri"}
    count = {"type": "integer", "minimum": 0}
    properties = {
        "totale": count,
        "pagina": count,
        "pagine": count,
        "per_pagina": count,
        "successiva": address,
        "precedente": address,
        "record": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, "maxItems": parameters.MOST},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _problem() -> Schema:
    fault = {"type": "object", "properties": {name: {"type": "string"} for name in ("nome", "valore", "motivo")}}
    properties: Schema = {name: {"type": "string"} for name in ("type", "title", "detail")}
    properties["status"] = {"type": "integer"}
    return {
        "type": "object",
        "properties": {**properties, "parametri": {"type": "array", "items": fault}},
        "required": list(properties),
    }


def _removed() -> Schema:
    whole = _problem()
    whole["properties"]["record"] = {"type": "object", "description": _("Tutto ciò che resta della pratica.")}
    return whole
