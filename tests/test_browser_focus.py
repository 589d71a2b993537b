"""Where the keyboard is can be seen on every background: two tones, and an outline where colours are forced."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser import opened
from tests.samples import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHITE, BLACK, INK = "rgb(255, 255, 255)", "rgb(0, 0, 0)", "rgb(23, 50, 77)"
LOOK = "one => { const { outlineStyle, outlineColor, boxShadow } = getComputedStyle(one); return [outlineStyle, outlineColor, boxShadow]; }"


def ring(page: Page, selector: str) -> list[str]:
    """How it looks when somebody comes to it with the keyboard: style and colour of the outline, shadow."""
    page.keyboard.press("Shift")
    found = page.locator(selector).first
    found.focus()
    page.wait_for_timeout(300)  # buttons change slowly
    style: list[str] = found.evaluate(LOOK)
    return style


def test_the_ring_of_the_portal_and_of_its_map(chromium: Browser, live_server: LiveServer) -> None:
    make.published()
    with opened(chromium) as page:
        page.goto(live_server.url)
        for selector in (".language-switch", ".it-brand-wrapper a", "main input[name=q]", "main .btn-primary"):
            style, _colour, shadow = ring(page, selector)
            assert (style, WHITE in shadow, BLACK in shadow) == ("solid", True, True), selector
        ring(page, ".tile-map a")
        tile = "one => [getComputedStyle(one).fill, getComputedStyle(one).stroke]"
        assert page.locator(".tile-map a:focus-visible rect").evaluate(tile) == [WHITE, INK]


def test_the_ring_of_the_admin_in_light_and_dark(chromium: Browser, live_server: LiveServer) -> None:
    cookies = client_of(make.editor_user()).cookies
    with opened(chromium) as page:
        page.context.add_cookies(
            [{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies.items()]
        )
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{live_server.url}/admin/practices/submission/")
            for selector in ("#site-name a", "#searchbar", "#changelist-search [type=submit]"):
                assert ring(page, selector) == ["solid", INK, f"{WHITE} 0px 0px 0px 2px"], selector
        page.emulate_media(forced_colors="active")
        assert ring(page, "#searchbar")[0] == "solid"
