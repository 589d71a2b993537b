"""What an editor was writing is there again when the session or the form had ended; what has arrived does not come back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from practices.models import Remark
from practices.models.choices import Status
from tests import make
from tests.accounts import confirmed
from tests.browser import log_in, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


REMARK, NOTE = "form[action$='/osservazione/']", "form[action$='/nota/']"


@pytest.fixture
def editor(transactional_db: None, settings: Any) -> User:
    settings.SECOND_FACTOR_FOR_EDITORS = False
    return confirmed(make.editor_user("redazione@example.org", second_factor=False))


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, editor: User) -> Iterator[Page]:
    """Her case, open in a browser of its own."""
    case = make.submission(Status.UNDER_REVIEW, assignee=editor)
    with opened(chromium, forgive=("net::ERR_FAILED",)) as found:
        log_in(found, live_server.url, editor.email)
        found.goto(live_server.url + reverse("admin:practices_submission_change", args=[case.pk]))
        yield found


def test_a_remark_outlives_its_session(page: Page, editor: User) -> None:
    url, form = page.url, REMARK
    page.locator(f"{form} textarea").fill("Quante persone avete raggiunto?")
    Session.objects.all().delete()
    page.locator(f"{form} button").click()
    expect(page.locator("#id_password")).to_be_visible()
    page.fill("#id_login", editor.email)
    page.fill("#id_password", make.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(f"{form} textarea")).to_have_value("Quante persone avete raggiunto?")
    expect(page.locator(f"{form} [role=status]")).to_contain_text("com'era")
    page.locator(f"{form} select").select_option("results")
    page.locator(f"{form} button").click()
    expect(page.locator("body")).to_contain_text("Quante persone avete raggiunto?")
    expect(page.locator(f"{form} textarea")).to_have_value("")
    assert Remark.objects.get().text == "Quante persone avete raggiunto?"
    # Neither on the page when it is opened once more.
    page.goto(url)
    expect(page.locator(f"{form} textarea")).to_have_value("")


def test_a_remark_outlives_its_form(page: Page) -> None:
    """Another login, in another tab, makes the form of this one invalid: the server says so, and took nothing."""
    url = page.url
    page.locator(f"{REMARK} textarea").fill("Quante persone avete raggiunto?")
    page.locator(f"{REMARK} select").select_option("results")
    page.context.clear_cookies(name="csrftoken")
    page.locator(f"{REMARK} button").click()
    expect(page.locator("h1")).to_have_text("Il modulo è scaduto")
    # Opened anew, so that it is not the browser who remembers.
    page.goto(url)
    expect(page.locator(f"{REMARK} textarea")).to_have_value("Quante persone avete raggiunto?")
    # Nor does a server that is not there take anything, and its page is none of ours.
    page.context.route("**/osservazione/", lambda route: route.abort())
    page.locator(f"{REMARK} button").click()
    page.wait_for_url("chrome-error://**")
    page.context.unroute("**/osservazione/")
    page.go_back()
    page.goto(url)
    expect(page.locator(f"{REMARK} textarea")).to_have_value("Quante persone avete raggiunto?")
    page.locator(f"{REMARK} select").select_option("results")
    page.locator(f"{REMARK} button").click()
    expect(page.locator(f"{REMARK} textarea")).to_have_value("")
    assert Remark.objects.get().text == "Quante persone avete raggiunto?"


def test_what_is_sent_leaves_what_is_typed_beside_it(page: Page) -> None:
    page.locator(f"{NOTE} textarea").fill("Da sentire la collega.")
    page.locator(f"{REMARK} textarea").fill("Quante persone?")
    # Refused first, without its field: on that page the note is there too.
    page.locator(f"{REMARK} button").click()
    expect(page.locator(f"{REMARK} .error")).to_be_visible()
    expect(page.locator(f"{NOTE} textarea")).to_have_value("Da sentire la collega.")
    page.locator(f"{REMARK} select").select_option("results")
    page.locator(f"{REMARK} button").click()
    expect(page.locator("#osservazioni ~ .remark")).to_contain_text("Quante persone?")
    expect(page.locator(f"{REMARK} textarea")).to_have_value("")
    expect(page.locator(f"{NOTE} textarea")).to_have_value("Da sentire la collega.")
    page.locator(f"{NOTE} button").click()
    expect(page.locator(".note")).to_contain_text("Da sentire la collega.")
    expect(page.locator(f"{NOTE} textarea")).to_have_value("")
