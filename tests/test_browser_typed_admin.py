"""What an editor was writing when the session ended is there after logging in again; what has arrived does not come back."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from practices.models import Remark
from practices.models.choices import Status
from tests import make
from tests.accounts import confirmed
from tests.browser import log_in, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_remark_outlives_its_session(chromium: Browser, live_server: LiveServer, settings: Any) -> None:
    settings.SECOND_FACTOR_FOR_EDITORS = False
    editor = confirmed(make.editor_user("redazione@example.org", second_factor=False))
    case = make.submission(Status.UNDER_REVIEW, assignee=editor)
    url = live_server.url + reverse("admin:practices_submission_change", args=[case.pk])
    form = "form[action$='/osservazione/']"
    with opened(chromium) as page:
        log_in(page, live_server.url, editor.email)
        page.goto(url)
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
