"""What an anonymous citizen reads on the page of a practice."""

from datetime import date

import pytest
from django.test import Client
from lxml import html

from practices.models import Adaptation, Indicator, Reading, Submission
from practices.models.choices import RemovalReason
from practices.moderation import practice as whole
from tests import make
from tests.pages import facts, page, section, texts

pytestmark = pytest.mark.django_db


def test_the_head_of_a_practice(client: Client) -> None:
    practice = make.published(other_themes=["lavoro"]).practice
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    assert texts(tree, "//h1") == ["Portierato sociale di via Turri"]
    assert facts(tree, "//header[@class='practice-head']") == {
        "Ente": "Comune di Reggio Emilia",
        "Dove": "Reggio Emilia (RE), Emilia-Romagna",
        "Ambiti": "Casa, Lavoro",
        "Per chi": "Famiglie",
        "A che punto è": "In corso",
        "Confermata dall'ente il": "2 marzo 2026",
        "Livello di evidenza": "Descritta. La pratica è descritta; i suoi risultati non sono ancora seguiti nel tempo. "
        + " ".join(texts(tree, "//dd[@class='evidence']//details")),
    }
    assert [link.get("href") for link in tree.xpath("//header[@class='practice-head']//a[not(ancestor::details)]")] == [
        "/enti/comune-di-reggio-emilia/",
        "/comuni/reggio-emilia/",
        "/regioni/emilia-romagna/",
        "/pratiche/?ambito=casa",
        "/pratiche/?ambito=lavoro",
        "/pratiche/portierato-sociale-di-via-turri/riuso/",
        f"/scrivania/pratiche/{practice.pk}/anche-noi/",
        "/pratiche/portierato-sociale-di-via-turri/versioni/",
        "/pratiche/portierato-sociale-di-via-turri/segnala/",
    ]
    sources = facts(section(tree, "Fonti e citazione"), ".")
    assert sources == {
        "Codice": practice.code,
        "Pubblicata il": "2 marzo 2026",
        "Confermata dall'ente il": "2 marzo 2026",
        "Licenza": "CC BY 4.0",
    }
    assert texts(tree, "//p[@class='cite']") == [
        f"Comune di Reggio Emilia, «Portierato sociale di via Turri», {practice.code}, in Buone pratiche di integrazione, "
        "Portale Integrazione Migranti, 2 marzo 2026, http://localhost:8000/pratiche/portierato-sociale-di-via-turri/"
    ]


def test_the_side_index_leads_to_every_section(client: Client) -> None:
    make.published()
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    index = [(link.get("href").lstrip("#"), link.text_content()) for link in tree.xpath("//nav[@class='side-index']//a")]
    assert index == [
        ("identity", "In breve"),
        ("territory", "Dove"),
        ("people", "Per chi"),
        ("time", "Quando"),
        ("why", "Perché"),
        ("how", "Come"),
        ("means", "Con quali mezzi"),
        ("results", "Che cosa ne è venuto"),
        ("lessons", "Che cosa abbiamo imparato"),
        ("contacts", "Contatti e dichiarazioni"),
        ("fonti", "Fonti e citazione"),
    ]
    assert [node.get("id") for node in tree.xpath("//section[contains(@class, 'record-section')]")] == [
        id for id, _ in index
    ]


def test_what_only_staff_reads_is_nowhere_on_the_page(client: Client) -> None:
    make.published(contact_person="Canarina Rossi", notes_to_editors="Canarino riservato")
    response = client.get("/pratiche/portierato-sociale-di-via-turri/")
    assert "Canarin" not in response.content.decode()


def test_an_imported_practice_says_where_it_comes_from(client: Client) -> None:
    make.imported(title="Da una notizia", summary="In breve.", municipalities=[make.municipality().belfiore_code])
    tree = page(client, "/pratiche/da-una-notizia/")
    assert texts(tree, "//div[contains(@class, 'notice-info')]") == [
        "Ripresa da una fonte pubblica: example.org. Non ancora confermata dall'ente. "
        "Lavori per l'ente? Prendila in carico dalla Scrivania. Le fonti lasciano dei dubbi."
    ]
    sources = section(tree, "Fonti e citazione")
    assert facts(sources, ".")["Confermata dall'ente"] == "non ancora"
    assert facts(sources, ".")["Altre fonti"] == "altra.example.net javascript:alert(1)"
    assert [link.get("href") for link in sources.xpath(".//dd//a")] == [
        "https://www.example.org/notizia",
        "https://altra.example.net/x",
    ]
    assert texts(sources, ".//p[@class='muted']") == [
        "La fonte non dice nulla di 8 sezioni: Per chi, Quando, Perché, Come, Con quali mezzi, Che cosa ne è venuto, "
        "Che cosa abbiamo imparato, Contatti e dichiarazioni."
    ]


def test_indicators_stand_as_a_table_with_their_readings(client: Client) -> None:
    submission = make.published(
        indicators=[
            {"name": "Iscritti", "unit": "persone", "baseline": "10", "target": "1500.5", "direction": "up", "source": ""}
        ]
    )
    indicator = Indicator.objects.get(practice=submission.practice)
    first = Reading.objects.create(indicator=indicator, period="2020", on=date(2020, 12, 31), value=12, declared_at=make.NOW)
    Reading.objects.create(
        indicator=indicator,
        period="2021",
        on=date(2021, 12, 31),
        value="1234.5",
        is_approximate=True,
        declared_at=make.NOW,
        verified_by=make.editor_user(),
        verified_at=make.NOW,
        source="https://www.example.org/dati",
    )
    first.superseded_by = Reading.objects.create(
        indicator=indicator,
        period="2020, corretto",
        on=date(2020, 12, 31),
        value=13,
        declared_at=make.NOW,
        source="Anagrafe",
    )
    first.save()
    tree = section(page(client, "/pratiche/portierato-sociale-di-via-turri/"), "Indicatori")
    assert texts(tree, ".//p") == ["Unità: persone. Valore di partenza: 10. Valore atteso: 1.500,5."]
    assert [texts(row, "./*") for row in tree.xpath(".//tr")] == [
        ["Periodo", "Valore", "Come si sa", "Fonte"],
        ["2020, corretto", "13", "dichiarato; corretto il 2 marzo 2026, prima: 12", "Anagrafe"],
        ["2021", "circa 1.234,5", "verificato il 2 marzo 2026", "example.org"],
    ]


def test_every_figure_says_where_it_is_known_from(client: Client) -> None:
    """Its own source, the indicator's, that of the page; and where there is none, that there is none."""
    row = {"unit": "persone", "baseline": None, "target": None, "direction": "up"}
    rows = [{**row, "name": "Con la sua", "source": "registro"}, {**row, "name": "Senza", "source": ""}]
    for made, rest in (
        (make.imported(title="Ripresa", municipalities=[make.municipality().belfiore_code], indicators=rows), "example.org"),
        (make.published(title="Propria", indicators=rows), "non indicata"),
    ):
        for indicator in Indicator.objects.filter(practice=made.practice):
            Reading.objects.create(indicator=indicator, period="2020", on=date(2020, 12, 31), value=12, declared_at=make.NOW)
        shown = section(page(client, f"/pratiche/{made.title.lower()}/"), "Indicatori")
        assert texts(shown, ".//td[last()]") == ["registro", rest]


def test_adaptations_are_told_on_both_sides_and_drafts_on_neither(client: Client) -> None:
    origin = make.published(title="Origine").practice
    row = {
        "origin": origin.code,
        "origin_name": "",
        "origin_url": "",
        "year": 2021,
        "changes": "Gli orari.",
        "outcome": "succeeded",
    }
    outside = {**row, "origin": "", "origin_name": "Altrove", "origin_url": "https://www.example.org/"}
    adapter = make.published(title="Figlia", adaptations=[row, outside])
    make.submission(title="Bozza segreta", adaptations=[row])
    Adaptation.objects.filter(submission=adapter, origin=origin).update(confirmed_by=make.user(), confirmed_at=make.NOW)
    own = section(page(client, "/pratiche/figlia/"), "Adattamenti")
    assert texts(own, ".//h3") == ["È partita da"]
    assert texts(own, "./ul/li") == [
        f"Origine ({origin.code}), 2021: riuscita, confermata dall'ente di origine. Gli orari.",
        "Altrove, 2021: riuscita. Gli orari.",
    ]
    others = section(page(client, "/pratiche/origine/"), "Adattamenti")
    assert texts(others, ".//h3") == ["L'hanno adattata"]
    assert texts(others, "./ul/li") == [
        "Figlia – Comune di Reggio Emilia, 2021: riuscita, confermata dall'ente di origine. Gli orari."
    ]


def test_practices_like_this_one_say_why(client: Client) -> None:
    tuscany = make.region("Toscana", "ITI1")
    prato = make.organisation("Comune di Prato", make.municipality("Prato", "G999", sign="PO", of=tuscany))
    make.published(title="Altrove, altro ambito", of=prato, municipalities=["G999"], main_theme="lavoro")
    make.published(title="Altrove, stesso ambito", of=prato, municipalities=["G999"])
    make.published(title="Qui, altro ambito", main_theme="lavoro")
    make.published(title="Qui, stesso ambito")
    make.published()
    tree = section(page(client, "/pratiche/portierato-sociale-di-via-turri/"), "Pratiche come questa")
    assert list(zip(texts(tree, ".//h3"), texts(tree, ".//p[@class='practice-card-reason']"), strict=True)) == [
        ("Qui, stesso ambito", "Stesso ambito (Casa), stesso territorio (Emilia-Romagna)"),
        ("Altrove, stesso ambito", "Stesso ambito (Casa)"),
        ("Qui, altro ambito", "Stesso territorio (Emilia-Romagna)"),
    ]


def test_an_archived_practice_keeps_its_page_with_the_notice(client: Client) -> None:
    practice = make.published().practice
    whole.archive(practice, by=make.editor_user(chief=True), at=make.later(9), notice="Il servizio è chiuso.")
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/")
    assert texts(tree, "//div[@class='notice']") == [
        "Archiviata il 2 marzo 2026: non compare più negli elenchi. Il servizio è chiuso."
    ]
    for address in (
        "/",
        "/pratiche/",
        "/regioni/emilia-romagna/",
        "/comuni/reggio-emilia/",
        "/enti/comune-di-reggio-emilia/",
    ):
        assert texts(page(client, address), "//article//h3") == []


def test_a_removed_practice_is_gone_and_says_only_the_class_of_reason(client: Client) -> None:
    practice = make.published().practice
    whole.remove(
        practice,
        by=make.editor_user(chief=True),
        at=make.later(9),
        reason=RemovalReason.PRIVACY,
        text="Il nome di una persona",
    )
    tree = page(client, "/pratiche/portierato-sociale-di-via-turri/", 410)
    assert texts(tree, "//main//h1 | //main//p")[:2] == [
        "Questa pratica è stata rimossa",
        "Motivo: tutela di dati personali.",
    ]
    assert "Portierato" not in html.tostring(tree, encoding="unicode")
    assert "Il nome di una persona" not in html.tostring(tree, encoding="unicode")


def test_drafts_and_unknown_ones_are_not_found(client: Client) -> None:
    make.submission(title="Bozza")
    assert texts(page(client, "/pratiche/bozza/", 404), "//h1") == ["Questa pagina non c'è"]


def test_demo_text_is_marked_wherever_it_stands(client: Client) -> None:
    submission = make.published()
    Submission.objects.filter(pk=submission.pk).update(is_demo=True)
    for address in (
        "/",
        "/pratiche/",
        "/pratiche/portierato-sociale-di-via-turri/",
        "/regioni/emilia-romagna/",
        "/comuni/reggio-emilia/",
        "/enti/comune-di-reggio-emilia/",
    ):
        assert texts(page(client, address), "//main//*[contains(@class, 'tag-demo')]") == ["testo dimostrativo"]


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    make.published()
    tag = client.get("/pratiche/portierato-sociale-di-via-turri/").headers["ETag"]
    assert client.get("/pratiche/portierato-sociale-di-via-turri/", headers={"If-None-Match": tag}).status_code == 304
    make.published(title="Un'altra")
    assert client.get("/pratiche/portierato-sociale-di-via-turri/", headers={"If-None-Match": tag}).status_code == 200


def test_the_permanent_identifier_leads_to_the_page_of_today() -> None:
    live, draft, gone = make.published(), make.submission(), make.published(title="Rimossa")
    chief = make.editor_user(chief=True)
    whole.remove(gone.practice, by=chief, at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore.")
    client = Client()
    found = {one: client.get(f"/id/{one.practice.code}") for one in (live, draft, gone)}
    assert {one: answer.status_code for one, answer in found.items()} == {live: 302, draft: 404, gone: 302}
    live.practice.refresh_from_db()
    assert found[live]["Location"] == live.practice.get_absolute_url()
    assert client.get(found[gone]["Location"]).status_code == 410
    for wrong in (
        "BP-999999",
        "BP-99999999999999999999999",
        "BP-",
        "BP-1x",
        f"BP-{live.practice.pk}",
        f"BP-0{live.practice.code[3:]}",
    ):
        assert client.get(f"/id/{wrong}").status_code == 404, wrong
