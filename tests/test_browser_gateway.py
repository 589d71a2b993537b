"""Signing in through the administration's gateway, with a real OpenID Connect provider that Node runs."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as ours
from django.urls import reverse
from environs import Env
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from portal import environment
from tests import make
from tests.accounts import confirmed, links, mails, path_of
from tests.browser import log_in, opened, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]
SOURCES = Path(__file__).parent / "oidc"
# Kept between one run and the next; the checkout does not carry it.
FOLDER = Path(ours.BASE_DIR) / "var" / "tests-oidc"
BUTTON = "button:has-text('Entra con Gateway di prova')"


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("localhost", port)) == 0


def installed() -> Path:
    """The folder of the provider, with its packages."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is not installed: the gateway is not tried against a real provider")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for source in SOURCES.iterdir():
        shutil.copy(source, FOLDER)
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            pytest.skip(f"oidc-provider could not be installed by npm: {done.stderr.strip()[-200:]}")
    return FOLDER


@pytest.fixture
def provider(live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A provider that runs, and a portal that knows it as its environment says."""
    folder = installed()
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    back = live_server.url + reverse("openid_connect_callback", args=["ente"])
    process = subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PORT": str(port), "REDIRECT_URI": back},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not listens(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        variables = {
            "SERVER_URL": f"http://localhost:{port}",
            "CLIENT_ID": "portale",
            "CLIENT_SECRET": "segreto-di-prova",
            "NAME": "Gateway di prova",
        }
        for name, value in variables.items():
            monkeypatch.setenv(f"OIDC_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = environment.gateway(Env(), development=True)
        settings.SITE_URL = live_server.url
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


def enter(page: Page, base: str, person: str, button: str = BUTTON, path: str = "/accesso/login/") -> None:
    """Press the button, and say at the gateway who one is."""
    page.goto(base + path)
    page.click(button)
    page.wait_for_url("**/interaction/**")
    page.fill("[name=person]", person)
    page.click("[name=enter]")
    page.wait_for_url(f"{base}/**")


def test_who_is_new_gets_an_account_once_the_address_is_confirmed(
    chromium: Any, live_server: LiveServer, provider: object
) -> None:
    base = live_server.url
    # Who mistyped an address as her new one keeps nobody from it.
    EmailAddress.objects.create(user=confirmed(make.user("altra@example.org")), email="ada@example.org")
    with opened(chromium) as page:
        page.goto(f"{base}/accesso/login/")
        assert violations(page) == []
        enter(page, base, "ada")
        # The gateway says that the address is verified: to us only its mailbox does.
        assert page.url == base + reverse("account_email_verification_sent")
        assert mails() == [("ada@example.org", "Conferma il tuo indirizzo e-mail")]
        page.goto(base + path_of(links()[0]))
        page.click("main button")
        page.wait_for_url(f"{base}/scrivania/")
        person = User.objects.get(email="ada@example.org")
        assert (person.full_name, person.has_usable_password()) == ("Persona ada", False)
        page.click("button:has-text('Esci')")
        # Known by now, to the gateway too: one press.
        page.goto(f"{base}/accesso/login/")
        page.click(BUTTON)
        page.wait_for_url(f"{base}/scrivania/")
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.provider, kept.uid, kept.extra_data) == (person, "ente", "ada", {})
    assert not SocialToken.objects.exists()


def test_who_comes_without_an_address_is_asked_for_one(chromium: Any, live_server: LiveServer, provider: object) -> None:
    base = live_server.url
    with opened(chromium) as page:
        enter(page, base, "senza")
        assert page.url == base + reverse("socialaccount_signup")
        assert (page.input_value("#id_full_name"), violations(page)) == ("Persona senza", [])
        page.fill("#id_email", "ada@example.org")
        page.click("main button[type=submit]")
        page.wait_for_url(base + reverse("account_email_verification_sent"))
    assert mails() == [("ada@example.org", "Conferma il tuo indirizzo e-mail")]
    assert list(User.objects.values_list("email", "full_name")) == [("ada@example.org", "Persona senza")]


def test_an_address_alone_opens_nobody_s_account(chromium: Any, live_server: LiveServer, provider: object) -> None:
    base = live_server.url
    confirmed(make.user("ada@example.org"))
    with opened(chromium) as page:
        enter(page, base, "ada")
        assert page.url == base + reverse("account_email_verification_sent")
        page.goto(f"{base}/scrivania/")
        assert page.url.startswith(f"{base}/accesso/login/")
        page.goto(f"{base}/accesso/login/")
        page.click(BUTTON)
        page.wait_for_url(base + reverse("account_email_verification_sent"))
    assert mails() == [("ada@example.org", "Hai già un accesso alle buone pratiche")]
    assert (SocialAccount.objects.count(), EmailAddress.objects.count(), User.objects.count()) == (0, 1, 1)


def test_who_has_an_account_connects_it_from_within_and_keeps_the_second_factor(
    chromium: Any, live_server: LiveServer, provider: object
) -> None:
    base = live_server.url
    editor = confirmed(make.editor_user("redazione@example.org", second_factor=False))
    connections = reverse("socialaccount_connections")
    with opened(chromium) as page:
        log_in(page, base, editor.email)
        page.goto(base + connections)
        assert violations(page) == []
        enter(page, base, "carla", "button:has-text('Collega Gateway di prova')", connections)
        # Whoever finds the browser open may not add her own way in.
        assert page.url.startswith(base + reverse("account_reauthenticate"))
        page.fill("#id_password", make.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(base + connections)
        assert mails() == [(editor.email, "Nuovo modo di accedere")]
    make.add_second_factor(editor)
    with opened(chromium) as page:
        enter(page, base, "carla")
        assert page.url == base + reverse("mfa_authenticate")


def test_who_refuses_and_a_gateway_that_is_down_are_told_so(
    chromium: Any, live_server: LiveServer, provider: subprocess.Popen[bytes]
) -> None:
    base = live_server.url
    with opened(chromium) as page:
        page.goto(f"{base}/accesso/login/")
        page.click(BUTTON)
        page.click("[name=refuse]")
        page.wait_for_url(base + reverse("socialaccount_login_cancelled"))
        assert (page.locator("h1").inner_text(), violations(page)) == ("Accesso annullato", [])
        page.goto(f"{base}/accesso/login/")
        provider.terminate()
        provider.wait(timeout=10)
        page.click(BUTTON)
        page.wait_for_selector("h1:has-text('Accesso non riuscito')")
        assert violations(page) == []
    assert not User.objects.exists()
