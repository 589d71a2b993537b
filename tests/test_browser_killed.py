"""A server that is killed while somebody writes: at most the last seconds wait for it to come back, and nothing is lost."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import log_in, opened
from tests.demo import Demo, free_port, kill

pytestmark = pytest.mark.browser
EMAIL = "collabora.reggio@demo.example"


def test_a_killed_server_loses_nothing(chromium: Browser, own_demo: Demo) -> None:
    demo, port = own_demo, free_port()
    password = demo.passwords()[EMAIL]
    base = f"http://localhost:{port}"
    server = demo.start(port)
    try:
        with opened(chromium, forgive=("net::ERR_CONNECTION_REFUSED",)) as page:
            log_in(page, base, EMAIL, password)
            page.click("text=Esempio di bozza appena cominciata")
            page.click(".progress-list >> text=Perché")
            page.fill("#id_context", "Scritto prima.")
            expect(page.locator("#save-state")).to_contain_text("salvato alle")
            kill(server)
            page.fill("#id_context", "Scritto prima. Scritto mentre il server era spento.")
            expect(page.locator("#save-state")).to_contain_text("Senza rete")
            server = demo.start(port)
            # It tries again by itself; with the page opened anew it would be the same.
            expect(page.locator("#save-state")).to_contain_text("salvato alle", timeout=30_000)
            page.evaluate("localStorage.clear()")
            page.reload()
            expect(page.locator("#id_context")).to_have_value("Scritto prima. Scritto mentre il server era spento.")
    finally:
        kill(server)
