"""Takes the pictures of the handbooks anew, from a demo of its own: `python -m tests.screenshots`, half a minute.

    python -m tests.screenshots                  # all of them
    python -m tests.screenshots send queue       # these

Each is a part of a page of fixed size, so that the handbooks' words about it stay true: who changes a size here changes it there,
and `tests/test_handbook.py` says where. They are written to static/img/handbook.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django
from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser import DESKTOP, PHONE, log_in, opened  # noqa: E402
from tests.conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from tests.demo import Demo, printed_passwords  # noqa: E402

FOLDER = Path(settings.BASE_DIR) / "static" / "img" / "handbook"
HEAVIEST = 40_000  # bytes of a picture
REGGIO, MANAGER, TORINO = "collabora.reggio", "responsabile.reggio", "torino"
EDITOR, CHIEF = "redazione1", "caporedazione"
DRAFT = "Esempio di bozza appena cominciata"
SENT = "Esempio di richiesta di integrazioni"
EXAMINED = "Esempio di scheda in esame"
FOLLOWED = "esempio-di-pratica-seguita-nel-tempo"


@dataclass(frozen=True)
class Shot:
    """A picture: who looks (nobody: a reader), where she goes from there, what is at the top left, what is marked."""

    name: str
    account: str
    address: str
    size: tuple[int, int]
    top: str = "#main .container:not(:has(nav.breadcrumb-container))"
    marked: str = ""
    go: Callable[[Page], None] = lambda page: None
    window: str = "desktop"


def follow(*names: str) -> Callable[[Page], None]:
    """Follow the links of these names, one after the other."""

    def go(page: Page) -> None:
        for name in names:
            page.get_by_role("link", name=name).first.click()

    return go


SHOTS = (
    Shot("ask", TORINO, "/scrivania/incarichi/?nome=bologna", (960, 560), "#main h1", "#found + .case-list a"),
    Shot("desk", REGGIO, "/scrivania/", (1184, 640), "#main h1", "a[href$='/nuova/']"),
    Shot(
        "section",
        REGGIO,
        "/scrivania/",
        (1184, 760),
        ".desk-columns",
        ".word-count, [data-limit]",
        follow(DRAFT, "In breve"),
    ),
    Shot("telephone", REGGIO, "/scrivania/", (360, 640), "#main h1", "", follow(DRAFT, "Perché"), "phone"),
    Shot("send", REGGIO, "/scrivania/", (960, 560), "#main h1", "#main .notice a", follow(DRAFT, "Controlla e invia")),
    Shot("remarks", TORINO, "/scrivania/", (960, 620), "h2:has-text('Osservazioni')", "", follow(SENT)),
    Shot("readings", TORINO, "/scrivania/", (960, 760), "#main h1", "", follow("Rilevazioni: ")),
    Shot(
        "colleagues",
        MANAGER,
        "/scrivania/",
        (960, 560),
        "#main h1",
        "button:has-text('Approva')",
        follow("Chi lavora per l'ente"),
    ),
    Shot("queue", EDITOR, "/admin/practices/submission/", (1280, 600), "#content", "#changelist-filter"),
    Shot("case", EDITOR, "/admin/practices/submission/", (1280, 720), "#content", ".case-buttons", follow(EXAMINED)),
    Shot(
        "decision",
        EDITOR,
        "/admin/practices/submission/",
        (1280, 720),
        "#content",
        "",
        follow(EXAMINED, "Chiedi integrazioni"),
    ),
    Shot("practice", CHIEF, "/admin/practices/practice/", (1280, 600), "#content", ".case-buttons", follow("BP-000001")),
    Shot("search", "", "/pratiche/?ambito=casa", (1184, 760), "#main h1"),
    Shot("page", "", f"/pratiche/{FOLLOWED}/", (1184, 700), "#main h1", ".evidence"),
    Shot("reuse", "", "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/riuso/", (960, 700), "#main h1"),
)


def take(page: Page, shot: Shot) -> bytes:
    """The part of the page that stands where it is now, as WebP."""
    shot.go(page)
    page.evaluate("document.fonts.ready")
    if shot.marked:
        mark = "found => found.forEach(one => { one.style.outline = '3px solid #d9364f'; one.style.outlineOffset = '4px'; })"
        assert page.locator(shot.marked).count(), shot.name
        page.locator(shot.marked).evaluate_all(mark)
    top = page.locator(shot.top).first.bounding_box()
    assert top, shot.name
    width, height = shot.size
    edge = 16 if width < page.viewport_size["width"] else 0  # type: ignore[index]
    clip = {"x": max(0, top["x"] - edge), "y": max(0, top["y"] - edge), "width": width, "height": height}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True)))  # type: ignore[arg-type]
    assert picture.size == shot.size, shot.name
    out = io.BytesIO()
    # Few colours, without loss: letters stay sharp.
    picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).convert("RGB").save(out, "WEBP", lossless=True, method=6)
    return out.getvalue()


def take_all(browser: Browser, base: str, passwords: dict[str, str], shots: list[Shot]) -> None:
    """All of them; each person logs in once for each size of window."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for account, window in dict.fromkeys((shot.account, shot.window) for shot in shots):
        with opened(browser, size=PHONE if window == "phone" else DESKTOP) as page:
            if account:
                email = f"{account}@demo.example"
                log_in(page, base, email, passwords[email])
            for shot in shots:
                if (shot.account, shot.window) == (account, window):
                    page.goto(f"{base}{shot.address}")
                    data = take(page, shot)
                    (FOLDER / f"{shot.name}.webp").write_bytes(data)
                    print(f"{shot.name}: {len(data):,} bytes", "– TOO HEAVY" if len(data) > HEAVIEST else "")


def main(names: list[str]) -> None:
    """Those of these names, or all."""
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}.")
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with Demo(Path(folder) / "demo").served() as (base, said):
            take_all(browser, base.rstrip("/"), printed_passwords(said), shots)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
