"""Nothing that was typed is lost: without network, without session, with a colleague in the same section."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from networks.models import Municipality, User
from practices.models import Submission
from practices.moderation import officer
from tests import make
from tests.browser import log_in, opened, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, by: User, draft: Submission) -> Iterator[Page]:
    """The section «Perché», open in a browser of its own."""
    with opened(chromium, forgive=("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")) as found:
        log_in(found, live_server.url, by.email)
        found.goto(section(live_server, draft))
        yield found


def section(live_server: LiveServer, draft: Submission, name: str = "why") -> str:
    return f"{live_server.url}/scrivania/schede/{draft.pk}/sezioni/{name}/"


def stored(draft: Submission) -> str:
    return Submission.objects.get(pk=draft.pk).context


def test_what_is_typed_is_saved_by_itself(page: Page, draft: Submission) -> None:
    page.fill("#id_context", "Scritto senza premere nulla.")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert stored(draft) == "Scritto senza premere nulla."
    # And once more: the number that the server gave is the one that goes with the next.
    with page.expect_response(lambda answer: answer.url.endswith("/salva/")):
        page.fill("#id_context", "E poi ancora.")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert stored(draft) == "E poi ancora."


def test_what_is_typed_before_the_script_is_there_is_saved_too(page: Page, draft: Submission) -> None:
    page.context.route("**/autosave*.js", lambda route: (page.wait_for_timeout(1500), route.continue_()))  # type: ignore[func-returns-value]
    page.goto(page.url, wait_until="commit")
    page.fill("#id_context", "Scritto subito.")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert stored(draft) == "Scritto subito."


def test_a_lost_network_loses_nothing(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.context.set_offline(True)
    page.fill("#id_context", "Scritto senza rete.")
    expect(page.locator("#save-state")).to_contain_text("Senza rete")
    assert stored(draft) != "Scritto senza rete."
    page.context.set_offline(False)
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert stored(draft) == "Scritto senza rete."


def test_leaving_the_page_at_once_saves(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.fill("#id_context", "Scritto e poi via.")
    page.goto(f"{live_server.url}/pratiche/")
    page.goto(section(live_server, draft))
    expect(page.locator("#id_context")).to_have_value("Scritto e poi via.")
    expect(page.locator("#save-state")).not_to_contain_text("qualcun altro")
    assert stored(draft) == "Scritto e poi via."


def test_a_lost_session_loses_nothing(page: Page, draft: Submission, by: User, live_server: LiveServer) -> None:
    page.context.clear_cookies()
    page.fill("#id_context", "Scritto a sessione scaduta.")
    expect(page.locator("#save-state")).to_contain_text("La sessione è scaduta")
    page.click("text=Ricarica la pagina")
    page.fill("#id_login", by.email)
    page.fill("#id_password", make.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("#id_context")).to_have_value("Scritto a sessione scaduta.")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert stored(draft) == "Scritto a sessione scaduta."


def test_the_enter_key_saves_what_was_typed_and_presses_no_other_button(
    page: Page, draft: Submission, live_server: LiveServer
) -> None:
    known = {"population": 172_000, "foreign_residents": 28_500, "population_on": date(2025, 1, 1)}
    Municipality.objects.update(**known)
    page.goto(section(live_server, draft, "territory"))
    page.fill("#id_context_population", "171.500")
    page.fill("#id_context_source", "Anagrafe comunale")
    with page.expect_navigation():
        page.press("#id_context_source", "Enter")
    expect(page.locator("body")).to_contain_text("salvata alle")
    assert violations(page) == []
    draft.refresh_from_db()
    assert (draft.context_population, draft.context_source) == (171_500, "Anagrafe comunale")


def test_a_colleague_in_the_same_section_is_told_and_nothing_is_overwritten(page: Page, draft: Submission, by: User) -> None:
    officer.save(draft, by=by, at=make.later(), section="why", values={"context": "Della collega."}, seen=0)
    page.fill("#id_context", "Mio.")
    expect(page.locator("#save-state")).to_contain_text("qualcun altro ha salvato questa sezione")
    assert stored(draft) == "Della collega."
    page.click("button:has-text('Salva'):not(:has-text('continua'))")
    expect(page.locator("text=Il tuo testo è ancora nei campi qui sotto")).to_be_visible()
    expect(page.locator("#id_context")).to_have_value("Mio.")
    assert page.locator(".compare del").all_inner_texts() != []
    page.click("button:has-text('Salva'):not(:has-text('continua'))")
    page.wait_for_selector("text=salvata alle")
    assert stored(draft) == "Mio."


def test_what_cannot_be_saved_stays_and_the_rest_is_saved(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.goto(section(live_server, draft, "means"))
    page.fill("#id_staff", "Due operatori.")
    page.fill("#id_cup", "sbagliato")
    expect(page.locator("#save-state")).to_contain_text("Alcuni campi non si possono salvare")
    expect(page.locator("#id_cup_error")).to_contain_text("Il CUP ha 15 caratteri")
    assert described(page, "#id_cup") == [("id_cup_helptext", True), ("id_cup_error", True)]
    submission = Submission.objects.get(pk=draft.pk)
    assert (submission.staff, submission.cup) == ("Due operatori.", "")
    page.fill("#id_cup", "")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    expect(page.locator("#id_cup_error, [aria-invalid]")).to_have_count(0)


def test_what_is_wrong_in_a_group_is_said_of_the_group(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.goto(section(live_server, draft, "time"))
    page.fill("[name=ended_on_year]", "")
    page.fill("[name=ended_on_day]", "31")
    expect(page.locator("#id_ended_on_error")).to_have_text("Indica anche l'anno.")
    assert ("id_ended_on_error", True) in described(page, "fieldset:has(#id_ended_on_legend)")
    assert page.locator("fieldset.invalid [aria-invalid]").count() == 3


def test_what_was_refused_is_no_longer_said_once_it_is_saved(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.goto(section(live_server, draft, "time"))
    page.fill("[name=ended_on_day]", "31")
    page.click("button:has-text('Salva'):not(:has-text('continua'))")
    expect(page.locator("#errors")).to_be_focused()
    page.click("#errors a")
    expect(page.locator("#id_ended_on_legend")).to_be_focused()
    page.fill("[name=ended_on_day]", "")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    expect(page.locator("#errors, .error[id], fieldset.invalid, [aria-invalid]")).to_have_count(0)


def described(page: Page, selector: str) -> list[tuple[str, bool]]:
    """The ids that describe it, and whether each is on the page."""
    ids = (page.locator(selector).get_attribute("aria-describedby") or "").split()
    return [(name, page.locator(f"#{name}").count() == 1) for name in ids]


def test_words_are_counted_as_the_server_does(page: Page) -> None:
    from portal.lib.text import count_words

    for text in (
        "",
        "una",
        "  due   parole ",
        "l'integrazione è qui",
        "a\tb\nc",
        "zero\u00a0spazio",
        "x\ufeffy z",
        "𝒂 🙂 b\u3000c",
    ):
        page.fill("#id_problem", text)
        assert page.locator("#campo-problem [data-words]").inner_text() == str(count_words(text)), repr(text)


def test_rows_are_added_taken_away_and_brought_back(page: Page, draft: Submission, live_server: LiveServer) -> None:
    page.goto(section(live_server, draft, "how"))
    partners = page.locator("[data-rows=partners]")
    for number in range(3):
        if number == 2:
            partners.get_by_role("button", name="Aggiungi una riga").click()
        page.fill(f"#id_partners-{number}-name", f"Ente {number}")
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    page.reload()
    partners.get_by_role("button", name="Togli").first.click()
    expect(partners.get_by_role("button", name="Rimetti")).to_be_visible()
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert [row["name"] for row in Submission.objects.get(pk=draft.pk).partners] == ["Ente 1", "Ente 2"]


def test_a_municipality_an_authority_and_an_origin_are_chosen_with_the_keyboard_alone(
    page: Page, draft: Submission, live_server: LiveServer
) -> None:
    """What is found can be script in the title of somebody: it is shown as words."""
    make.municipality("Torino", "L219", sign="TO")
    title = "Portierato <img src=x onerror=alert(1)>"
    origin = make.published(title=title).practice.code
    page.goto(section(live_server, draft, "territory"))
    page.goto(f"{live_server.url}/scrivania/incarichi/")
    page.get_by_label("Nome").focus()
    page.keyboard.type("torin")
    expect(page.locator(".autocomplete__option")).to_have_text(["Comune di Torino, Torino (TO), Emilia-Romagna"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incarichi/comuni/torino/")
    page.goto(section(live_server, draft, "territory"))
    # The server is not heard while it is chosen: it comes back, with its box, when the page is opened again.
    page.route("**/salva/", lambda route: route.abort())
    page.get_by_label("Un altro Comune").focus()
    page.keyboard.type("torin")
    expect(page.locator(".autocomplete__option")).to_have_text(["Torino (TO)"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Torino (TO)")).to_be_checked()
    expect(page.get_by_label("Un altro Comune")).to_have_value("")
    expect(page.locator("#save-state")).to_contain_text("Senza rete")
    page.unroute("**/salva/")
    page.reload()
    expect(page.get_by_label("Torino (TO)")).to_be_checked()
    expect(page.locator("#save-state")).to_contain_text("salvato alle")
    assert sorted(town.pk for town in draft.municipalities.all()) == ["H223", "L219"]
    page.goto(section(live_server, draft, "lessons"))
    page.get_by_role("group", name="Adattata da").get_by_role("button", name="Aggiungi una riga").click()
    page.keyboard.type("portierato")
    expect(page.locator(".autocomplete__option")).to_have_text([f"{origin} – {title}, Comune di Reggio Emilia"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("[name=adaptations-2-origin]").input_value() == origin
