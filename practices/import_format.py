"""The format of the lines that `practices.importing` takes: one JSON object a line, `content` as in `practices.content`.

    {"slug": …, "organisation": <slug>, "source_url": …, "other_source_urls": […], "source_note": …, "source_licence": …,
     "content": {<field of practices.record>: <value>, …},
     "readings": [{"indicator": <its name>, "period": …, "on": <a day>, "value": "16", "is_approximate": …,
                   "approximation": "over", "source": …}]}

What a source does not say is absent. Mistakes are told with the number of their line, and any of them stops the whole file.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email, validate_slug
from django.utils import timezone

from networks.models import Organisation
from portal.lib.dates import PartialDate, Precision
from portal.lib.text import control_characters, count_words, normalise
from practices.content import REFERENCES, Content
from practices.models import CommonIndicator, Reading
from practices.models.indicator import EARLIEST
from practices.publication import RESERVED
from practices.record import FIELDS, Column, Field, Needed, Type, is_empty

REQUIRED = ("slug", "organisation", "source_url", "source_licence", "content")
OPTIONAL = ("other_source_urls", "source_note", "readings")
IN_READING = ("indicator", "period", "on", "value")
MORE_IN_READING = ("is_approximate", "approximation", "source")
# Files do not travel in a line of text, and an adaptation is declared by whoever adapted.
NOT_IMPORTED = ("attachments", "adaptations")
FIRST_YEAR, LAST_YEAR = 1900, 2100
LARGEST_NUMBER = 2_000_000_000
LONGEST_NOTE = 20_000  # characters
WHOLE_DIGITS = 12  # of an amount or a value, before the decimal point

_is_web_address = URLValidator(schemes=["http", "https"])
Known = dict[str, set[str]]


def known_codes() -> Known:
    """Every code that a line may name, for each field that names codes."""
    known = {name: set(model._default_manager.values_list(code, flat=True)) for name, (model, code) in REFERENCES.items()}
    shared = CommonIndicator.objects.values_list("slug", "name", "unit")
    known["common indicators"] = {_as_common(*row) for row in shared}
    return {**known, "organisation": set(Organisation.objects.values_list("slug", flat=True))}


def _as_common(slug: str, name: str, unit: str) -> str:
    return f"{slug}: {name} ({unit})"


def read_line(line: str, known: Known) -> tuple[dict[str, Any], list[str]]:
    """The line's object, tidied, and what is wrong with it."""
    try:
        row = _tidy(json.loads(line))
        # Half a character (\ud800) is a text for JSON and for no database.
        json.dumps(row, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {}, ["non è un oggetto JSON."]
    if not isinstance(row, dict):
        return {}, ["non è un oggetto JSON."]
    mistakes = list(_mistakes(row, known))
    if not mistakes:
        row["content"] = {name: _whole(FIELDS[name], value) for name, value in row["content"].items() if not is_empty(value)}
    return row, mistakes


def _tidy(value: Any) -> Any:
    """Every text as the forms would save it."""
    match value:
        case str():
            return normalise(value)
        case list():
            return [_tidy(item) for item in value]
        case dict():
            return {name: _tidy(item) for name, item in value.items()}
    return value


def _whole(field: Field, value: Any) -> Any:
    """Rows with all their columns, the silent ones empty."""
    if field.type is not Type.ROWS:
        return value
    silent = {column.name: "" if column.type in (Type.LINE, Type.URL) else None for column in field.columns}
    return [{name: silent[name] if is_empty(row.get(name)) else row[name] for name in silent} for row in value]


def _mistakes(row: dict[str, Any], known: Known) -> Iterator[str]:
    yield from (f"{name}: voce sconosciuta." for name in row if name not in REQUIRED + OPTIONAL)
    missing = [name for name in REQUIRED if is_empty(row.get(name))]
    yield from (f"{name}: manca." for name in missing)
    if missing:
        return
    yield from (f"slug: {why}" for why in _text(row["slug"], 120))
    if not _passes(validate_slug, row["slug"]):
        yield "slug: sono ammesse solo lettere, cifre e trattini."
    elif row["slug"] in RESERVED:
        yield "slug: è l'indirizzo di un'altra pagina."
    if not isinstance(row["organisation"], str) or row["organisation"] not in known["organisation"]:
        yield f"organisation: «{row['organisation']}» non esiste."
    yield from (f"source_url: {why}" for why in _address(row["source_url"], 500))
    if isinstance(others := row.get("other_source_urls", []), list):
        yield from (f"other_source_urls: {why}" for address in others for why in _address(address, 500))
    else:
        yield "other_source_urls: deve essere un elenco."
    yield from (f"source_licence: {why}" for why in _text(row["source_licence"], 200))
    yield from (f"source_note: {why}" for why in _text(row.get("source_note", ""), LONGEST_NOTE))
    if not isinstance(row["content"], dict):
        yield "content: deve essere un oggetto."
        return
    in_content = list(_content_mistakes(row["content"], known))
    yield from in_content
    # The readings name the indicators: there is no telling what they mean while those are wrong.
    if not in_content:
        names = [indicator["name"] for indicator in row["content"].get("indicators") or []]
        yield from (f"readings: {why}" for why in _reading_mistakes(row.get("readings", []), names))


def _content_mistakes(values: Content, known: Known) -> Iterator[str]:
    for field in FIELDS.values():
        if field.needed is Needed.TO_SAVE and is_empty(values.get(field.name)):
            yield f"{field.name}: manca."
    for name, value in values.items():
        if name not in FIELDS:
            yield f"{name}: campo sconosciuto."
        elif name in NOT_IMPORTED or not FIELDS[name].public:
            yield f"{name}: non si può importare."
        elif not is_empty(value):
            yield from (f"{name}: {why}" for why in _value(FIELDS[name], value, known))
    start, end = values.get("started_on"), values.get("ended_on")
    if _is_date(start) and _is_date(end) and PartialDate.parse(end).last_day < PartialDate.parse(start).first_day:
        yield "ended_on: la fine viene prima dell'inizio."


def _value(field: Field, value: Any, known: Known) -> Iterator[str]:
    """What is wrong with a field's value; it is not empty."""
    if field.type not in (Type.REFERENCES, Type.TAGS, Type.ROWS):
        yield from _single(field, value, known)
        if field.max_words and isinstance(value, str) and count_words(value) > field.max_words:
            yield f"supera le {field.max_words} parole."
        return
    if not isinstance(value, list):
        yield "deve essere un elenco."
        return
    most = field.max_chosen if field.type is Type.REFERENCES else field.max_rows
    if most and len(value) > most:
        yield f"ha più di {most} voci."
    for item in value:
        match field.type:
            case Type.REFERENCES:
                yield from _code(field.name, item, known)
            case Type.TAGS:
                yield from _text(item, 50)
            case Type.ROWS:
                yield from _row(field, item, known)
    if field.name == "indicators" and len({str(row.get("name")) for row in value if isinstance(row, dict)}) < len(value):
        yield "due indicatori hanno lo stesso nome."


def _row(field: Field, row: Any, known: Known) -> Iterator[str]:
    columns = {column.name: column for column in field.columns}
    if not isinstance(row, dict) or row.keys() - columns.keys():
        yield f"ogni riga è un oggetto con le voci {', '.join(columns)}."
        return
    for name, column in columns.items():
        value = row.get(name)
        if not is_empty(value):
            yield from (f"{name}: {why}" for why in _single(column, value, known))
        elif column.required or column.type is Type.CHOICE:
            yield f"{name}: manca."
    if field.name == "indicators":
        yield from _indicator(row, known)
    start, end = row.get("from_year"), row.get("to_year")
    if isinstance(start, int) and isinstance(end, int) and end < start:
        yield "to_year: viene prima di from_year."


def _indicator(row: dict[str, Any], known: Known) -> Iterator[str]:
    """A common one keeps the catalogue's name and unit: readings name it so."""
    yield from (f"{name}: manca." for name in ("name", "unit") if is_empty(row.get(name)))
    code = row.get("common")
    named = _as_common(str(code), str(row.get("name")), str(row.get("unit")))
    if isinstance(code, str) and code in known["common"] and named not in known["common indicators"]:
        yield f"common: nel catalogo «{code}» ha un altro nome o un'altra unità."


def _single(of: Field | Column, value: Any, known: Known) -> Iterator[str]:
    """What is wrong with a value that is not a list."""
    match of.type:
        case Type.LINE | Type.PARAGRAPHS:
            yield from _text(value, of.max_length)
        case Type.URL:
            yield from _address(value, of.max_length)
        case Type.EMAIL if not _passes(validate_email, value):
            yield "non è un indirizzo di posta."
        case Type.CHOICE if of.choices is None or value not in of.choices.values:
            yield f"«{value}» non è tra le scelte possibili."
        case Type.REFERENCE:
            yield from _code(of.name, value, known)
        case Type.DATE if not _is_date(value):
            yield f"«{value}» non è una data (2013, 2013-09 o 2013-09-24)."
        case Type.MONEY if not _is_decimal(value, places=2) or Decimal(value) < 0:
            yield f"«{value}» non è un importo (per esempio «1250.50», tra virgolette)."
        case Type.INTEGER if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
            yield f"«{value}» non è un numero intero."
        case Type.INTEGER if of.name.endswith("year") and not FIRST_YEAR <= value <= LAST_YEAR:
            yield f"«{value}» non è un anno."


def _reading_mistakes(readings: Any, indicators: list[str]) -> Iterator[str]:
    if not isinstance(readings, list):
        yield "deve essere un elenco."
        return
    for reading in readings:
        if not isinstance(reading, dict) or not set(IN_READING) <= reading.keys() <= {*IN_READING, *MORE_IN_READING}:
            yield f"ogni riga è un oggetto con le voci {', '.join((*IN_READING, *MORE_IN_READING))}."
            continue
        if reading["indicator"] not in indicators:
            yield f"l'indicatore «{reading['indicator']}» non è tra quelli della pratica."
        if is_empty(reading["period"]):
            yield "period: manca."
        yield from (f"period: {why}" for why in _text(reading["period"], 60))
        if not _is_date(reading["on"]) or PartialDate.parse(reading["on"]).precision is not Precision.DAY:
            yield f"on: «{reading['on']}» non è un giorno (2013-09-24)."
        elif not EARLIEST <= PartialDate.parse(reading["on"]).first_day <= timezone.localdate():
            yield f"on: «{reading['on']}»: la data di riferimento va dal 1950 a oggi."
        if not _is_decimal(reading["value"], places=4):
            yield f"value: «{reading['value']}» non è un numero (per esempio «12.5», tra virgolette)."
        if not isinstance(reading.get("is_approximate", False), bool):
            yield "is_approximate: deve essere true o false."
        word = reading.get("approximation", "")
        if word != "" and word not in Reading.Approximation.values:
            yield f"approximation: «{word}» non è tra le scelte possibili."
        elif word and not reading.get("is_approximate"):
            yield "approximation: è di un valore approssimato."
        yield from (f"source: {why}" for why in _text(reading.get("source", ""), 500))


def _text(value: Any, max_length: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield "deve essere un testo."
    elif len(value) > max_length:
        yield f"supera i {max_length} caratteri."
    elif found := control_characters(value):
        yield f"contiene caratteri che non si possono salvare: {', '.join(found)}."


def _address(value: Any, max_length: int) -> Iterator[str]:
    if not _passes(_is_web_address, value):
        yield f"«{value}» non è un indirizzo web."
    elif len(value) > max_length:
        yield f"supera i {max_length} caratteri."


def _code(name: str, value: Any, known: Known) -> Iterator[str]:
    if not isinstance(value, str) or value not in known[name]:
        yield f"«{value}» non esiste."


def _passes(check: Callable[[str], object], value: Any) -> bool:
    """Whether it is a text that the check does not object to."""
    try:
        check(value)
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return False
    return isinstance(value, str)


def _is_date(value: Any) -> TypeGuard[str]:
    return _passes(PartialDate.parse, value)


def _is_decimal(value: Any, *, places: int) -> bool:
    """Whether it is a decimal number written as text, small enough for its column."""
    if not _passes(Decimal, value) or not Decimal(value).is_finite() or abs(Decimal(value)) >= 10**WHOLE_DIGITS:
        return False
    return Decimal(value) == round(Decimal(value), places)
