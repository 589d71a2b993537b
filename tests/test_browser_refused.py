"""A form that is refused comes back with the focus on what is wrong, with scripts or without."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from practices.models import Submission
from tests import make
from tests.browser import log_in, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def refused(page: Page, address: str, button: str, **typed: str) -> None:
    """Press a button of a form that has mistakes; the first link of the summary leads to its field."""
    page.goto(address)
    for name, value in typed.items():
        page.fill(f"main [name={name}]", value)
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#errors")).to_be_focused()
    link = page.locator("#errors a").first
    if link.count():
        place = (link.get_attribute("href") or "").lstrip("#")
        link.press("Enter")
        expect(page.locator(f"[id='{place}']")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_the_focus_is_on_what_is_wrong(
    chromium: Browser, live_server: LiveServer, draft: Submission, by: User, script: bool
) -> None:
    base = live_server.url
    make.published(title="Pubblicata")
    with opened(chromium, script=script) as page:
        refused(page, f"{base}/accesso/login/", "Accedi", login=by.email, password="sbagliata")
        refused(page, f"{base}/accesso/signup/", "Registrati")
        refused(page, f"{base}/pratiche/pubblicata/segnala/", "Invia la segnalazione")
        refused(page, f"{base}/accessibilita/segnala/", "Invia la segnalazione")
        log_in(page, base, by.email)
        page.wait_for_url("**/scrivania/")
        refused(page, f"{base}/scrivania/nuova/", "Comincia")
        refused(page, f"{base}/scrivania/schede/{draft.pk}/sezioni/identity/", "Salva", title="")
        refused(page, f"{base}/scrivania/schede/{draft.pk}/sezioni/time/", "Salva", ended_on_day="31", ended_on_year="")
