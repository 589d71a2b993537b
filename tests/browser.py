"""Steps that the browser tests share: log in, look for accessibility violations, complain of whatever the page complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests import make

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
# WCAG 2.2 AA, and nothing less.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def opened(
    browser: Browser, *, size: dict[str, int] = DESKTOP, script: bool = True, forgive: tuple[str, ...] = (), density: int = 1
) -> Iterator[Page]:
    """A fresh page. It fails the test when the page's console says an error: a blocked style, a refused script, a 404."""
    options: dict[str, Any] = {"viewport": size, "java_script_enabled": script, "device_scale_factor": density}
    context = browser.new_context(**options, locale="it-IT")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(("http://localhost", "data:")) else complaints.append(r.url))
    try:
        yield page
    except Exception as error:
        # What somebody beside the browser would have seen.
        error.add_note(f"{page.url}\n{page.locator('body').inner_text()[:3000]}")
        raise
    # A page that answers 404, 409, 410 or 422 on purpose is told by the console too.
    expected = ("the server responded with a status of", *forgive)
    unexpected = [c for c in complaints if not any(said in c for said in expected)]
    assert unexpected == [], unexpected
    context.close()


def log_in(page: Page, base: str, email: str, password: str = make.PASSWORD) -> None:
    page.goto(f"{base}/accesso/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")


def violations(page: Page) -> list[list[str]]:
    """What axe-core finds: rule, the first element's HTML. And ids that stand twice, which it leaves to checkers of HTML."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # Only what is wrong comes back: all that was looked at would be megabytes a page. No rule of these tags needs the style
    # sheets fetched once more, and put into the page, which the policy rightly blocks.
    found: list[list[str]] = page.evaluate(
        """async tags => {
            const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false };
            const found = await axe.run(options);
            const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
            const twice = ids.filter((id, place) => ids.indexOf(id) < place);
            return [
                ...found.violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)]),
                ...twice.map(id => ["id twice", id]),
            ];
        }""",
        TAGS,
    )
    return found


def pasted(page: Page) -> str:
    """What was copied, as somebody pastes it elsewhere: our own pages may not read it."""
    elsewhere = page.context.new_page()
    elsewhere.set_content("<textarea></textarea>")
    elsewhere.locator("textarea").focus()
    elsewhere.keyboard.press("Control+V")
    text = elsewhere.locator("textarea").input_value()
    elsewhere.close()
    return text


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
