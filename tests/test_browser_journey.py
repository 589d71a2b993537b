"""From the blank form to the city's page, in a real browser: the main job of the portal, with whatever hands."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from practices.models import Practice, Submission
from tests import make
from tests.browser import DESKTOP, PHONE, opened, violations
from tests.hands import Keyboard, Pointer
from tests.reference import load_reference_data
from tests.samples import picture

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
        "context_on_year": "2024",
    },
    "people": {"target_description": "Chi abita nei quartieri, di ogni provenienza."},
    "time": {"started_on_year": "2012", "stage": "running"},
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
    "territory": ["input[name=municipalities][value=L219]"],
    "people": ["input[name=target_groups][value=cittadinanza]"],
    "contacts": ["[name=licence_accepted]", "[name=releases_declared]", "[name=truth_declared]"],
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


# A desktop with a mouse, a telephone without JavaScript, a desktop with the keyboard alone.
WAYS: dict[str, tuple[type[Pointer], dict[str, int], bool]] = {
    "desktop": (Pointer, DESKTOP, True),
    "phone": (Pointer, PHONE, False),
    "keyboard": (Keyboard, DESKTOP, True),
}


class Journey:
    """The people's steps, with one pair of hands."""

    def __init__(self, page: Page, base: str, hands: Pointer, *, script: bool, axe: bool) -> None:
        self.page, self.base, self.hands, self.script, self.axe = page, base, hands, script, axe

    def log_in(self, person: User) -> None:
        self.page.goto(f"{self.base}/accesso/login/")
        self.hands.write("#id_login", person.email)
        self.hands.write("#id_password", make.PASSWORD)
        self.hands.press("main button[type=submit]:has-text('Accedi')")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def log_out(self) -> None:
        self.hands.press("button:has-text('Esci')")
        self.page.wait_for_url(f"{self.base}/")

    def fill(self, section: str) -> None:
        for name, value in TYPED[section].items():
            if self.page.locator(f"select[name={name}]").count():
                self.hands.choose(f"[name={name}]", value)
            else:
                self.hands.write(f"[name={name}]", value)
        for selector in CHECKED.get(section, []):
            self.hands.tick(selector)

    def save(self, button: str = "button:has-text('Salva e continua')") -> None:
        # The page before may say it too, of the section before.
        with self.page.expect_navigation():
            self.hands.press(button)
        self.page.wait_for_selector("text=salvata alle")

    def accessible(self) -> None:
        """On the steps that no other test brings a page to; once, since other hands come to the same pages."""
        if self.axe:
            assert violations(self.page) == []

    def write_and_send(self, picture: Path) -> None:
        hands, page = self.hands, self.page
        hands.press("a:has-text('Inserisci una pratica')")
        hands.tick("input[value=good_practice]")
        hands.write("#id_title", "Le Case del Quartiere")
        hands.press("button:has-text('Comincia')")
        for section in [section for section in TYPED if section != "contacts"]:
            page.wait_for_selector(f"form[data-autosave*='/{section}/']")
            self.fill(section)
            self.save()
        page.wait_for_selector("form[data-autosave*='/attachments/']")
        hands.attach("#id_files", picture)
        if not self.script:
            hands.press("button:has-text('Carica e salva')")
        hands.write("[name$=-title]", "La casa di San Salvario")
        hands.write("[name$=-alternative_text]", "L'ingresso della casa, con persone sedute ai tavoli")
        self.save()
        page.wait_for_selector("form[data-autosave*='/contacts/']")
        self.fill("contacts")
        hands.press("button:has-text('Salva e continua')")
        hands.press("a:has-text('Controlla e invia')")
        page.wait_for_selector("h1:has-text('Invia alla redazione')")
        self.accessible()
        if page.locator("#id_similar_seen").count():
            hands.tick("#id_similar_seen")
        hands.press("main button:has-text('Invia')")
        page.wait_for_selector("text=La scheda è stata inviata")
        self.accessible()

    def ask_for_changes(self) -> None:
        hands = self.hands
        hands.press("a:has-text('da prendere in carico')")
        hands.press("#result_list a:has-text('Le Case del Quartiere')")
        self.page.wait_for_selector(".case-buttons")
        self.accessible()
        hands.press(".case-buttons a:has-text('Prendi in esame')")
        hands.press("button[name=confirm]")
        hands.press(".case-buttons a:has-text('Chiedi integrazioni')")
        hands.choose("#id_reason", self.page.locator("#id_reason option").nth(1).get_attribute("value") or "")
        hands.write("#id_text", "Precisate da quando esiste la rete.")
        hands.choose("#id_remarks-0-field", "results")
        hands.write("#id_remarks-0-text", "In che anno?")
        hands.press("button:has-text('Prosegui')")
        self.page.wait_for_selector("#id_mail_body")
        self.accessible()
        hands.press("button[name=confirm]")
        self.page.wait_for_selector("text=Fatto: Chiedi integrazioni")

    def answer(self) -> None:
        hands, page = self.hands, self.page
        hands.press("a:has-text('Le Case del Quartiere')")
        hands.write("textarea[name$=-text]", "Dal 2012.")
        hands.press("button:has-text('Rispondi')")
        page.wait_for_selector("text=Risposta registrata")
        self.accessible()
        hands.press(".progress-list a:has-text('Che cosa ne è venuto')")
        hands.write("[name=results]", "Riconosciuta come pratica funzionante dal progetto EU-MIA; in rete dal 2012.")
        self.save("button:has-text('Salva'):not(:has-text('continua'))")
        hands.press("a:has-text('Torna al riepilogo')")
        hands.press("a:has-text('Invia di nuovo')")
        page.wait_for_selector("h1:has-text('Invia di nuovo')")
        hands.press("main button:has-text('Invia di nuovo')")
        page.wait_for_selector("text=La scheda è stata inviata")

    def publish(self) -> None:
        hands, page = self.hands, self.page
        hands.press("a:has-text('in carico a me')")
        hands.press("#result_list a:has-text('Le Case del Quartiere')")
        page.wait_for_selector(".case-buttons")
        assert page.locator("[data-comparison=sent] ins").all_inner_texts() != []
        self.accessible()
        hands.press(".case-buttons a:has-text('Pubblica')")
        hands.press("button[name=confirm]")
        page.wait_for_selector("text=Fatto: Pubblica")

    def read(self) -> None:
        hands, page = self.hands, self.page
        page.goto(self.base)
        hands.press("main a:text-is('Piemonte')")
        hands.press("main a:has-text('Torino')")
        hands.press("main a:has-text('Le Case del Quartiere')")
        page.wait_for_selector("h1:has-text('Le Case del Quartiere')")
        self.accessible()
        assert (
            page.locator("article img").first.get_attribute("alt") == "L'ingresso della casa, con persone sedute ai tavoli"
        )


@pytest.mark.parametrize("way", WAYS)
def test_from_the_blank_form_to_the_citys_page(
    chromium: Any, live_server: LiveServer, people: dict[str, User], way: str, tmp_path: Path
) -> None:
    hands, size, script = WAYS[way]
    file = tmp_path / "casa.png"
    file.write_bytes(picture("PNG", (640, 480)))
    with opened(chromium, size=size, script=script) as page:
        journey = Journey(page, live_server.url, hands(page), script=script, axe=way == "desktop")
        for person, steps in (
            ("officer", lambda: journey.write_and_send(file)),
            ("editor", journey.ask_for_changes),
            ("officer", journey.answer),
            ("editor", journey.publish),
        ):
            journey.log_in(people[person])
            steps()
            journey.log_out()
        journey.read()
        if script:
            page.locator("article img").first.scroll_into_view_if_needed()
            expect(page.locator("article img").first).to_have_js_property("complete", True)
            assert page.evaluate("document.querySelector('article img').naturalWidth") > 0
    published = Practice.objects.listed().get()
    submission = Submission.objects.get(practice=published)
    assert (submission.status, submission.round, submission.context_population) == ("published", 2, 848_885)
