"""The frame on another site, in a real browser: shown there, its links lead out; no other page of ours is."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser import PHONE, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def another_site(page: Page, body: str) -> None:
    """A page of another origin, which nobody serves."""
    page.route("http://localhost:9/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://localhost:9/")


@pytest.mark.parametrize("address", ["/pratiche/portierato-sociale-di-via-turri/", "/pratiche/?ambito=casa"])
def test_the_code_that_we_hand_out_works_on_another_site(
    chromium: Browser, live_server: LiveServer, settings: object, address: str
) -> None:
    settings.SITE_URL = live_server.url  # type: ignore[attr-defined]
    make.published()
    with opened(chromium, size=PHONE) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{live_server.url}{address}")
        page.get_by_text("Condividi o incorpora").click()
        page.get_by_role("button", name="Copia il codice").click()
        expect(page.get_by_text("Copiato.")).to_be_visible()
        code = page.evaluate("navigator.clipboard.readText()")
        another_site(page, code)
        link = page.frame_locator("iframe").get_by_role("link", name="Portierato sociale di via Turri")
        expect(link).to_be_visible()
        with page.context.expect_page() as opening:
            link.click()
        expect(opening.value.get_by_role("heading", level=1)).to_have_text("Portierato sociale di via Turri")
        assert page.context.cookies() == []


def test_no_other_page_is_shown_on_another_site(chromium: Browser, live_server: LiveServer) -> None:
    make.published()
    with opened(chromium, forgive=("frame-ancestors", "X-Frame-Options")) as page:
        another_site(page, f'<iframe src="{live_server.url}/pratiche/"></iframe>')
        page.wait_for_timeout(500)
        assert page.frames[1].url.startswith("chrome-error:")
