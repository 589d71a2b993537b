"""What the definitions of the open data promise, and what the rows then say."""

import re
from typing import Any

import pytest
from django.utils import translation

from portal.lib.open_data import Dataset, Field, Record, Type, header
from portal.open_data.datasets import DATASETS
from practices.importing import import_practices
from practices.models import Submission
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from practices.open_data.of_record import APART, NAMES
from practices.record import FIELDS
from tests import make
from tests.reference import load_reference_data, practice_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fifty")]
EVERY = pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)


INDICATOR = {"common": None, "name": "Iscritti", "unit": "persone", "baseline": "-1.50", "target": "2"}
INDICATOR |= {"direction": "up", "source": ""}


@pytest.fixture(scope="module")
def fifty(rows_of_module: None) -> None:
    """Everything that the fixtures know, with one practice that is archived, one removed and one merged."""
    load_reference_data()
    import_practices(list(practice_lines()), at=make.NOW, apply=True)
    chief = make.editor_user(chief=True)
    first, second, third = (one.practice for one in Submission.objects.listed().order_by("pk")[:3])
    whole.archive(first, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(second, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Un nome.")
    outside = {"origin": "", "origin_name": "Altrove", "origin_url": "https://example.org/", "year": 2020}
    inside = {"origin": first.code, "origin_name": "", "origin_url": "", "year": 2021}
    more = {"changes": "Gli orari.", "outcome": "under_way"}
    make.published(title="Ripresa", adaptations=[outside | more, inside | more], indicators=[INDICATOR])
    third.merged_into, third.merged_at, third.merged_by = first, make.later(61), chief
    third.save()


def test_every_public_field_of_the_record_is_in_the_data() -> None:
    assert {name for name, field in FIELDS.items() if field.public} == NAMES.keys() | APART


def fields_of(fields: tuple[Field[Any], ...]) -> list[Field[Any]]:
    return [one for field in fields for one in (field, *fields_of(field.fields))]


@EVERY
def test_names_are_plain_and_stand_once(dataset: Dataset[Any]) -> None:
    for named in ([field.name for field in dataset.fields], header(dataset.fields)):
        assert len(set(named)) == len(named)
        assert [name for name in named if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert dataset.key in {field.name for field in dataset.fields}
    assert {field.refers_to for field in fields_of(dataset.fields)} <= {"", *DATASETS}


JSON = {Type.INTEGER: int, Type.BOOLEAN: bool, Type.RECORDS: dict}
FORMS = {
    Type.DECIMAL: r"-?\d+(\.\d+)?",
    Type.DATE: r"\d{4}-\d\d-\d\d",
    Type.PARTIAL_DATE: r"\d{4}(-\d\d(-\d\d)?)?",
    Type.DATETIME: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
}


def check(field: Field[Any], value: Any, *, is_gone: bool) -> None:
    """One value against what its field promises."""
    values = value if field.is_list else [value]
    assert isinstance(value, list) == field.is_list, field.name
    if not is_gone:
        assert field.can_be_empty or value not in (None, []), field.name
    codes = {one.code for one in field.codes()} if field.codes else set()
    for one in values:
        if one is None:
            assert not field.is_list, field.name
            continue
        assert one != ""
        assert isinstance(one, JSON.get(field.type, str)), (field.name, one)
        assert re.fullmatch(FORMS.get(field.type, ".*"), str(one), re.DOTALL), (field.name, one)
        assert not codes or str(one) in codes, (field.name, one)
        if field.fields:
            assert list(one) == [part.name for part in field.fields]
            for part in field.fields:
                check(part, one[part.name], is_gone=is_gone)


@EVERY
def test_every_row_is_as_promised(dataset: Dataset[Any]) -> None:
    rows = list(dataset.records())
    assert rows, "nothing was tested"
    assert len(rows) == dataset.count() + dataset.count_gone()
    assert len({row[dataset.key] for row in rows}) == len(rows)
    for row in rows:
        assert list(row) == [field.name for field in dataset.fields]
        for field in dataset.fields:
            check(field, row[field.name], is_gone=row.get("stato") in {"removed", "merged"})


def said(row: Record) -> Record:
    return {name: value for name, value in row.items() if value not in (None, [])}


def test_of_what_is_gone_the_data_say_that_it_is() -> None:
    rows = list(DATASETS["pratiche"].records())
    assert [row["stato"] for row in rows].count("published") == 48
    [archived] = [row for row in rows if row["stato"] == "archived"]
    assert (archived["archiviata_il"], archived["avviso_di_archiviazione"]) == ("2026-03-02T11:00:00+01:00", "Chiusa.")
    removed, merged = rows[-2:]
    assert said(removed) == {
        "codice": removed["codice"],
        "identificatore": f"http://localhost:8000/id/{removed['codice']}",
        "stato": "removed",
        "stato_nome": "rimossa: restano solo il codice, il giorno e il tipo di motivo",
        "rimossa_il": "2026-03-02T11:00:00+01:00",
        "motivo_della_rimozione": "privacy",
        "motivo_della_rimozione_nome": "tutela di dati personali",
    }
    assert said(merged) == {
        "codice": merged["codice"],
        "identificatore": f"http://localhost:8000/id/{merged['codice']}",
        "stato": "merged",
        "stato_nome": "doppione: restano solo il codice e quello della pratica in cui è confluita",
        "confluita_in": archived["codice"],
    }


@EVERY
def test_the_rows_are_the_same_in_every_language(dataset: Dataset[Any]) -> None:
    italian = list(dataset.records())
    with translation.override("en"):
        assert list(dataset.records()) == italian


@EVERY
def test_every_label_has_english_words(dataset: Dataset[Any]) -> None:
    def words() -> list[str]:
        labels = [str(text) for field in fields_of(dataset.fields) for text in (field.label, field.description, field.unit)]
        return [str(dataset.title), str(dataset.description), str(dataset.limits), *labels]

    with translation.override("it"):
        italian = words()
    with translation.override("en"):
        english = words()
    same = {a for a, b in zip(italian, english, strict=True) if a and a == b}
    assert same <= {"CUP", "Partner"}
    assert all(field.label for field in fields_of(dataset.fields))
