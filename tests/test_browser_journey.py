"""From the blank form to the city's page, in a real browser, without JavaScript: the main job of the portal."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from practices.models import Practice, Submission
from tests import make
from tests.browser import DESKTOP, PHONE, log_in, opened
from tests.reference import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A practice of the Comune di Torino as its page on the Council of Europe's site tells it (see fixtures/practices.jsonl);
# what that source does not say is said here in the plainest words.
TYPED = {
    "identity": {
        "summary": "Otto case di quartiere, ognuna con una gestione diversa, formano una rete di spazi aperti a tutti.",
        "main_theme": "governo-del-territorio",
        "action_type": "place",
        "tags": "quartiere, spazi comuni",
    },
    "territory": {
        "context_population": "848.885",
        "context_foreign_residents": "127.000",
        "context_source": "Anagrafe comunale",
    },
    "people": {"target_description": "Chi abita nei quartieri, di ogni provenienza."},
    "time": {"stage": "running"},
    "why": {
        "context": "Quartieri con bisogni di aggregazione e di servizi di prossimità.",
        "problem": "Mancavano luoghi pubblici condivisi.",
        "objectives": "Offrire spazi per attività sociali e culturali.",
    },
    "how": {
        "activities": "Sportelli, corsi, laboratori, feste.\n\n- accompagnamento ai gruppi\n- patti di collaborazione",
        "participation": "Gli abitanti propongono e gestiscono le attività.",
        "partners-0-name": "Rete delle Case del Quartiere APS",
        "partners-0-nature": "Associazione",
    },
    "means": {"funding_lines-0-fund": "fondi-comunali", "funding_lines-0-from_year": "2012"},
    "results": {
        "outputs": "Otto case in rete.",
        "results": "Riconosciuta come pratica funzionante dal progetto EU-MIA.",
        "evaluation": "none",
    },
    "lessons": {
        "difficulties": "Tenere insieme gestioni molto diverse.",
        "lessons": "Gestioni radicate nel territorio correggono le attività lungo la strada.",
        "sustainability": "Ogni casa si sostiene con risorse miste.",
        "transferability": "Servono un edificio pubblico e un gruppo che lo curi.",
    },
    "contacts": {"office": "Ufficio partecipazione", "office_email": "partecipazione@example.org"},
}
CHECKED = {
    "territory": ["Torino (TO)"],
    "people": ["Tutta la cittadinanza"],
    "contacts": ["Autorizziamo la pubblicazione con licenza CC BY 4.0", "Quanto scritto è veritiero"],
}


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    load_reference_data()
    torino = make.Organisation.objects.get(slug="comune-di-torino")
    found = {"officer": make.officer_of(torino), "editor": make.editor_user(second_factor=False)}
    for person in found.values():
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return found


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    """As in the demo: the second factor has tests of its own."""
    settings.SECOND_FACTOR_FOR_EDITORS = False


def fill(page: Page, section: str) -> None:
    for name, value in TYPED[section].items():
        control = page.locator(f"[name={name}]")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    for label in CHECKED.get(section, []):
        page.get_by_label(label, exact=True).check()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_blank_form_to_the_citys_page(
    chromium: Any, live_server: LiveServer, people: dict[str, User], size: dict[str, int], tmp_path: Path
) -> None:
    base = live_server.url
    with opened(chromium, size=size, script=size is DESKTOP) as page:
        log_in(page, base, people["officer"].email)
        page.click("text=Inserisci una pratica")
        page.check("input[value=good_practice]")
        page.fill("#id_title", "Le Case del Quartiere")
        page.click("button:has-text('Comincia')")
        for section in ("identity", "territory", "people", "time", "why", "how", "means", "results", "lessons"):
            if section in ("territory", "time"):
                name = "context_on" if section == "territory" else "started_on"
                page.fill(f"[name={name}_year]", "2024" if section == "territory" else "2012")
            fill(page, section)
            page.click("button:has-text('Salva e continua')")
            page.wait_for_selector("text=salvata alle")
        report = tmp_path / "relazione.png"
        report.write_bytes(picture())
        page.set_input_files("#id_files", str(report))
        if size is PHONE:
            page.click("button:has-text('Carica e salva')")
        page.fill("[name$=-title]", "La casa di San Salvario")
        page.fill("[name$=-alternative_text]", "L'ingresso della casa, con persone sedute ai tavoli")
        page.click("button:has-text('Salva e continua')")
        page.wait_for_selector("text=salvata alle")
        fill(page, "contacts")
        page.get_by_label("Abbiamo le liberatorie per le immagini allegate, se ce ne sono").check()
        page.click("button:has-text('Salva e continua')")
        page.click("text=Controlla e invia")
        if page.locator("#id_similar_seen").count():
            page.check("#id_similar_seen")
        page.click("button:has-text('Invia')")
        page.wait_for_selector("text=La scheda è stata inviata")
        page.click("button:has-text('Esci')")

        log_in(page, base, people["editor"].email)
        page.click("text=da prendere in carico")
        page.click("#result_list >> text=Le Case del Quartiere")
        page.click(".case-buttons >> text=Prendi in esame")
        page.click("button[name=confirm]")
        page.click(".case-buttons >> text=Chiedi integrazioni")
        page.select_option("#id_reason", index=1)
        page.fill("#id_text", "Precisate da quando esiste la rete.")
        page.select_option("#id_remarks-0-field", "results")
        page.fill("#id_remarks-0-text", "In che anno?")
        page.click("button:has-text('Prosegui')")
        page.click("button[name=confirm]")
        page.click("button:has-text('Esci')")

        log_in(page, base, people["officer"].email)
        page.click("text=Le Case del Quartiere")
        page.fill("textarea[name=text]", "Dal 2012.")
        page.click("button:has-text('Rispondi')")
        page.click(".progress-list >> text=Che cosa ne è venuto")
        page.fill("[name=results]", "Riconosciuta come pratica funzionante dal progetto EU-MIA; in rete dal 2012.")
        page.click("button:has-text('Salva'):not(:has-text('continua'))")
        page.wait_for_selector("text=salvata alle")
        page.click("text=Torna al riepilogo")
        page.click("a:has-text('Invia di nuovo')")
        page.click("button:has-text('Invia di nuovo')")
        page.wait_for_selector("text=La scheda è stata inviata")
        page.click("button:has-text('Esci')")

        log_in(page, base, people["editor"].email)
        page.click("text=in carico a me")
        page.click("#result_list >> text=Le Case del Quartiere")
        assert page.locator("section[aria-labelledby=last] ins").all_inner_texts() != []
        page.click(".case-buttons >> text=Pubblica")
        page.click("button[name=confirm]")
        page.wait_for_selector("text=Fatto: Pubblica")
        page.click("button:has-text('Esci')")

        page.goto(base)
        page.click("main a:text-is('Piemonte')")
        page.click("main >> text=Torino")
        page.click("main >> text=Le Case del Quartiere")
        assert page.locator("h1").inner_text() == "Le Case del Quartiere"
        assert page.locator("main img").get_attribute("alt") == "L'ingresso della casa, con persone sedute ai tavoli"
        if size is DESKTOP:
            page.locator("main img").scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.querySelector('main img').naturalWidth") > 0
    published = Practice.objects.listed().get()
    submission = Submission.objects.get(practice=published)
    assert (submission.status, submission.round, submission.context_population) == ("published", 2, 848_885)


def picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(out, "PNG")
    return out.getvalue()
