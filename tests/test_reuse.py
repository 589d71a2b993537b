"""The reuse sheet: what another town needs, what is missing, whom to ask; only of practices that have a page."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from practices.models import Attachment, Practice, Submission
from practices.models.choices import RemovalReason
from practices.moderation import merging
from practices.moderation import practice as whole
from practices.reuse import PARTS
from tests import make
from tests.pages import facts, page, section, texts

pytestmark = pytest.mark.django_db
ADDRESS = "/pratiche/portierato-sociale-di-via-turri/riuso/"


def attached(submission: Submission, kind: str, title: str) -> None:
    is_picture = kind == "picture"
    Attachment.objects.create(
        submission=submission,
        kind=kind,
        title=title,
        file=ContentFile(title.encode(), name=f"{title}.pdf"),
        sha256=title.ljust(64, "0"),
        name=f"{title}.pdf",
        content_type="image/jpeg" if is_picture else "application/pdf",
        size=1000,
        width=480 if is_picture else None,
        height=300 if is_picture else None,
    )


def missing(tree: Any) -> dict[str, str]:
    """What each part says it lacks."""
    return {
        texts(part, ".//h2")[0]: words.removeprefix("Non indicato: ")
        for part in tree.xpath("//div[@class='reuse-part']")
        for words in texts(part, "./p[@class='reuse-missing']")
    }


def test_everything_that_a_town_needs(client: Client) -> None:
    submission = make.published(
        act_kind="executive",
        act_number="77/2019",
        act_on="2019-03-04",
        act_url="https://example.org/atto",
        total_cost="120000",
        staff="Due operatrici.",
        staff_days=220,
        minimum_conditions="Un locale al piano terra.\n\n- due persone\n- un accordo con il condominio",
        success_conditions="Volti noti.",
        milestones=[{"when": "2019", "what": "Apertura"}],
        partners=[{"name": "Cooperativa", "nature": "terzo settore", "contribution": "Personale"}],
        contact_person="Persona riservata",
        links=[{"title": "Sito", "url": "https://example.org/"}],
    )
    for kind in ("budget", "tender", "act", "form", "report", "picture"):
        attached(submission, kind, f"Allegato {kind}")
    tree = page(client, ADDRESS)
    assert missing(tree) == {}
    assert texts(tree, "//h2") == [
        "Che cosa si fa, e per chi",
        "Che cosa serve per cominciare",
        "Costi e finanziamenti",
        "Personale",
        "Atto",
        "Tempi",
        "Partner",
        "Difficoltà e lezioni",
        "Documenti da riusare",
        "A chi chiedere",
        *texts(tree, "//footer//h2"),
    ]
    assert facts(tree, "//div[@class='reuse-part']") == {
        "Costo complessivo in euro": "120.000",
        "Giornate di lavoro": "220",
        "Atto": "Delibera di Giunta",
        "Numero dell'atto": "77/2019",
        "Data dell'atto": "4 marzo 2019",
        "Indirizzo dell'atto": "example.org",
        "Inizio": "2019",
        "Ufficio": "Ufficio intercultura",
        "E-mail dell'ufficio": "intercultura@example.org",
    }
    documents = section(tree, "Documenti da riusare")
    assert list(zip(texts(documents, ".//h3"), texts(documents, ".//li/span/a"), strict=True)) == [
        ("Atto tipo", "Allegato act"),
        ("Capitolato o bando", "Allegato tender"),
        ("Modulo", "Allegato form"),
        ("Piano dei costi", "Allegato budget"),
        ("Relazione", "Allegato report"),
    ]
    assert texts(section(tree, "Che cosa serve per cominciare"), ".//li") == ["due persone", "un accordo con il condominio"]
    assert "Persona riservata" not in tree.text_content()
    assert texts(tree, "//p[@class='notice notice-info']/a") == ["intercultura@example.org"]
    # The two fields and the address stand on the practice's own page too.
    own = page(client, ADDRESS.removesuffix("riuso/"))
    assert facts(own)["Giornate di lavoro"] == "220"
    assert own.xpath("//header[@class='practice-head']//ul//a/@href")[0] == ADDRESS


def test_what_is_missing_is_said_and_whom_to_ask(client: Client) -> None:
    make.published()
    tree = page(client, ADDRESS)
    assert missing(tree) == {
        "Che cosa serve per cominciare": "condizioni minime, condizioni di riuscita.",
        "Costi e finanziamenti": "costo complessivo in euro.",
        "Personale": "giornate di lavoro, personale impiegato.",
        "Atto": "atto, numero dell'atto, data dell'atto, indirizzo dell'atto.",
        "Tempi": "tappe.",
        "Partner": "partner.",
        "Documenti da riusare": "atto tipo, capitolato o bando, modulo, piano dei costi.",
    }
    assert texts(tree, "//p[@class='notice notice-info']") == [
        "Manca qualcosa che vi serve? Scrivete all'ufficio: intercultura@example.org."
    ]


def test_an_imported_practice_has_a_sheet_with_its_source(client: Client) -> None:
    submission = make.imported(title="Sportello", kind="intervention", municipalities=[make.municipality().pk])
    tree = page(client, "/pratiche/sportello/riuso/")
    assert facts(tree, "//header[@class='practice-head']") == {
        "Ente": "Comune di Reggio Emilia",
        "Pratica": f"La scheda completa ({submission.practice.code}, 2 marzo 2026)",
        "Fonte": "example.org",
    }
    assert tree.xpath("//p[@class='notice notice-info']/a/@href") == ["/enti/comune-di-reggio-emilia/"]
    assert missing(tree).keys() == {*(str(title) for _name, title, _fields in PARTS), "Documenti da riusare"}


def test_who_has_no_page_has_no_sheet(client: Client) -> None:
    chief = make.editor_user(chief=True)
    live, archived, removed, merged = (
        make.published(title=title).practice for title in ("Viva", "Vecchia", "Tolta", "Doppia")
    )
    draft = make.submission(title="Bozza").practice
    whole.archive(archived, by=chief, at=make.later(60), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(60), reason=RemovalReason.PRIVACY, text="Dati personali.")
    merging.merge(merged, into=live, by=chief, at=make.later(60), text="È la stessa.")
    assert Practice.objects.get(pk=draft.pk).slug is None
    answers = {slug: client.get(f"/pratiche/{slug}/riuso/") for slug in ("viva", "vecchia", "tolta", "doppia", "bozza")}
    assert {slug: answer.status_code for slug, answer in answers.items()} == {
        "viva": 200,
        "vecchia": 200,
        "tolta": 410,
        "doppia": 302,
        "bozza": 404,
    }
    assert answers["doppia"]["Location"] == "/pratiche/viva/"
    assert "Archiviata il" in answers["vecchia"].content.decode()
