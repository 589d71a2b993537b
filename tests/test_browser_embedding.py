"""The frame on another site, in a real browser: shown there, its links lead out; no other page of ours is."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser import PHONE, opened, pasted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site_with(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A site of another origin with one page: its address, by what stands on it."""
    server = ThreadingHTTPServer(("localhost", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever)
    thread.start()

    def serve(body: str) -> str:
        (tmp_path / "index.html").write_text(f'<!doctype html><meta charset="utf-8"><title>Comune</title>{body}')
        return f"http://localhost:{server.server_port}/"

    yield serve
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("address", ["/pratiche/portierato-sociale-di-via-turri/", "/pratiche/?ambito=casa"])
def test_the_code_that_we_hand_out_works_on_another_site(
    chromium: Browser, live_server: LiveServer, site_with: Callable[[str], str], settings: Any, address: str
) -> None:
    settings.SITE_URL = live_server.url
    make.published()
    # A frame in a sandbox is of no origin, and needs leave to load fonts; WhiteNoise gives it, the server of the tests does not.
    with opened(chromium, size=PHONE, forgive=("Access to font at", "net::ERR_FAILED")) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{live_server.url}{address}")
        page.get_by_text("Condividi o incorpora").click()
        page.get_by_role("button", name="Copia il codice").click()
        expect(page.get_by_text("Copiato.")).to_be_visible()
        page.goto(site_with(pasted(page)))
        link = page.frame_locator("iframe").get_by_role("link", name="Portierato sociale di via Turri")
        with page.context.expect_page() as opening:
            link.click()
        expect(opening.value.get_by_role("heading", level=1)).to_have_text("Portierato sociale di via Turri")
        assert page.context.cookies() == []


def test_no_other_page_is_shown_on_another_site(
    chromium: Browser, live_server: LiveServer, site_with: Callable[[str], str]
) -> None:
    make.published()
    # The report of it arrives; its answer is not for the other site.
    with opened(chromium, forgive=("frame-ancestors", "X-Frame-Options", "NotSameOrigin")) as page:
        page.goto(site_with(f'<iframe src="{live_server.url}/pratiche/"></iframe>'))
        assert page.frames[1].url.startswith("chrome-error:")
