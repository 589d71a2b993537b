"""Practices taken from a public source: all of a file or nothing, and the same file twice changes nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.lib.content_version import current_version
from practices import content
from practices.importing import Report, import_practices
from practices.models import CommonIndicator, Event, Indicator, Practice, Reading, SearchEntry, Submission
from practices.models.choices import EvidenceLevel
from tests.reference import fixture_path, load_reference_data, practice_lines

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

MONITORED = {
    "accoglienza-diffusa-dei-lavoratori-stagionali-della-frutta",
    "casa-delle-culture-del-quartiere-san-paolo",
    "centri-di-alfabetizzazione-ulysse-giufa-e-gandhi",
    "centro-interculturale-massimo-zonarelli",
    "consulta-delle-culture",
    "moschee-aperte-e-patto-di-condivisione",
    "torino-la-mia-citta-italiano-e-cittadinanza-per-donne",
}


@pytest.fixture(scope="module", autouse=True)
def _reference_data(rows_of_module: None) -> None:
    load_reference_data()


def rows() -> dict[str, int]:
    return {m.__name__: m._default_manager.count() for m in (Practice, Submission, Indicator, Reading, Event, SearchEntry)}


def line(**changes: Any) -> str:
    """A small practice that can be imported; `content` is changed field by field."""
    in_content = changes.pop("content", {})
    row = {
        "slug": "sportello-di-prova",
        "organisation": "comune-di-reggio-emilia",
        "source_url": "https://example.org/fonte",
        "source_licence": "CC BY 4.0",
        "content": {
            "kind": "intervention",
            "title": "Sportello di prova",
            "main_theme": "casa",
            "municipalities": ["H223"],
            "indicators": [{"name": "Utenti", "unit": "persone", "direction": "up"}],
            **in_content,
        },
        "readings": [{"indicator": "Utenti", "period": "2024", "on": "2024-12-31", "value": "12.5"}],
        **changes,
    }
    return json.dumps({name: value for name, value in row.items() if value is not ...})


def errors(*lines: str) -> tuple[str, ...]:
    """What the import says; whatever it says, it must not have written anything."""
    before = rows(), current_version()
    report = import_practices(lines, at=NOW, apply=True)
    if report.errors:
        assert (report.added, (rows(), current_version())) == (0, before)
    return report.errors


def test_fifty_practices_then_nothing_new() -> None:
    assert import_practices(practice_lines(), at=NOW, apply=True) == Report(added=50, unchanged=0, errors=())
    assert rows() == {"Practice": 50, "Submission": 50, "Indicator": 42, "Reading": 56, "Event": 50, "SearchEntry": 50}
    assert Practice.objects.listed().count() == 50
    before = rows(), current_version()
    assert import_practices(practice_lines(), at=NOW, apply=True) == Report(added=0, unchanged=50, errors=())
    assert (rows(), current_version()) == before


def test_a_trial_writes_nothing() -> None:
    before = rows(), current_version()
    assert import_practices(practice_lines(), at=NOW, apply=False) == Report(added=50, unchanged=0, errors=())
    assert (rows(), current_version()) == before


def test_nothing_of_a_line_is_lost() -> None:
    import_practices(practice_lines(), at=NOW, apply=True)
    for written in map(json.loads, practice_lines()):
        submission = Submission.objects.get(practice__slug=written["slug"])
        for row in written["content"].get("indicators", []):
            row.setdefault("common", None)
        assert content.read(submission, written["content"]) == written["content"]
        assert (submission.source_url, submission.other_source_urls) == (written["source_url"], written["other_source_urls"])
        assert (submission.source_note, submission.source_licence) == (written["source_note"], written["source_licence"])
        assert submission.organisation.slug == submission.practice.organisation.slug == written["organisation"]
        readings = Reading.objects.filter(indicator__submission=submission).order_by("pk")
        assert [
            (r.indicator.name, r.period, f"{r.on}", r.value, r.is_approximate, r.source) for r in readings
        ] == [
            (r["indicator"], r["period"], r["on"], Decimal(r["value"]), r["is_approximate"], r["source"])
            for r in written["readings"]
        ]  # fmt: skip


def test_fields_on_which_the_source_is_silent_stay_empty() -> None:
    import_practices(practice_lines(), at=NOW, apply=True)
    written = json.loads(next(practice_lines()))
    submission = Submission.objects.get(practice__slug=written["slug"])
    silent = {name: value for name, value in content.read(submission).items() if name not in written["content"]}
    assert {json.dumps(value) for value in silent.values()} == {'""', "null", "[]", "false"}


def test_imported_practices_are_sourced_and_not_verified() -> None:
    import_practices(practice_lines(), at=NOW, apply=True)
    assert set(Submission.objects.values_list("status", "origin", "published_at", "is_demo")) == {
        ("published", "imported", NOW, False)
    }
    assert not Submission.objects.filter(source_url="").exists()
    assert set(Practice.objects.values_list("confirmed_on", flat=True)) == {None}
    assert set(Event.objects.values_list("verb", "by", "at", "from_status", "to_status")) == {
        ("import", None, NOW, "", "published")
    }
    for event in Event.objects.select_related("submission"):
        assert event.submission
        assert event.after == content.read(event.submission)
    assert set(Reading.objects.values_list("declared_by", "declared_at", "verified_by")) == {(None, NOW, None)}
    assert set(Indicator.objects.values_list("published_at", flat=True)) == {NOW}


def test_practices_with_a_series_are_monitored() -> None:
    import_practices(practice_lines(), at=NOW, apply=True)
    monitored = Practice.objects.filter(evidence_level=EvidenceLevel.MONITORED)
    assert set(monitored.values_list("slug", flat=True)) == MONITORED
    assert Practice.objects.filter(evidence_level=EvidenceLevel.DESCRIBED).count() == 50 - len(MONITORED)


def test_one_reading_as_the_source_gives_it() -> None:
    import_practices(practice_lines(), at=NOW, apply=True)
    reading = Reading.objects.get(indicator__name="Associazioni che usano il centro", period="2018")
    assert (str(reading), reading.is_approximate) == ("2018: 100", True)


def test_the_content_version_is_raised() -> None:
    before = current_version()
    assert errors(line()) == ()
    assert current_version() > before


def test_a_wrong_code_tells_its_line_and_stops_the_file() -> None:
    wrong = line(slug="altra", content={"municipalities": ["H223", "Z999"]})
    assert errors(line(), "", wrong) == ("riga 3: municipalities: «Z999» non esiste.",)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"organisation": "comune-di-atlantide"}, "organisation: «comune-di-atlantide» non esiste."),
        ({"organisation": ["x"]}, "organisation: «['x']» non esiste."),
        ({"slug": "con spazi"}, "slug: sono ammesse solo lettere, cifre e trattini."),
        ({"slug": "confronta"}, "slug: è l'indirizzo di un'altra pagina."),
        ({"slug": "x" * 121}, "slug: supera i 120 caratteri."),
        ({"slug": ...}, "slug: manca."),
        ({"source_url": ""}, "source_url: manca."),
        ({"source_url": "javascript:alert(1)"}, "source_url: «javascript:alert(1)» non è un indirizzo web."),
        ({"other_source_urls": "https://example.org"}, "other_source_urls: deve essere un elenco."),
        ({"other_source_urls": ["x"]}, "other_source_urls: «x» non è un indirizzo web."),
        ({"source_licence": ...}, "source_licence: manca."),
        ({"source_note": None}, "source_note: deve essere un testo."),
        ({"status": "draft"}, "status: voce sconosciuta."),
        ({"content": {"kind": ""}}, "kind: manca."),
        ({"content": {"kind": "racconto"}}, "kind: «racconto» non è tra le scelte possibili."),
        ({"content": {"title": "x" * 101}}, "title: supera i 100 caratteri."),
        ({"content": {"title": "a\u0007"}}, "title: contiene caratteri che non si possono salvare: U+0007."),
        ({"content": {"title": 3}}, "title: deve essere un testo."),
        ({"content": {"summary": "una " * 101}}, "summary: supera le 100 parole."),
        ({"content": {"main_theme": "cucina"}}, "main_theme: «cucina» non esiste."),
        ({"content": {"other_themes": "lavoro"}}, "other_themes: deve essere un elenco."),
        ({"content": {"other_themes": ["lavoro", "salute", "educazione"]}}, "other_themes: ha più di 2 voci."),
        ({"content": {"commitments": ["accordo-quadro-2013-9"]}}, "commitments: «accordo-quadro-2013-9» non esiste."),
        ({"content": {"tags": ["x" * 51]}}, "tags: supera i 50 caratteri."),
        ({"content": {"started_on": "2013-13"}}, "started_on: «2013-13» non è una data (2013, 2013-09 o 2013-09-24)."),
        ({"content": {"started_on": "2013", "ended_on": "2012"}}, "ended_on: la fine viene prima dell'inizio."),
        ({"content": {"context_population": -1}}, "context_population: «-1» non è un numero intero."),
        ({"content": {"context_population": True}}, "context_population: «True» non è un numero intero."),
        (
            {"content": {"total_cost": "12.345"}},
            "total_cost: «12.345» non è un importo (per esempio «1250.50», tra virgolette).",
        ),
        ({"content": {"total_cost": "NaN"}}, "total_cost: «NaN» non è un importo (per esempio «1250.50», tra virgolette)."),
        ({"content": {"office_email": "ufficio"}}, "office_email: non è un indirizzo di posta."),
        ({"content": {"act_url": "ftp://example.org/"}}, "act_url: «ftp://example.org/» non è un indirizzo web."),
        ({"content": {"act_url": f"https://example.org/{'x' * 500}"}}, "act_url: supera i 500 caratteri."),
        ({"content": {"partners": [{"nature": "ente"}]}}, "partners: name: manca."),
        ({"content": {"partners": ["Caritas"]}}, "partners: ogni riga è un oggetto con le voci name, nature, contribution."),
        ({"content": {"milestones": [{"what": "Avvio"}] * 21}}, "milestones: ha più di 20 voci."),
        ({"content": {"funding_lines": [{"fund": "tesoro"}]}}, "funding_lines: fund: «tesoro» non esiste."),
        (
            {"content": {"funding_lines": [{"fund": "fami", "from_year": 2020, "to_year": 2019}]}},
            "funding_lines: to_year: viene prima di from_year.",
        ),
        (
            {"content": {"funding_lines": [{"fund": "fami", "from_year": 20}]}},
            "funding_lines: from_year: «20» non è un anno.",
        ),
        ({"content": {"indicators": [{"name": "Utenti", "unit": "persone"}]}}, "indicators: direction: manca."),
        (
            {"content": {"indicators": [{"name": "Utenti", "unit": "persone", "direction": "up"}] * 2}},
            "indicators: due indicatori hanno lo stesso nome.",
        ),
        ({"content": {"attachments": [{"title": "x"}]}}, "attachments: non si può importare."),
        ({"content": {"adaptations": []}}, "adaptations: non si può importare."),
        ({"content": {"contact_person": "Nome"}}, "contact_person: non si può importare."),
        ({"content": {"stato": "x"}}, "stato: campo sconosciuto."),
        ({"readings": {}}, "readings: deve essere un elenco."),
        (
            {"readings": [{"indicator": "Utenti"}]},
            "readings: ogni riga è un oggetto con le voci indicator, period, on, value, is_approximate, approximation, source.",
        ),
    ],
)
def test_what_is_wrong_is_told(changed: dict[str, Any], told: str) -> None:
    assert errors(line(**changed)) == (f"riga 1: {told}",)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"indicator": "Ore"}, "l'indicatore «Ore» non è tra quelli della pratica."),
        ({"period": ""}, "period: manca."),
        ({"period": "x" * 61}, "period: supera i 60 caratteri."),
        ({"on": "2024"}, "on: «2024» non è un giorno (2013-09-24)."),
        ({"on": "1949-12-31"}, "on: «1949-12-31»: la data di riferimento va dal 1950 a oggi."),
        ({"on": "2099-12-31"}, "on: «2099-12-31»: la data di riferimento va dal 1950 a oggi."),
        ({"value": 12}, "value: «12» non è un numero (per esempio «12.5», tra virgolette)."),
        ({"value": "1.23456"}, "value: «1.23456» non è un numero (per esempio «12.5», tra virgolette)."),
        ({"value": "1e12"}, "value: «1e12» non è un numero (per esempio «12.5», tra virgolette)."),
        ({"is_approximate": "sì"}, "is_approximate: deve essere true o false."),
        ({"approximation": "over"}, "approximation: è di un valore approssimato."),
        ({"is_approximate": True, "approximation": "x"}, "approximation: «x» non è tra le scelte possibili."),
        ({"approximation": None}, "approximation: «None» non è tra le scelte possibili."),
        ({"source": "x" * 501}, "source: supera i 500 caratteri."),
    ],
)
def test_what_is_wrong_with_a_reading_is_told(changed: dict[str, Any], told: str) -> None:
    reading = {"indicator": "Utenti", "period": "2024", "on": "2024-12-31", "value": "12", **changed}
    assert errors(line(readings=[reading])) == (f"riga 1: readings: {told}",)


def test_a_common_indicator_keeps_its_name_and_unit() -> None:
    CommonIndicator.objects.create(name="Utenti in un anno", slug="utenti", unit="persone", definition="Chi viene.")
    row = {"name": "Utenti in un anno", "unit": "persone", "direction": "up", "common": "utenti"}
    other = "riga 1: indicators: common: nel catalogo «utenti» ha un altro nome o un'altra unità."
    for changed, told in (
        ({"name": "Utenti"}, (other,)),
        ({"unit": "ore"}, (other,)),
        ({"common": ["utenti"]}, ("riga 1: indicators: common: «['utenti']» non esiste.",)),
        ({"common": "niente"}, ("riga 1: indicators: common: «niente» non esiste.",)),
        ({"unit": ""}, ("riga 1: indicators: unit: manca.", other)),
        ({}, ()),
    ):
        assert errors(line(content={"indicators": [{**row, **changed}]}, readings=[])) == told


@pytest.mark.parametrize("text", ["{", "[]", "7", '"x"', "null"])
def test_what_is_not_an_object_is_told(text: str) -> None:
    assert errors(text) == ("riga 1: non è un oggetto JSON.",)


def test_content_that_is_not_an_object_is_told() -> None:
    assert errors(json.dumps({**json.loads(line()), "content": ["titolo"]})) == ("riga 1: content: deve essere un oggetto.",)


def test_the_same_slug_twice_in_a_file() -> None:
    assert errors(line(), line()) == ("riga 2: slug: «sportello-di-prova» è già in una riga precedente.",)


def test_an_existing_practice_is_never_touched() -> None:
    assert errors(line()) == ()
    report = import_practices([line(content={"title": "Un altro titolo"})], at=NOW, apply=True)
    assert report == Report(added=0, unchanged=1, errors=())
    assert Submission.objects.get().title == "Sportello di prova"


def test_values_are_tidied_as_the_forms_do() -> None:
    accented = "Citta\u0300"
    assert (
        errors(line(content={"title": f"  {accented} ", "partners": [{"name": "Caritas", "nature": None}], "summary": ""}))
        == ()
    )
    submission = Submission.objects.get()
    assert submission.title == "Città"
    assert submission.partners == [{"name": "Caritas", "nature": "", "contribution": ""}]


# The command


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    def command(text: bytes, *options: str) -> str:
        file = tmp_path / "pratiche.jsonl"
        file.write_bytes(text)
        out = StringIO()
        call_command("import_practices", str(file), *options, stdout=out)
        return out.getvalue()

    return command


def test_the_command_tries_first(run: Callable[..., str]) -> None:
    told = run(fixture_path("practices.jsonl").read_bytes())
    assert told.splitlines() == [
        "Righe lette: 20",
        "Righe lette: 40",
        "Pratiche da pubblicare: 50. Già presenti: 0.",
        "Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.",
    ]
    assert Practice.objects.count() == 0


def test_the_command_writes_when_told(run: Callable[..., str]) -> None:
    assert run(line().encode("utf-8-sig"), "--apply") == "Pratiche pubblicate: 1. Già presenti, lasciate come sono: 0.\n"
    assert Practice.objects.count() == 1


def test_the_command_says_what_is_wrong(run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match=r"^riga 1: kind: manca\.\nNulla è stato scritto\.$"):
        run(line(content={"kind": ""}).encode(), "--apply")
    with pytest.raises(CommandError, match=r"pratiche\.jsonl non è un file UTF-8\.$"):
        run("città".encode("cp1252"))
    with pytest.raises(CommandError, match=r"^Non si riesce a leggere manca\.jsonl: .+\.$"):
        call_command("import_practices", "manca.jsonl")
