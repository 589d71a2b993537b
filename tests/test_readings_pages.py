"""The readings at the Scrivania: declare, correct, close, load from a file; nothing that was typed is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from practices.models import Indicator, Reading
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from practices.moderation.practice import archive
from tests import make
from tests.html_forms import data_of, forms_of, send
from tests.samples import client_of, imported

pytestmark = pytest.mark.django_db
ROW = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": "50", "direction": "up", "source": ""}


class Readings:
    """An officer before the readings of a published practice with two indicators."""

    def __init__(self) -> None:
        self.of = make.organisation()
        self.by = make.officer_of(self.of)
        self.live = make.published(of=self.of, by=self.by, indicators=[ROW, {**ROW, "name": "=Ore", "unit": "ore"}])
        self.first, self.second = self.live.indicators.order_by("pk")
        self.client = client_of(self.by)
        self.url = f"/scrivania/pratiche/{self.live.practice_id}/rilevazioni/"

    def typed(self, indicator: Indicator, **changes: str) -> dict[str, str]:
        values = {"period": "2024-25", "on": "2025-06-30", "value": "1.234,5", "approximation": "", "source": "registro"}
        return {f"i{indicator.pk}-{name}": value for name, value in {**values, **changes}.items()}

    def upload(self, data: bytes) -> HttpResponse:
        return self.client.post(f"{self.url}file/", {"file": SimpleUploadedFile("valori.csv", data)})


@pytest.fixture
def desk() -> Readings:
    return Readings()


def stored() -> list[tuple[str, str, date, Decimal, str, str]]:
    rows = Reading.objects.order_by("pk").select_related("indicator")
    return [(r.indicator.name, r.period, r.on, r.value, r.approximation, r.source) for r in rows]


def said(response: HttpResponse) -> list[str]:
    """What the page lists as wrong."""
    tree = html.fromstring(response.content.decode())
    return [" ".join(item.text_content().split()) for item in tree.xpath("//*[@id='errors']//li")]


def test_values_are_declared_from_one_page_and_blank_lines_passed_over(desk: Readings) -> None:
    assert send(desk.client, desk.url, **desk.typed(desk.first, approximation="over")).status_code == 302
    assert stored() == [("Iscritti", "2024-25", date(2025, 6, 30), Decimal("1234.5"), "over", "registro")]
    assert send(desk.client, desk.url, **desk.typed(desk.first, approximation="over")).status_code == 302
    page = desk.client.get(desk.url)
    assert "I valori c&#x27;erano già" in page.content.decode()
    both = {**desk.typed(desk.first, period="2025", on="31/12/2025"), **desk.typed(desk.second, value="-0,25")}
    assert send(desk.client, desk.url, **both).status_code == 302
    assert stored()[1:] == [
        ("Iscritti", "2025", date(2025, 12, 31), Decimal("1234.5"), "", "registro"),
        ("=Ore", "2024-25", date(2025, 6, 30), Decimal("-0.25"), "", "registro"),
    ]
    assert "2 valori pubblicati come dichiarati." in desk.client.get(desk.url).content.decode()
    # A chart from the second value on.
    tree = html.fromstring(desk.client.get(desk.url).content.decode())
    assert [len(part.xpath(".//figure")) for part in tree.xpath("//form[contains(@class, 'readings-form')]/section")] == [
        1,
        0,
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"value": "mille"}, "Valore: Scrivi solo la cifra, per esempio 1.250,5."),
        ({"value": "1,23456"}, "Valore: Assicurati che non vi siano più di 4 cifre decimali."),
        ({"value": ""}, "Valore: Questo campo è obbligatorio."),
        ({"value": "9" * 17}, "Valore: Assicurati che non vi siano più di 16 cifre in totale."),
        ({"period": ""}, "Periodo: Questo campo è obbligatorio."),
        ({"period": "x" * 61}, "Periodo: Assicurati che questo valore non contenga più di 60 caratteri (ne ha 61)."),
        ({"on": "2099-01-01"}, "Data di riferimento: La data di riferimento va dal 1950 a oggi."),
        ({"on": "1949-12-31"}, "Data di riferimento: La data di riferimento va dal 1950 a oggi."),
        ({"on": "giugno"}, "Data di riferimento: Scrivi il giorno per intero, per esempio 31/12/2024."),
        (
            {"approximation": "x"},
            "Il valore è: Scegli un'opzione valida. x non è tra quelle disponibili.",
        ),
    ],
)
def test_bad_values_are_told_and_nothing_of_the_page_is_lost(desk: Readings, changes: dict[str, str], why: str) -> None:
    typed = {**desk.typed(desk.first, **changes), **desk.typed(desk.second, period="altro")}
    response = send(desk.client, desk.url, **typed)
    assert (response.status_code, said(response), stored()) == (422, [why], [])
    kept = data_of(response)
    expected = {name: value for name, value in typed.items() if not name.endswith(("approximation", "-on"))}
    assert {name: kept[name][0] for name in expected} == expected


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.250", 1250),
        ("1250.5", Decimal("1250.5")),
        ("1 250,50", Decimal("1250.5")),
        ("-3", -3),
        ("0,0001", Decimal("0.0001")),
    ],
)
@pytest.mark.parametrize("language", ["", "/en"])
def test_numbers_are_read_as_in_italy_in_both_languages(desk: Readings, typed: str, value: Decimal, language: str) -> None:
    url = f"{language}{desk.url}".replace("/pratiche/", "/pratiche/")
    assert send(desk.client, url, **desk.typed(desk.first, value=typed)).status_code == 302
    assert [row[3] for row in stored()] == [value]


def test_what_is_refused_stays_on_the_page(desk: Readings) -> None:
    empty = send(desk.client, desk.url)
    assert (empty.status_code, said(empty)) == (422, ["Non hai scritto nessun valore."])
    data = {**data_of(desk.client.get(desk.url)), **desk.typed(desk.first)}
    desk.client.post(f"/scrivania/indicatori/{desk.first.pk}/chiusura/")
    closed = desk.client.post(desk.url, data)
    assert (closed.status_code, said(closed), stored()) == (422, ["L'indicatore «Iscritti» è chiuso."], [])
    assert data_of(closed)[f"i{desk.first.pk}-value"] == ["1.234,5"]
    page = desk.client.get(desk.url).content.decode()
    assert (f"i{desk.first.pk}-value" in page, f"i{desk.second.pk}-value" in page) == (False, True)


def test_a_value_is_corrected_and_the_page_tells_both(desk: Readings) -> None:
    send(desk.client, desk.url, **desk.typed(desk.first))
    reading = Reading.objects.get()
    url = f"/scrivania/rilevazioni/{reading.pk}/correzione/"
    assert data_of(desk.client.get(url))["value"] == ["1234,5"]
    same = send(desk.client, url)
    assert (same.status_code, said(same)) == (422, ["La correzione non cambia nulla."])
    assert send(desk.client, url, value="1200", approximation="about").status_code == 302
    assert stored()[1:] == [("Iscritti", "2024-25", date(2025, 6, 30), Decimal(1200), "about", "registro")]
    again = send(desk.client, url, value="1300")
    assert (again.status_code, said(again)) == (422, ["La rilevazione è già stata corretta: guarda quella nuova."])
    public = Client().get("/pratiche/portierato-sociale-di-via-turri/")
    cells = html.fromstring(public.content.decode()).xpath("//section[@id='indicatori']//tbody/tr/td")
    told = [" ".join(cell.text_content().split()) for cell in cells]
    assert told[0] == "circa 1.200"
    assert told[1].startswith("dichiarato; corretto il ")
    assert told[1].endswith(", prima: 1.234,5")


def test_closing_asks_first_and_twice_is_told(desk: Readings) -> None:
    url = f"/scrivania/indicatori/{desk.first.pk}/chiusura/"
    assert "Non si può annullare" in desk.client.get(url).content.decode()
    desk.first.refresh_from_db()
    assert desk.first.closed_on is None
    for message in ("L&#x27;indicatore «Iscritti» è chiuso.", "L&#x27;indicatore «Iscritti» è chiuso."):
        assert desk.client.post(url).status_code == 302
        assert message in desk.client.get(desk.url).content.decode()
    desk.first.refresh_from_db()
    assert desk.first.closed_on is not None


def test_the_page_of_a_practice_without_indicators_says_where_to_propose_them(desk: Readings) -> None:
    other = make.published(of=desk.of, by=desk.by, title="Senza")
    page = desk.client.get(f"/scrivania/pratiche/{other.practice_id}/rilevazioni/").content.decode()
    assert "Questa pratica non ha indicatori." in page
    dashboard = html.fromstring(desk.client.get("/scrivania/").content.decode())
    links = [link.get("href") for link in dashboard.xpath("//a[contains(@href, '/rilevazioni/')]")]
    assert links == [desk.url]


def test_what_is_not_ours_or_not_public_is_not_found(desk: Readings) -> None:
    chief = make.editor_user(chief=True)
    taken = imported(
        desk.of,
        municipalities=[make.municipality().pk],
        indicators=[{"name": "Ripresi", "unit": "persone", "direction": "up"}],
    )
    draft = make.submission(of=desk.of, by=desk.by, title="Bozza", indicators=[ROW])
    send(desk.client, desk.url, **desk.typed(desk.first))
    reading = Reading.objects.get()
    addresses = [
        desk.url,
        f"{desk.url}file/",
        f"{desk.url}modello.csv",
        f"/scrivania/rilevazioni/{reading.pk}/correzione/",
        f"/scrivania/indicatori/{desk.first.pk}/chiusura/",
    ]
    whole.remove(desk.live.practice, by=chief, at=make.later(9), reason=RemovalReason.MISTAKE, text="Errore.")
    addresses += [
        f"/scrivania/pratiche/{taken.practice_id}/rilevazioni/",
        f"/scrivania/pratiche/{draft.practice_id}/rilevazioni/",
        f"/scrivania/indicatori/{taken.indicators.get().pk}/chiusura/",
        f"/scrivania/indicatori/{draft.indicators.get().pk}/chiusura/",
    ]
    found = {(url, desk.client.get(url).status_code, desk.client.post(url).status_code) for url in addresses}
    assert found == {(url, 404, 405 if url.endswith(".csv") else 404) for url in addresses}


def test_an_archived_practice_is_still_followed(desk: Readings) -> None:
    archive(desk.live.practice, by=make.editor_user(), at=make.later(9), notice="Conclusa.")
    assert send(desk.client, desk.url, **desk.typed(desk.first)).status_code == 302
    assert len(stored()) == 1


def test_the_page_costs_the_same_queries_whatever_it_shows(desk: Readings) -> None:
    counts = []
    for more in (1, 19):
        for n in range(more):
            Reading.objects.create(
                indicator=desk.first, period=f"{more} {n}", on=date(2020, 1, 1), value=n, declared_at=make.NOW
            )
            if more > 1:
                desk.live.indicators.create(
                    practice=desk.live.practice, name=f"Altro {n}", unit="ore", published_at=make.NOW
                )
        desk.client.get(desk.url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.client.get(desk.url)
        counts.append(len(queries))
    assert counts == [6, 6]


# From a file -------------------------------------------------------------------------------------------------------
HEAD = "codice;indicatore;unità;periodo;data;valore;approssimato;fonte"


def test_the_template_names_the_open_indicators_and_comes_back_filled(desk: Readings) -> None:
    desk.client.post(f"/scrivania/indicatori/{desk.second.pk}/chiusura/")
    response = desk.client.get(f"{desk.url}modello.csv")
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    assert text == (
        f"codice,indicatore,unità,periodo,data,valore,approssimato,fonte\r\n{desk.first.pk},Iscritti,persone,,,,,\r\n"
    )
    assert f"rilevazioni-{desk.live.practice.code}.csv" in response["Content-Disposition"]
    filled = text.replace(",,,,,", ',2024-25,30/06/2025,"1.234,5",oltre,registro')
    assert desk.upload(filled.encode("utf-8-sig")).status_code == 200


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_is_shown_first_and_written_when_it_is_confirmed(desk: Readings, encoding: str) -> None:
    lines = [
        HEAD,
        f"{desk.first.pk};;persone;2024-25;30/06/2025;1.234,5;oltre;registro dell'università",
        ";iscritti;persone;2025;2025-12-31;12;;",
        ";=ore;ore;2025;2025-12-31;3,5;sì;",
        ";=Ore;ore;2026;;;;",
    ]
    preview = desk.upload("\r\n".join(lines).encode(encoding))
    assert (preview.status_code, stored()) == (200, [])
    cells = html.fromstring(preview.content.decode()).xpath("//table//tbody/tr")
    assert [" | ".join(" ".join(cell.text_content().split()) for cell in row) for row in cells] == [
        "Iscritti | 2024-25 | 30 giugno 2025 | oltre 1.234,5 persone | registro dell'università",
        "Iscritti | 2025 | 31 dicembre 2025 | 12 persone | –",
        "=Ore | 2025 | 31 dicembre 2025 | circa 3,5 ore | –",
    ]
    confirm = {**data_of(preview, "confirm-form"), "confirm": "1"}
    assert desk.client.post(f"{desk.url}file/", confirm).status_code == 302
    written = [
        ("Iscritti", "2024-25", date(2025, 6, 30), Decimal("1234.5"), "over", "registro dell'università"),
        ("Iscritti", "2025", date(2025, 12, 31), Decimal(12), "", ""),
        ("=Ore", "2025", date(2025, 12, 31), Decimal("3.5"), "about", ""),
    ]
    assert stored() == written
    # Confirmed twice it is written once.
    assert (desk.client.post(f"{desk.url}file/", confirm).status_code, stored()) == (302, written)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([";Iscritti;;2025;2025-12-31;molti;;"], ["riga 2: Valore: Scrivi solo la cifra, per esempio 1.250,5."]),
        (
            [";Altro;;2025;2025-12-31;1;;", ";Iscritti;;;2099-12-31;1;;"],
            [
                "riga 2: l'indicatore «Altro» non è tra quelli aperti della pratica.",
                "riga 3: Periodo: Questo campo è obbligatorio.",
                "riga 3: Data di riferimento: La data di riferimento va dal 1950 a oggi.",
            ],
        ),
        (
            [";Iscritti;;2025;2025-12-31;1;forse;"],
            ["riga 2: «forse» non si capisce: scrivi circa, oltre, meno di, oppure niente."],
        ),
        (
            [";Iscritti;;2025;2025-12-31;1;;", ";Iscritti;;2025;2025-12-31;2;;"],
            ["riga 3: lo stesso periodo è già alla riga 2."],
        ),
        (
            ["999999;Iscritti;;2025;2025-12-31;1;;"],
            ["riga 2: l'indicatore «Iscritti» non è tra quelli aperti della pratica."],
        ),
        ([";Iscritti;;2025;2025-12-31;;;"], ["Nessuna riga ha un valore."]),
        ([";Iscritti;;2025;2025-12-31;1;;"] * 501, ["Ha più di 500 righe: dividilo."]),
        ([";Iscritti"], ["riga 2: ha 2 celle e l'intestazione 8."]),
    ],
)
def test_the_mistakes_of_a_file_are_told_by_line_and_nothing_is_written(
    desk: Readings, lines: list[str], told: list[str]
) -> None:
    data = "\n".join([HEAD, *lines])
    for response in (
        desk.upload(data.encode()),
        desk.client.post(f"{desk.url}file/", {"table": data, "confirm": "1"}),
    ):
        assert (response.status_code, said(response), stored()) == (422, told, [])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a;b\n1;2", "mancano le colonne: indicatore, periodo, data, valore."),
        (b"\x00\x01\x81", "il file non è un testo UTF-8 o Windows-1252."),
        (b" ", "Scegli il file compilato."),
        (b"x" * 200_001, "Il file supera i 200 KB."),
    ],
)
def test_what_is_no_table_is_told(desk: Readings, data: bytes, why: str) -> None:
    response = desk.upload(data)
    assert (response.status_code, why in response.content.decode(), stored()) == (422, True, [])


def test_what_was_declared_meanwhile_is_refused_when_it_is_confirmed(desk: Readings) -> None:
    line = f"{HEAD}\n;Iscritti;;2024-25;2025-06-30;7;;"
    preview = desk.upload(line.encode())
    send(desk.client, desk.url, **desk.typed(desk.first))
    response = desk.client.post(f"{desk.url}file/", {**data_of(preview, "confirm-form"), "confirm": "1"})
    assert (response.status_code, len(stored())) == (422, 1)
    told = ["riga 2: Di «Iscritti» c'è già un valore per «2024-25»: correggi quello."]
    assert said(response) == told
    # Sent from the start, it is told before anything is shown to confirm; what stands there word for word is not a mistake.
    assert said(desk.upload(line.encode())) == told
    [(_name, period, on, value, _about, source)] = stored()
    same = f"{HEAD}\n;Iscritti;;{period};{on};{value};;{source}"
    assert (desk.upload(same.encode()).status_code, len(stored())) == (200, 1)
    assert [attributes.get("class") for attributes, _data in forms_of(response)].count("confirm-form") == 0


def scripts(response: Any) -> list[str]:
    return html.fromstring(response.content.decode()).xpath("//script[not(@src)]/text()")


def test_names_are_never_markup(desk: Readings) -> None:
    bad = "<script>alert(1)</script>"
    send(desk.client, desk.url, **desk.typed(desk.first, period=bad, source=f"javascript:{bad}"))
    for page in (desk.client.get(desk.url), Client().get("/pratiche/portierato-sociale-di-via-turri/")):
        assert not [text for text in scripts(page) if "alert" in text]
        assert not html.fromstring(page.content.decode()).xpath("//a[starts-with(@href, 'javascript')]")
