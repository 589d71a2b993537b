"""What a first visit costs, as the demo's server sends it: bytes, what the page waits for, what comes before it is needed."""

import gzip
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request

from portal.assets import SITE
from tests.browser import DESKTOP, PHONE, log_in, opened
from tests.demo import Demo

pytestmark = pytest.mark.browser

# Bytes, compressed: of all that a page asks for, and of a list's HTML. docs/performance.md
ALL, LIST = 200_000, 15_000
# Every practice and every news item has a picture: no real portal has so many.
PICTURES = """
from django.core.files.uploadedfile import SimpleUploadedFile
from portal.lib.content_version import raise_version
from portal.news.models import News
from practices.attachments import store
from practices.models import Attachment, Submission
from tests.samples import photograph
def kept(folder): return store(SimpleUploadedFile("piazza.jpg", photograph(1)), folder)
of = kept("allegati")
said = dict(kind="picture", title="La piazza", alternative_text="Una piazza.", file=of.path, sha256=of.sha256, name=of.name)
said |= dict(content_type=of.content_type, size=of.size, width=of.width, height=of.height)
for one in Submission.objects.filter(status="published"): Attachment.objects.create(submission=one, **said)
of = kept("notizie")
News.objects.update(picture=of.path, picture_text="Una piazza.", picture_width=of.width, picture_height=of.height)
raise_version()
"""
PRACTICE = "torino-la-mia-citta-italiano-e-cittadinanza-per-donne"
LISTS = (
    "/pratiche/",
    "/pratiche/?q=comune",
    "/pratiche/?ambito=casa",
    "/accordi/",
    "/notizie/",
    "/cerca/?q=comune",
    "/ambiti/",
)
PAGES = (
    "/",
    f"/pratiche/{PRACTICE}/",
    f"/pratiche/{PRACTICE}/riuso/",
    f"/pratiche/confronta/?p={PRACTICE}&p=casa-dei-popoli",
    f"/incorpora/pratiche/{PRACTICE}/",
    "/incorpora/elenco/?ambito=casa",
    "/ambiti/casa/",
    "/indicatori/",
    "/indicatori/posti-letto-disponibili/",
    "/regioni/",
    "/regioni/emilia-romagna/",
    "/comuni/torino/",
    "/enti/associazione-nazionale-dei-comuni-italiani/",
    "/reti/",
    "/reti/le-citta-del-dialogo/",
    "/accordi/accordo-quadro-mlps-reggio-2013/",
    "/accordi/accordo-quadro-mlps-reggio-2013/attuazione/",
    "/notizie/dichiarazione-di-intenti-12-aprile-2022/",
    "/statistiche/",
    "/open-data/",
    "/il-progetto/",
    "/guida/enti/",
    "/newsletter/",
    "/pratiche/non-esiste/",
)
PICTURED_PAGES = (
    *PAGES[:2],
    f"/incorpora/pratiche/{PRACTICE}/",
    "/ambiti/casa/",
    "/regioni/emilia-romagna/",
    "/notizie/dichiarazione-di-intenti-12-aprile-2022/",
)
# What a page waits for before it is shown, and whether it uses the fonts of these weights.
WAITS = """() => performance.getEntriesByType("resource").filter(one => one.renderBlockingStatus === "blocking")
    .map(one => new URL(one.name).pathname)"""
USED = """weights => weights.every(weight => [...document.fonts].some(
    font => font.family.includes("Titillium") && font.weight === weight && font.status === "loaded"
))"""
PRELOADED = """() => [...document.querySelectorAll("link[rel=preload]")].map(link => link.href)"""
# Each picture: whether its place is kept, where it begins in screens from the top, whether it is lazy.
PICTURES_SEEN = """() => [...document.images].map(image => [
    image.hasAttribute("width") && image.hasAttribute("height"),
    image.getBoundingClientRect().top / innerHeight,
    image.loading === "lazy",
])"""
# Of each element that is not like one before it: where it stands, and every value of its style. Variables are written otherwise.
STYLES = """async () => {
    await document.fonts.ready;
    const found = {};
    const name = element => `${element.tagName}.${element.className.baseVal ?? element.className}`;
    for (const element of document.querySelectorAll("body *")) {
        const place = [element.parentElement.parentElement, element.parentElement, element].map(name).join(" > ");
        found[place] ??= [null, "::before", "::after"].map(part => {
            const style = getComputedStyle(element, part);
            if (part && style.content === "none") return "";
            return [...style].filter(one => !one.startsWith("--")).map(one => style.getPropertyValue(one)).join("|");
        });
    }
    return found;
}"""
SITE_SOURCE = settings.BASE_DIR / "static" / SITE
WEIGHT_OF = {"regular": "400", "600": "600", "700": "700"}


@pytest.fixture(scope="module")
def base(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    demo = made_demo.copied(tmp_path_factory.mktemp("weight") / "demo", is_measured=False)
    demo.shell(PICTURES)
    with demo.served() as (address, _said):
        yield address.rstrip("/")


def visited(page: Page, address: str) -> dict[str, list[int]]:
    """What a first visit asks for, by address: bytes as they were sent, of the page itself as a server in front compresses it."""
    found: dict[str, list[int]] = {}

    def add(request: Request) -> None:
        if not request.url.startswith("data:"):
            found.setdefault(request.url, []).append(request.sizes()["responseBodySize"])

    page.on("requestfinished", add)
    response = page.goto(address)
    if page.locator("img").count():
        # Lazy pictures that are near come after the page.
        page.wait_for_load_state("networkidle")
    early = page.evaluate(PRELOADED)
    # The browser is asked for the size of each; the last answers may come after the page is there.
    for _turn in range(100):
        if set(early) <= set(found):
            break
        page.wait_for_timeout(50)
    assert response
    assert response.status == (404 if address.endswith("/non-esiste/") else 200), address
    page.remove_listener("requestfinished", add)
    return {**found, response.url: [len(gzip.compress(response.body(), 6))]}


@pytest.mark.parametrize(
    ("size", "density", "addresses"),
    [(DESKTOP, 1, (*LISTS, *PAGES)), (PHONE, 3, (*LISTS[:5], *PICTURED_PAGES))],
    ids=["desktop", "phone"],
)
def test_a_first_visit_is_light_and_waits_for_style_sheets_only(
    chromium: Browser, base: str, size: dict[str, int], density: int, addresses: tuple[str, ...]
) -> None:
    heavy: dict[str, dict[str, int]] = {}
    waits: set[str] = set()
    pictures = 0
    for address in addresses:
        with opened(chromium, size=size, density=density) as page:
            sent = visited(page, base + address)
            weights = {url: sum(each) for url, each in sent.items()}
            if sum(weights.values()) > ALL or (address in LISTS and weights[page.url] > LIST):
                heavy[address] = weights
            # Nothing comes twice, and what comes early is used.
            assert [url for url, each in sent.items() if len(each) > 1] == [], address
            early = page.evaluate(PRELOADED)
            page.wait_for_function(USED, arg=[WEIGHT_OF[url.rsplit("-")[-1].split(".")[0]] for url in early])
            assert set(early) <= set(sent), address
            waits.update(path.split("/")[-1].split(".")[0] for path in page.evaluate(WAITS))
            for has_its_place, screens, is_lazy in page.evaluate(PICTURES_SEEN):
                pictures += 1
                assert has_its_place, address
                # On a telephone the form of a list stands before its first card.
                assert is_lazy or screens < 1.5, address
    assert heavy == {}
    assert waits == {"site", "desk", "embed"}
    assert pictures > 40


def alike(some: list[str], others: list[str]) -> bool:
    """The same but for one step of 255 in a colour, and what a third, written with fewer digits, is in pixels."""
    parts = [re.split(r"(-?\d+(?:\.\d+)?)", "#".join(each)) for each in (some, others)]
    numbers = zip(*([float(number) for number in each[1::2]] for each in parts), strict=True)
    return parts[0][::2] == parts[1][::2] and all(
        abs(a - b) < 0.05 or (min(a, b) > 1 and abs(a - b) <= 1) for a, b in numbers
    )


def test_the_style_sheet_without_what_is_not_used_shows_every_page_as_the_whole_one(
    chromium: Browser, base: str, made_demo: Demo
) -> None:
    """Each element, and what stands before and after it, has the same style with the one and with the other."""
    with opened(chromium) as page:
        log_in(page, base, "collabora.reggio@demo.example", made_demo.passwords()["collabora.reggio@demo.example"])
        draft = page.get_by_role("link", name="Esempio di bozza appena cominciata").first.get_attribute("href")
        desk = ("/scrivania/nuova/", f"{draft}", f"{draft}sezioni/territory/", f"{draft}sezioni/how/", f"{draft}invio/")
        for address in (*PAGES[:4], *LISTS[:2], "/statistiche/", "/accesso/email/", "/scrivania/", *desk):
            # A combo box is made by a module that another one asks for.
            ready: Literal["load", "networkidle"] = "networkidle" if "/sezioni/" in address else "load"
            page.goto(base + address, wait_until=ready)
            cut = page.evaluate(STYLES)
            page.route("**/css/site.*.css", lambda route: route.fulfill(path=SITE_SOURCE))
            page.reload(wait_until=ready)
            assert page.evaluate("document.styleSheets[0].cssRules[0].constructor.name") == "CSSImportRule"
            whole = page.evaluate(STYLES)
            page.unroute_all()
            assert len(cut) > 40, address
            assert [place for place in whole if not alike(cut[place], whole[place])] == [], address


def test_hashed_files_never_change_and_say_so(chromium: Browser, base: str) -> None:
    with opened(chromium) as page:
        kept: dict[str, str | None] = {}
        page.on("response", lambda found: kept.update({found.url: found.headers.get("cache-control")}))
        page.goto(f"{base}/pratiche/")
        static = {url: said for url, said in kept.items() if "/static/" in url}
        assert len(static) > 5
        assert set(static.values()) == {"max-age=315360000, public, immutable"}
