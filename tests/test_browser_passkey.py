"""Passkeys in a real browser, with an authenticator that Chromium pretends: set up, alone, after the password, refused."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.accounts import confirmed, mails
from tests.browser import log_in, opened, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]
# A telephone or a computer that asks for a finger, and whose owner lays it there at once.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def log_out(page: Page, base: str) -> None:
    page.goto(base + reverse("account_logout"))
    page.click("main button:has-text('Esci')")
    page.wait_for_url(f"{base}/")


def test_an_editor_sets_up_a_passkey_and_logs_in_with_it(chromium: Any, live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = base = live_server.url
    editor = confirmed(make.editor_user("redazione@example.org", second_factor=False))
    with opened(chromium) as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        authenticator = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
        log_in(page, base, editor.email)
        # From the queue to where it is set up, with the reason.
        page.wait_for_url(base + reverse("mfa_index"))
        assert "protegge l'accesso con un secondo fattore" in page.locator("main").inner_text()
        page.click("text=Aggiungi")
        page.fill("#id_password", make.PASSWORD)
        page.click("main button:has-text('Conferma')")
        page.check("text=Usala al posto della password")
        assert violations(page) == []
        page.click("main button:has-text('Aggiungi')")
        page.wait_for_url(base + reverse("mfa_view_recovery_codes"))
        assert (len(page.locator("#recovery_codes").input_value().split()), violations(page)) == (10, [])
        assert [subject for _to, subject in mails()] == ["Passkey o chiave aggiunta"]

        # Alone.
        log_out(page, base)
        page.goto(base + reverse("account_login"))
        page.click("#passkey_login")
        page.wait_for_url(f"{base}/admin/")

        # After the password, first with the wrong finger.
        log_out(page, base)
        log_in(page, base, editor.email)
        page.wait_for_url(base + reverse("mfa_authenticate"))
        credential = device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"][0]
        device.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_selector("text=Il browser non ha potuto usare la passkey")
        assert (page.evaluate("document.activeElement.hasAttribute('data-passkey-error')"), violations(page)) == (True, [])
        device.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": credential})
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_url(f"{base}/admin/")
