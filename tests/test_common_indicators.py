"""Common indicators: chosen in the form, copied into the practice, shown beside each other on a page of their own."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from practices import monitoring
from practices.importing import import_practices
from practices.models import CommonIndicator, Indicator, Practice, Submission
from practices.moderation import officer
from practices.moderation.practice import archive
from practices.monitoring import Said
from tests import make
from tests.desk import Desk, messages
from tests.html_forms import data_of
from tests.reference import load_reference_data, practice_lines
from tests.samples import client_of

pytestmark = pytest.mark.django_db
BLANK = {"name": "", "unit": "", "baseline": None, "target": None, "direction": "neutral", "source": ""}
CHOSEN = {**BLANK, "common": "utenti"}


@pytest.fixture(autouse=True)
def common() -> CommonIndicator:
    CommonIndicator.objects.create(name="Ritirato", slug="ritirato", unit="ore", definition="Più.", is_active=False)
    return CommonIndicator.objects.create(
        name="Utenti in un anno", slug="utenti", unit="persone", definition="Quante persone vengono.", direction="up"
    )


def typed(**columns: str) -> dict[str, str]:
    return {f"indicators-0-{name}": value for name, value in columns.items()}


def test_a_common_one_brings_its_words_and_a_free_one_has_its_own() -> None:
    desk = Desk()
    page = html.fromstring(desk.client.get(desk.url("results")).content.decode())
    offered = [option.get("value") for option in page.xpath("//select[@name='indicators-0-common']/option")]
    assert offered == ["", "utenti"]
    assert desk.send("results", **typed(common="utenti", baseline="10", source="registro")).status_code == 302
    copied = {"name": "Utenti in un anno", "unit": "persone", "direction": "up", "common": "utenti"}
    assert desk.value("indicators") == [{**copied, "baseline": "10", "target": None, "source": "registro"}]
    # Saved again as the page shows it, nothing changes; another choice brings other words.
    before = desk.value("indicators")
    assert (desk.send("results").status_code, desk.value("indicators")) == (302, before)
    CommonIndicator.objects.create(name="Ore", slug="ore", unit="ore", definition="Quante.")
    assert desk.send("results", **typed(common="ore")).status_code == 302
    assert [(row["name"], row["unit"]) for row in desk.value("indicators")] == [("Ore", "ore")]
    assert desk.send("results", **typed(common="", name="Le nostre", unit="volte")).status_code == 302
    assert [(row["common"], row["name"], row["unit"]) for row in desk.value("indicators")] == [(None, "Le nostre", "volte")]


def test_a_name_of_ones_own_beside_a_common_one_is_refused_and_kept_on_the_page() -> None:
    desk = Desk()
    own = "L'indicatore comune ha già il suo nome: lascia vuoto questo campo, o non sceglierne uno."
    response = desk.send("results", **typed(common="utenti", name="I nostri utenti"))
    assert (response.status_code, messages(response)) == (422, [("Che cosa si misura", own)])
    assert "I nostri utenti" in response.content.decode()
    missing = "Scrivilo, oppure scegli un indicatore comune."
    response = desk.send("results", **typed(source="registro"))
    assert messages(response) == [("Che cosa si misura", missing), ("Unità", missing)]
    response = desk.send("results", **typed(common="ritirato"))
    assert messages(response)[0][0] == "Indicatore comune"
    assert desk.value("indicators") == []


def test_what_is_public_never_changes_with_the_catalogue(common: CommonIndicator) -> None:
    live = make.published(indicators=[CHOSEN])
    CommonIndicator.objects.filter(pk=common.pk).update(name="Altro nome", unit="teste")
    assert list(Indicator.objects.values_list("submission", "common__slug", "name", "unit", "direction")) == [
        (live.pk, "utenti", "Utenti in un anno", "persone", "up")
    ]


PUBLIC = "È già tra gli indicatori pubblici della pratica: si segue lì."
TWICE = "È già in un'altra riga."
OURS = {"name": "Persone prese in carico", "unit": "persone"}


def row(number: int, **columns: str) -> dict[str, str]:
    return {f"indicators-{number}-{name}": value for name, value in columns.items()}


def test_no_row_repeats_another() -> None:
    desk = Desk()
    both = row(0, **OURS) | row(1, name="persone prese in carico", unit="persone")
    response = desk.send("results", **both)
    assert (response.status_code, messages(response)) == (422, [("Che cosa si misura", TWICE)])
    assert "persone prese in carico" in response.content.decode()
    assert messages(desk.send("results", **row(0, common="utenti"), **row(1, common="utenti"))) == [
        ("Indicatore comune", TWICE)
    ]
    assert messages(desk.send("results", **row(0, common="utenti"), **row(1, name="Utenti in un anno", unit="persone"))) == [
        ("Che cosa si misura", TWICE)
    ]
    # What goes is in nobody's way, nor is what is blank.
    assert desk.send("results", **both, **{"indicators-0-DELETE": "on"}).status_code == 302
    assert [row["name"] for row in desk.value("indicators")] == ["persone prese in carico"]


def test_what_is_public_is_shown_above_the_rows_of_the_next_version_and_not_proposed_again(common: CommonIndicator) -> None:
    live = make.published(indicators=[{**BLANK, **OURS, "common": None}, CHOSEN])
    desk = Desk()
    desk.by, desk.client = live.submitted_by, client_of(live.submitted_by)
    desk.draft = officer.revise(live.practice, by=live.submitted_by, at=make.later(60))
    CommonIndicator.objects.filter(pk=common.pk).update(name="Utenti all'anno")
    page = html.fromstring(desk.client.get(desk.url("results")).content.decode())
    shown = page.xpath("//fieldset[@data-rows='indicators']/ul//a")
    address = f"{live.practice.get_absolute_url()}#indicatori"
    assert [(link.text, link.get("href")) for link in shown] == [
        ("Persone prese in carico", address),
        ("Utenti in un anno", address),
    ]
    again = row(0, name="Persone prese in carico", unit="teste") | row(1, common="utenti")
    typed = {**data_of(desk.client.get(desk.url("results"))), **again, "impact": "Più fiducia."}
    answer = desk.client.post(reverse("desk:autosave", args=[desk.draft.pk, "results"]), typed).json()
    assert answer["errors"] == {"id_indicators-0-name": PUBLIC, "id_indicators-1-common": PUBLIC}
    assert desk.value("impact", "indicators") == ("Più fiducia.", [])
    response = desk.send("results", **again)
    assert messages(response) == [("Che cosa si misura", PUBLIC), ("Indicatore comune", PUBLIC)]
    assert 'value="teste"' in response.content.decode()
    assert desk.send("results", **row(0, name="Persone incontrate", unit="persone")).status_code == 302
    assert [row["name"] for row in desk.value("indicators")] == ["Persone incontrate"]


def declare(live: Submission, *said: Said) -> None:
    practice = Practice.objects.get(pk=live.practice_id)
    by = live.submitted_by
    assert by is not None
    said_of = [(live.indicators.get(), one) for one in said]
    monitoring.declare(practice, by=by, at=make.later(60), said=said_of)


def rows(page: html.HtmlElement) -> list[str]:
    cells = page.xpath("//section[.//*[@id='pratiche']]//tbody/tr")
    return [" | ".join(" ".join(cell.text_content().split()) for cell in row) for row in cells]


def test_its_page_shows_the_practices_beside_each_other_and_sums_nothing() -> None:
    client, editor = Client(), make.editor_user(chief=True)

    def page(address: str = "/indicatori/utenti/") -> html.HtmlElement:
        response = client.get(address)
        assert (response.status_code, dict(response.cookies)) == (200, {})
        return html.fromstring(response.content.decode())

    assert "Nessuna pratica pubblicata lo misura ancora." in page().text_content()
    year = [Said(str(n), date(n, 12, 31), Decimal(n), "", "registro") for n in (2023, 2024)]
    first, second, silent, gone = (
        make.published(title=title, indicators=[CHOSEN]) for title in ("Prima", "Seconda", "Muta", "Archiviata")
    )
    make.submission(title="Bozza segreta", indicators=[CHOSEN])
    declare(first, year[0])
    assert page().xpath("//figure") == []
    declare(second, *year)
    declare(gone, *year)
    archive(gone.practice, by=editor, at=make.later(61), notice="Chiusa.")
    shown = page()
    of = "Comune di Reggio Emilia"
    assert rows(shown) == [
        f"Muta{of} | Non ci sono ancora rilevazioni.",
        f"Seconda{of} | 2023 | 2.023 | dichiarato | registro",
        "2024 | 2.024 | dichiarato | registro",
        f"Prima{of} | 2023 | 2.023 | dichiarato | registro",
    ]
    legend = [" ".join(item.text_content().split()) for item in shown.xpath("//figure//li/span")]
    assert legend == [f"1. {of}: Seconda", f"2. {of}: Prima"]
    (link,) = {
        a.get("href")
        for a in page("/pratiche/prima/").xpath("//section[@id='indicatori']//a[contains(@href, '/indicatori/')]")
    }
    assert link == "/indicatori/utenti/"
    listed = [" ".join(card.text_content().split()) for card in page("/indicatori/").xpath("//article")]
    assert listed == ["Utenti in un anno 3 pratiche lo misurano Quante persone vengono."]
    assert page("/en/indicators/utenti/").xpath("//h1")[0].text_content() == "Utenti in un anno"
    assert client.get("/indicatori/ritirato/").status_code == 200
    assert client.get("/indicatori/niente/").status_code == 404
    assert client.get("/indicatori/utenti/?pagina=2").status_code == 404
    assert silent.status == "published"


def test_a_new_value_is_on_the_page_at_once() -> None:
    live = make.published(indicators=[CHOSEN])
    client = Client()
    etag = client.get("/indicatori/utenti/")["ETag"]
    assert client.get("/indicatori/utenti/", headers={"If-None-Match": etag}).status_code == 304
    declare(live, Said("2024", date(2024, 12, 31), Decimal(3)))
    assert client.get("/indicatori/utenti/", headers={"If-None-Match": etag}).status_code == 200


def test_the_series_of_several_years_of_the_real_practices_are_drawn_with_their_table_and_doubts() -> None:
    """What the sources say, no more: as many charts as there are series, and in each table every value with its source."""
    CommonIndicator.objects.all().delete()
    load_reference_data()
    import_practices(practice_lines(), at=make.NOW, apply=True)
    client, series = Client(), 0
    indicators = Indicator.objects.prefetch_related("readings", "submission__practice").order_by("submission")
    for live in Submission.objects.filter(indicators__isnull=False).distinct().select_related("practice"):
        page = html.fromstring(client.get(f"/pratiche/{live.practice.slug}/").content.decode())
        (section,) = page.xpath("//section[@id='indicatori']")
        own = [one for one in indicators if one.submission_id == live.pk]
        assert len(section.xpath(".//figure")) == sum(one.readings.count() > 1 for one in own)
        assert len(section.xpath(".//tbody/tr")) == sum(one.readings.count() for one in own)
        assert bool(section.xpath(".//a[@href='#fonti']")) == bool(live.source_note)
        assert "non indicata" not in section.text_content()
        series += len(section.xpath(".//figure"))
    assert series == 10
    common = html.fromstring(client.get("/indicatori/posti-letto-disponibili/").content.decode())
    assert len(common.xpath("//figure")) == 1
    values = [" ".join(cell.text_content().split()) for cell in common.xpath("//td[@class='number']")]
    assert values == ["25", "25", "360", "circa 250", "circa 235"]
