"""What the definitions of the open data promise, and what the rows then say."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from portal.lib.open_data import Dataset, Field, Record, Type, header
from portal.open_data.codebook import CODEBOOK, lines_of
from portal.open_data.datasets import DATASETS
from portal.open_data.files import FORMATS
from practices.importing import import_practices
from practices.models import Submission
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from practices.open_data.of_record import APART
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
    """One that fails here wants a `data_name` in `practices.record`, which those alone have not that nobody may see."""
    public = {name for name, field in FIELDS.items() if field.public}
    assert public - APART == {name for name, field in FIELDS.items() if field.data_name}


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
    assert same == ({"CUP"} if dataset.name == "pratiche" else set())
    assert all(field.label for field in fields_of(dataset.fields))


def test_the_codebook_explains_every_column_and_every_code() -> None:
    lines = list(CODEBOOK["dizionario"].records())
    for dataset in DATASETS.values():
        own = [line for line in lines if line["insieme"] == dataset.name]
        assert [line["colonna"] for line in own if line["colonna"]] == header(dataset.fields)
        assert {line["campo"].rpartition(".")[2] for line in own} == {field.name for field in fields_of(dataset.fields)}
    codes = {(row["insieme"], row["campo"], row["codice"]) for row in CODEBOOK["codici"].records()}
    assert codes == {(line["insieme"], line["campo"], code) for line in lines for code in line["codici"]}
    assert ("pratiche", "fase", "running") in codes
    assert ("pratiche", "finanziamenti[].fondo", "fami") in codes
    for dataset in CODEBOOK.values():
        for row in dataset.records():
            for field in dataset.fields:
                check(field, row[field.name], is_gone=False)


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_of_the_codebook_names_every_field(language: str) -> None:
    with translation.override(language):
        address, labels = reverse("open_data_codebook"), [str(field.label) for field in DATASETS["pratiche"].fields]
    tree = html.fromstring(Client().get(address).content.decode())
    for dataset in DATASETS.values():
        (table,) = tree.xpath(f"//section[@aria-labelledby='{dataset.name}']//table")
        paths = [line.path for line in lines_of(dataset)]
        assert [row.text_content() for row in table.xpath("./tbody/tr/th/code[1]")] == paths
    (table,) = tree.xpath("//section[@aria-labelledby='pratiche']//table")
    shown = [cell.text_content() for cell in table.xpath("./tbody/tr/td/strong")]
    assert [label for label in labels if label not in shown] == []


def test_the_page_of_the_open_data_tells_rows_files_and_limits() -> None:
    tree = html.fromstring(Client().get("/open-data/").content.decode())
    for dataset in DATASETS.values():
        (item,) = tree.xpath(f"//li[@id='{dataset.name}']")
        said = " ".join(item.text_content().split())
        assert str(dataset.title) in said
        assert str(dataset.limits) in said
        assert f"{dataset.count()} rig" in said.replace(".", "")
        assert item.xpath(".//a[@download]/@href") == [f"/open-data/{dataset.name}.{ending}" for ending in FORMATS]
    (practices,) = tree.xpath("//li[@id='pratiche']")
    assert "49 righe, più 2 che dicono soltanto che una pratica non c'è più." in " ".join(practices.text_content().split())
