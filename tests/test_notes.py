"""What a public site has to say of itself: the notes, the footer, whom to write to; and only what is known."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from lxml import html

from portal.body import Body
from portal.lib.models import ContentVersion
from portal.notes.models import Note
from tests import make
from tests.html_forms import send
from tests.pages import facts, page, texts
from tests.samples import client_of

pytestmark = pytest.mark.django_db
SAID = Body(
    name="Direzione di prova",
    address="Via di prova 1, 00100 Roma",
    telephone="+39 06 123 456",
    email="ufficio@example.org",
    pec="pec@example.org",
    ipa_code="prova",
    dpo_email="rpd@example.org",
    privacy_email="dati@example.org",
    accessibility_url="https://form.agid.gov.it/view/prova",
    transparency_url="https://example.org/trasparente",
    security_contact="mailto:sicurezza@example.org",
)
NOTES = ("about", "take_part", "contacts", "privacy", "legal", "accessibility", "site_map")
FOOTER = "//footer//a"


@pytest.fixture
def said(settings: Any) -> None:
    settings.BODY = SAID


def links(tree: Any, path: str = FOOTER) -> dict[str, str]:
    return {" ".join(link.text_content().split()): link.get("href") for link in tree.xpath(path)}


def address(name: str, language: str = "it") -> str:
    with translation.override(language):
        return reverse(name)


# The footer ------------------------------------------------------------------------------------------------------
ALWAYS = {
    "Tutti i contatti": "/contatti/",
    "Privacy": "/privacy/",
    "Note legali": "/note-legali/",
    "Accessibilità": "/accessibilita/",
    "Mappa del sito": "/mappa-del-sito/",
    "Il progetto": "/il-progetto/",
    "Come partecipare": "/come-partecipare/",
}
FROM_THE_ENVIRONMENT = {
    "+39 06 123 456": "tel:+3906123456",
    "ufficio@example.org": "mailto:ufficio@example.org",
    "pec@example.org": "mailto:pec@example.org",
    "Amministrazione trasparente": "https://example.org/trasparente",
    "Dichiarazione di accessibilità": "https://form.agid.gov.it/view/prova",
}


def test_the_footer_has_what_the_law_wants(client: Client, said: None) -> None:
    tree = page(client, "/")
    found = links(tree)
    assert {name: found.get(name) for name in {**ALWAYS, **FROM_THE_ENVIRONMENT}} == {**ALWAYS, **FROM_THE_ENVIRONMENT}
    assert "Direzione di prova" in texts(tree, "//footer//p")
    assert "Via di prova 1, 00100 Roma" in texts(tree, "//footer//li")
    [declared] = tree.xpath("//*[@data-element='accessibility-link']")
    assert declared.get("href") == "https://form.agid.gov.it/view/prova"


def test_what_the_environment_does_not_say_is_no_dead_link(client: Client) -> None:
    tree = page(client, "/")
    found = links(tree)
    assert {name: found.get(name) for name in ALWAYS} == ALWAYS
    assert {name for name in found if name in FROM_THE_ENVIRONMENT} == set()
    assert [link for link in tree.xpath(f"{FOOTER}/@href") if not link.startswith("/")] == []
    # Where there is no declaration yet, the page that says so.
    [own] = tree.xpath("//*[@data-element='accessibility-link']")
    assert own.get("href") == "/accessibilita/"


def test_every_link_of_the_footer_answers_in_both_languages(client: Client) -> None:
    for language in ("it", "en"):
        for name, url in links(page(client, address("home", language))).items():
            assert client.get(url).status_code in {200, 302}, name


# The notes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", NOTES)
def test_a_note_has_one_heading_and_its_title(client: Client, name: str, language: str) -> None:
    tree = page(client, address(f"notes:{name}", language))
    [heading] = texts(tree, "//h1")
    [title] = texts(tree, "//head/title")
    assert title.startswith(heading) or name == "privacy"


def test_contacts_say_what_is_known_and_what_is_to_be_said(client: Client, said: None, settings: Any) -> None:
    assert facts(page(client, "/contatti/")) == {
        "Amministrazione": "Direzione di prova",
        "Sede": "Via di prova 1, 00100 Roma",
        "Telefono": "+39 06 123 456",
        "E-mail": "ufficio@example.org",
        "PEC": "pec@example.org",
        "Codice IPA": "prova",
        "Responsabile della protezione dei dati": "rpd@example.org",
        "Vulnerabilità del sito": "security.txt",
    }
    settings.BODY = Body()
    assert facts(page(client, "/contatti/")) == dict.fromkeys(
        ("Amministrazione", "Sede", "E-mail", "PEC", "Responsabile della protezione dei dati"), "da indicare"
    )


def test_the_privacy_notice_names_controller_officer_rights_and_the_authority(client: Client, said: None) -> None:
    tree = page(client, "/privacy/")
    assert facts(tree) == {
        "Titolare del trattamento": "Direzione di prova",
        "Sede": "Via di prova 1, 00100 Roma",
        "Richieste sui dati": "dati@example.org",
        "Responsabile della protezione dei dati": "rpd@example.org",
    }
    assert texts(tree, "//main//h2") == [
        "Quali dati, e perché",
        "Cookie",
        "Chi li vede, e per quanto tempo",
        "I tuoi diritti",
        "A chi rivolgersi",
    ]
    assert tree.xpath("//main//a[contains(@href, 'garanteprivacy.it')]")


def test_legal_notes_name_the_licences(client: Client, settings: Any) -> None:
    settings.SOURCE_URL = "https://codice.example.org/"
    tree = page(client, "/note-legali/")
    assert tree.xpath("//main//a[@rel='license']/@href") == ["https://creativecommons.org/licenses/by/4.0/deed.it"]
    assert "https://codice.example.org/" in tree.xpath("//main//a/@href")


def test_the_accessibility_page_leads_to_the_declaration_the_form_and_the_ombudsman(client: Client, said: None) -> None:
    tree = page(client, "/accessibilita/")
    assert tree.xpath("//main//a[@data-element='accessibility-link']/@href") == ["https://form.agid.gov.it/view/prova"]
    found = tree.xpath("//main//a/@href")
    assert "/accessibilita/segnala/" in found
    assert "https://www.agid.gov.it/it/agenzia/difensore-civico-il-digitale" in found


def test_the_site_map_leads_to_every_list_region_and_theme(client: Client) -> None:
    make.region()
    make.taxonomy()
    found = page(client, "/mappa-del-sito/").xpath("//main//a/@href")
    with translation.override("it"):
        lists = {reverse(name) for name in ("practices:list", "networks", "agreements", "statistics", "indicators", "usage")}
    assert lists | {"/regioni/emilia-romagna/", "/ambiti/casa/"} <= set(found)
    assert {url: client.get(url).status_code for url in found if url != "/scrivania/"} == {
        url: 200 for url in found if url != "/scrivania/"
    }


def test_the_administration_writes_its_own_words_in_the_admin(client: Client, said: None) -> None:
    before = page(client, "/privacy/")
    assert texts(before, "//main//h2")[0] == "Quali dati, e perché"
    chief = client_of(make.editor_user(chief=True))
    form = {"page": "privacy", "text": "La nostra informativa.\n\n- una\n- due", "text_en": ""}
    assert chief.post("/admin/notes/note/add/", form).status_code == 302
    tree = page(client, "/privacy/")
    assert texts(tree, "//main//h2") == ["A chi rivolgersi"]
    assert texts(tree, "//main//li[not(ancestor::nav)]") == ["una", "due"]
    assert facts(tree)["Titolare del trattamento"] == "Direzione di prova"
    # In English the Italian words, and that they are; with English ones, those.
    [own] = page(client, "/en/privacy/").xpath("//main//div[@lang='it']")
    assert "La nostra informativa." in own.text_content()
    note = Note.objects.get()
    change = {"text": note.text, "text_en": "Our notice."}
    assert chief.post(f"/admin/notes/note/{note.pk}/change/", change).status_code == 302
    tree = page(client, "/en/privacy/")
    assert (tree.xpath("//main//div[@lang='it']"), "Our notice." in tree.text_content()) == ([], True)
    # Emptied, the portal's words are back.
    assert chief.post(f"/admin/notes/note/{note.pk}/change/", {"text": "", "text_en": ""}).status_code == 302
    assert texts(page(client, "/privacy/"), "//main//h2") == texts(before, "//main//h2")


def test_who_may_take_part_is_who_may_ask_for_an_affiliation(client: Client) -> None:
    """Other organisations sign agreements and lead networks, but nobody writes for them here."""
    said = {
        address: texts(page(client, address), "//main//p[@class='lead']")
        for address in ("/come-partecipare/", "/en/take-part/")
    }
    assert said == {
        "/come-partecipare/": ["Può partecipare chi lavora in un Comune o in un'Unione di Comuni. Non costa nulla."],
        "/en/take-part/": ["Whoever works for a municipality or a union of municipalities can take part. It costs nothing."],
    }


def test_what_is_written_in_the_admin_is_text_and_no_code(client: Client) -> None:
    Note.objects.create(page="about", text="<script>alert(1)</script>")
    assert b"<script>alert" not in client.get("/il-progetto/").content


# Last update -----------------------------------------------------------------------------------------------------
def updated(client: Client, url: str) -> list[str]:
    return texts(page(client, url), "//p[@class='updated']")


def test_every_public_page_says_when_it_was_updated(client: Client) -> None:
    make.published()
    today = timezone.localdate()
    with translation.override("it"):
        day = date_format(today)
    portal = [f"Ultimo aggiornamento del portale: {day}"]
    for url in ("/", "/pratiche/", "/regioni/", "/comuni/reggio-emilia/", "/statistiche/", "/cerca/", "/mappa-del-sito/"):
        assert updated(client, url) == portal, url
    # A page about one thing says when that was.
    one = "/pratiche/portierato-sociale-di-via-turri/"
    for url in (one, f"{one}riuso/", f"{one}versioni/"):
        assert updated(client, url) == ["Ultimo aggiornamento di questa pagina: 2 marzo 2026"], url
    assert updated(client, "/privacy/") == ["Ultimo aggiornamento di questa pagina: 29 novembre 2026"]
    Note.objects.create(page="privacy", text="Nuova")
    assert updated(client, "/privacy/") == [f"Ultimo aggiornamento di questa pagina: {day}"]


def test_before_anything_was_public_no_day_is_made_up(client: Client) -> None:
    ContentVersion.objects.all().delete()
    assert updated(client, "/") == [""]


# security.txt ----------------------------------------------------------------------------------------------------
def test_security_txt_has_every_field_and_never_lapses(client: Client, said: None) -> None:
    response = client.get("/.well-known/security.txt")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert fields == {
        "Contact": "mailto:sicurezza@example.org",
        "Preferred-Languages": "it, en",
        "Canonical": "http://localhost:8000/.well-known/security.txt",
    }
    # RFC 9116, 2.5.5: with the offset of its time, and less than a year away.
    assert timedelta(days=170) < expires - datetime.now(UTC) < timedelta(days=365)
    assert expires.utcoffset() is not None


def test_without_anybody_to_write_to_there_is_no_security_txt(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


# Privacy beside every form ---------------------------------------------------------------------------------------
def test_every_form_that_collects_data_has_the_notice_beside_it(client: Client) -> None:
    make.published()
    for url in (
        "/accesso/signup/",
        "/accessibilita/segnala/",
        "/pratiche/portierato-sociale-di-via-turri/segnala/",
    ):
        tree = html.fromstring(client.get(url).content.decode())
        assert tree.xpath("//main//form//p[@class='help']/a/@href") == ["/privacy/"], url


def test_the_notice_stands_at_the_desk_too_where_data_of_others_are_asked_for() -> None:
    draft = make.submission()
    manager = client_of(make.officer_of(draft.organisation, "manager"))
    for url, expected in (
        (f"/scrivania/schede/{draft.pk}/sezioni/contacts/", ["/privacy/"]),
        (f"/scrivania/schede/{draft.pk}/sezioni/why/", []),
        (f"/scrivania/enti/{draft.organisation.slug}/colleghi/", ["/privacy/"]),
    ):
        tree = html.fromstring(manager.get(url).content.decode())
        assert tree.xpath("//main//form//p[@class='help']/a/@href") == expected, url


def test_who_sees_the_contact_person_is_the_same_wherever_it_is_said(client: Client) -> None:
    draft = make.submission()
    officer = client_of(make.officer_of(draft.organisation))
    section = html.fromstring(officer.get(f"/scrivania/schede/{draft.pk}/sezioni/contacts/").content.decode())
    pages = (section, page(client, "/privacy/"), page(client, "/guida/enti/"))
    said = [
        re.findall(r"la ved(?:e|ono) solo l[^.;:,]*", text)
        for text in (" ".join(tree.text_content().split()) for tree in pages)
    ]
    assert said == [["la vedono solo l'ente e la redazione"] * 2, *[["la vedono solo l'ente e la redazione"]] * 2]


def test_a_feedback_goes_nowhere_without_its_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/accessibilita/segnala/", {"text": "x"}).status_code == 403
    assert send(Client(), "/accessibilita/segnala/", text="").status_code == 422
