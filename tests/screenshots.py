"""Takes the pictures of the handbooks anew, from a demo of its own: `python -m tests.screenshots`, half a minute.

    python -m tests.screenshots                  # all of them
    python -m tests.screenshots send home.png    # these

Each is a part of a page of fixed size, so that the handbooks' words about it stay true: who changes a size here changes it there,
and `tests/test_handbook.py` says where. They are written to static/img/handbook; those of whole windows, which publiccode.yml
shows to catalogues of software, to docs/screenshots.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
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
CATALOGUE_FOLDER = Path(settings.BASE_DIR) / "docs" / "screenshots"
WINDOW = (1280, 800)  # as the standard of publiccode.yml suggests; it takes PNG or JPEG
EDGE = 12  # pixels around what is shown
REGGIO, MANAGER, TORINO = "collabora.reggio", "responsabile.reggio", "torino"
EDITOR, CHIEF = "redazione1", "caporedazione"
DRAFT = "Esempio di bozza appena cominciata"
SENT = "Esempio di richiesta di integrazioni"
EXAMINED = "Esempio di scheda in esame"
QUEUE, PRACTICES = "/admin/practices/submission/", "/admin/practices/practice/"
FOLLOWED = "esempio-di-pratica-seguita-nel-tempo"


@dataclass(frozen=True)
class Shot:
    """A picture: who looks (nobody: a reader), where she goes from there, what is at the top left, what is marked."""

    name: str
    account: str
    address: str
    size: tuple[int, int]
    top: str = "#main h1"
    marked: str = ""
    go: Callable[[Page], None] = lambda page: None
    on: dict[str, int] = field(default_factory=lambda: DESKTOP)


def follow(*names: str) -> Callable[[Page], None]:
    """Follow the links of these names, one after the other."""

    def go(page: Page) -> None:
        for name in names:
            page.get_by_role("link", name=name).first.click()

    return go


WIDE, ADMIN = 1184, 1000  # pixels: what a page of the portal and a page of the admin hold
SHOTS = (
    Shot("ask", TORINO, "/scrivania/incarichi/?nome=bologna", (WIDE, 420), "form[role=search]", "#found + .case-list a"),
    Shot("desk", REGGIO, "/scrivania/", (WIDE, 620), "#main h1", "a[href$='/nuova/']"),
    Shot("section", REGGIO, "/scrivania/", (WIDE, 760), ".desk-columns", go=follow(DRAFT, "In breve")),
    Shot("telephone", REGGIO, "/scrivania/", (360, 640), ".desk-columns > div > p", go=follow(DRAFT, "Perché"), on=PHONE),
    Shot("send", REGGIO, "/scrivania/", (WIDE, 480), go=follow(DRAFT, "Controlla e invia")),
    Shot("remarks", TORINO, "/scrivania/", (WIDE, 620), "h2:has-text('Osservazioni')", go=follow(SENT)),
    Shot("readings", TORINO, "/scrivania/", (784, 780), go=follow("Rilevazioni")),
    Shot(
        "colleagues",
        MANAGER,
        "/scrivania/",
        (WIDE, 560),
        marked="button:has-text('Approva')",
        go=follow("Chi lavora per l'ente"),
    ),
    Shot("queue", EDITOR, QUEUE, (1236, 560), "#content h1", "#changelist-filter details:first-of-type"),
    Shot("case", EDITOR, QUEUE, (ADMIN, 620), "#content h1", ".case-buttons a", follow(EXAMINED)),
    Shot("decision", EDITOR, QUEUE, (ADMIN, 640), "#content h1", go=follow(EXAMINED, "Chiedi integrazioni")),
    Shot("practice", CHIEF, f"{PRACTICES}?q=seguita", (ADMIN, 480), "#content h1", ".case-buttons a", follow("BP-")),
    Shot("search", "", "/pratiche/?ambito=casa", (WIDE, 760)),
    Shot("page", "", f"/pratiche/{FOLLOWED}/", (WIDE, 640), ".practice-kind", ".evidence"),
    Shot("reuse", "", "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/riuso/", (WIDE, 680)),
)

CATALOGUE = (
    Shot("home", "", "/", WINDOW, "body"),
    Shot("home-en", "", "/en/", WINDOW, "body"),
    Shot("practices", "", "/pratiche/?ambito=casa", WINDOW, "body"),
    Shot("practices-en", "", "/en/practices/?ambito=casa", WINDOW, "body"),
    Shot("practice", "", f"/pratiche/{FOLLOWED}/", WINDOW, "body"),
    Shot("form", REGGIO, "/scrivania/", WINDOW, "body", go=follow(DRAFT, "In breve")),
    Shot("desk", EDITOR, QUEUE, WINDOW, "body", go=follow(EXAMINED)),
)


def path_of(shot: Shot) -> Path:
    """Where a picture is kept; its ending says of which kind it is."""
    return CATALOGUE_FOLDER / f"{shot.name}.png" if shot in CATALOGUE else FOLDER / f"{shot.name}.webp"


def take(page: Page, shot: Shot) -> bytes:
    """The part of the page that stands where it is now, in the format of its file."""
    shot.go(page)
    page.evaluate("document.fonts.ready")
    # What stays at the edge of a window would lie across a picture that is longer than one.
    page.locator(".form-actions, .side-index").evaluate_all(
        "found => found.forEach(one => { one.style.position = 'static'; })"
    )
    if shot.marked:
        mark = "found => found.forEach(one => { one.style.outline = '3px solid #d9364f'; one.style.outlineOffset = '4px'; })"
        assert page.locator(shot.marked).count(), shot.name
        page.locator(shot.marked).evaluate_all(mark)
    top = page.locator(shot.top).first.bounding_box()
    assert top, shot.name
    width, height = shot.size
    left = 0 if width == page.viewport_size["width"] else top["x"] - EDGE  # type: ignore[index]
    clip = {"x": left, "y": max(0, top["y"] - EDGE), "width": width, "height": height}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True)))  # type: ignore[arg-type]
    assert picture.size == shot.size, shot.name
    out = io.BytesIO()
    # Few colours, without loss: letters stay sharp.
    few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    if path_of(shot).suffix == ".png":
        few.save(out, "PNG", optimize=True)
    else:
        few.convert("RGB").save(out, "WEBP", lossless=True, method=6)
    return out.getvalue()


def take_all(browser: Browser, base: str, passwords: dict[str, str], shots: list[Shot]) -> None:
    """All of them; each person logs in once for each size of window."""
    for folder in (FOLDER, CATALOGUE_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    for account, width in dict.fromkeys((shot.account, shot.on["width"]) for shot in shots):
        of_one = [shot for shot in shots if (shot.account, shot.on["width"]) == (account, width)]
        with opened(browser, size=of_one[0].on) as page:
            if account:
                email = f"{account}@demo.example"
                log_in(page, base, email, passwords[email])
            for shot in of_one:
                page.goto(f"{base}{shot.address}")
                data = take(page, shot)
                path_of(shot).write_bytes(data)
                too_heavy = len(data) > HEAVIEST and shot in SHOTS
                print(f"{path_of(shot).name}: {len(data):,} bytes", "– TOO HEAVY" if too_heavy else "")


def main(names: list[str]) -> None:
    """Those of these names, or all."""
    every = (*SHOTS, *CATALOGUE)
    unknown = set(names) - {path_of(shot).name for shot in every} - {shot.name for shot in every}
    if unknown:
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}.")
    shots = [shot for shot in every if not names or {shot.name, path_of(shot).name} & set(names)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with Demo(Path(folder) / "demo").served() as (base, said):
            take_all(browser, base.rstrip("/"), printed_passwords(said), shots)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
