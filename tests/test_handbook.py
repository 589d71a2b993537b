"""The handbooks say what the interface says, lead where they say, and show pictures that are there."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.test import Client
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import trans_real
from lxml import html
from PIL import Image

from portal import catalogue
from portal.handbook.pages import HANDBOOKS
from portal.lib import timed
from practices.models.choices import Status
from practices.record import SECTIONS
from tests import make
from tests.pages import page, texts
from tests.samples import client_of
from tests.screenshots import HEAVIEST, SHOTS

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
PICTURES = ROOT / "static" / "img" / "handbook"
ADDRESSES = ("/guida/", *(f"/guida/{one.slug}/" for one in HANDBOOKS))


@pytest.fixture
def pages() -> dict[str, Any]:
    return {address: page(Client(), address) for address in ADDRESSES}


def words(text: str) -> str:
    """A label as it is compared: the admin begins some with a capital that the code has small."""
    return capfirst(" ".join(text.split())).rstrip(":")


def interface() -> set[str]:
    """Everything that the interface says in Italian, whole: our own texts, and those of Django and allauth."""
    ours = [text for _context, text in catalogue.texts_of(ROOT)]
    known = {word for text in ours for word in ([text] if isinstance(text, str) else text)}
    theirs = trans_real.translation("it")._catalog  # type: ignore[attr-defined]
    known |= {text for part in theirs._catalogs for text in part.values() if isinstance(text, str)}
    return {words(text) for text in known}


# What they say ----------------------------------------------------------------------------------------------------
def test_each_handbook_is_a_page_of_its_own_in_italian_alone(pages: dict[str, Any]) -> None:
    for address, tree in pages.items():
        assert tree.get("lang") == "it"
        [heading] = texts(tree, "//h1")
        [title] = texts(tree, "//head/title")
        assert title.startswith(f"{heading} – ")
        assert tree.xpath("//link[@rel='alternate'][@hreflang]/@hreflang") == ["it", "x-default"]
        assert tree.xpath("//a[contains(@class, 'language-switch')]") == []
        assert Client().get(f"/en{address}").status_code == 404


def test_the_index_leads_to_each_of_them(pages: dict[str, Any]) -> None:
    assert pages["/guida/"].xpath("//main//h2/a/@href") == list(ADDRESSES[1:])
    assert texts(pages["/guida/"], "//main//h2") == [one.title for one in HANDBOOKS]


def test_what_stands_in_bold_is_what_the_interface_says(pages: dict[str, Any]) -> None:
    """Word for word: a button that gets another name has to get it here too."""
    said = interface()
    unknown = {
        address: [label for label in texts(tree, "//main//b") if words(label) not in said] for address, tree in pages.items()
    }
    assert {address: labels for address, labels in unknown.items() if labels} == {}
    assert sum(len(tree.xpath("//main//b")) for tree in pages.values()) > 100


def test_every_section_and_every_status_of_the_record_is_explained(pages: dict[str, Any]) -> None:
    terms = pages["/guida/enti/"].xpath("//main//dt[@id]")
    found = [(term.get("id"), " ".join(term.text_content().split())) for term in terms]
    sections = [(f"sezione-{one.name}", f"{number}. {one.label}") for number, one in enumerate(SECTIONS, 1)]
    with translation.override("it"):
        assert found == [*sections, *((f"stato-{value}", label) for value, label in Status.choices)]


def test_what_is_written_as_code_is_there(pages: dict[str, Any]) -> None:
    """Commands, files, variables."""
    commands, sample = get_commands(), (ROOT / "deploy" / "env.sample").read_text(encoding="utf-8")
    written = texts(pages["/guida/tecnica/"], "//main//code")

    def is_there(text: str) -> bool:
        if text.startswith("manage.py "):
            return text.removeprefix("manage.py ") in commands
        if text.isupper():
            return text in sample
        # Options and commands of others.
        return text in {"--apply", "--verify"} or (ROOT / text).exists()

    assert [text for text in written if not is_there(text)] == []


def test_the_handbook_has_every_command_of_a_timer(pages: dict[str, Any], settings: Any) -> None:
    settings.CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    told = [text.removeprefix("manage.py ") for text in texts(pages["/guida/tecnica/"], "//main//table//th[@scope='row']")]
    assert sorted(told) == [name for name, _every in timed.commands()]


def test_the_terms_of_the_glossary_are_in_order_and_can_be_linked_to(pages: dict[str, Any]) -> None:
    terms = pages["/guida/glossario/"].xpath("//main//dt")
    names = [" ".join(term.text_content().split()).casefold() for term in terms]
    assert names == sorted(names)
    assert all(term.get("id") for term in terms)
    assert len(names) > 30


# Where they lead --------------------------------------------------------------------------------------------------
def test_every_link_and_anchor_of_the_handbooks_is_there(pages: dict[str, Any]) -> None:
    anchors = {address: tree.xpath("//@id") for address, tree in pages.items()}
    assert [address for address, ids in anchors.items() if len(ids) != len(set(ids))] == []
    broken, others = [], set()
    for address, tree in pages.items():
        for link in tree.xpath("//main//a/@href"):
            path, _hash, anchor = link.partition("#")
            if (path or address) in anchors:
                broken += [link] if anchor and anchor not in anchors[path or address] else []
            elif path.startswith("/"):
                others.add(path)
    assert broken == []
    assert {path: Client().get(path).status_code for path in others} == dict.fromkeys(others, 200)


def test_the_links_beside_the_work_lead_to_what_explains_it(pages: dict[str, Any]) -> None:
    draft = make.submission()
    by = make.officer_of(draft.organisation)
    of = f"/scrivania/schede/{draft.pk}"
    asked = {
        "/scrivania/": "/guida/enti/",
        f"{of}/": "/guida/enti/#stato-draft",
        **{f"{of}/sezioni/{one.name}/": f"/guida/enti/#sezione-{one.name}" for one in SECTIONS},
    }
    client = client_of(by)
    found = {
        url: html.fromstring(client.get(url).content.decode()).xpath("//main//a[starts-with(@href, '/guida/')]/@href")
        for url in asked
    }
    assert found == {url: [link] for url, link in asked.items()}
    anchors = set(pages["/guida/enti/"].xpath("//@id"))
    assert {link.partition("#")[2] for link in asked.values()} - {""} <= anchors


@pytest.mark.parametrize(
    ("chief", "expected"),
    [
        (False, ["/guida/redazione/", "/guida/redazione/#esaminare"]),
        (True, ["/guida/caporedazione/", "/guida/redazione/#esaminare"]),
    ],
)
def test_the_admin_leads_to_the_handbook_of_who_looks(chief: bool, expected: list[str], pages: dict[str, Any]) -> None:
    tree = html.fromstring(client_of(make.editor_user(chief=chief)).get("/admin/").content.decode())
    assert tree.xpath("//a[starts-with(@href, '/guida/')]/@href") == expected
    assert "esaminare" in pages["/guida/redazione/"].xpath("//@id")


def test_the_footer_leads_there_in_both_languages_and_says_that_it_is_italian() -> None:
    for home in ("/", "/en/"):
        [link] = page(Client(), home).xpath("//footer//a[@href='/guida/']")
        assert link.get("hreflang") == "it"


# What they show ---------------------------------------------------------------------------------------------------
def test_every_picture_is_there_once_with_its_size_and_its_words(pages: dict[str, Any]) -> None:
    shown = [image for tree in pages.values() for image in tree.xpath("//main//img")]
    names = [Path(image.get("src")).name for image in shown]
    assert sorted(names) == sorted(path.name for path in PICTURES.iterdir())
    sizes = {}
    for path in PICTURES.iterdir():
        with Image.open(path) as picture:
            sizes[path.name] = (picture.format, *picture.size)
    assert {
        name: ("WEBP", int(image.get("width")), int(image.get("height"))) for name, image in zip(names, shown, strict=True)
    } == sizes
    assert {path.name: path.stat().st_size for path in PICTURES.iterdir() if path.stat().st_size > HEAVIEST} == {}
    assert [image.get("src") for image in shown if len(image.get("alt")) < 40 or image.get("loading") != "lazy"] == []


def test_the_command_takes_exactly_these_pictures() -> None:
    sizes = {}
    for path in PICTURES.iterdir():
        with Image.open(path) as picture:
            sizes[path.stem] = picture.size
    assert {shot.name: shot.size for shot in SHOTS} == sizes


def test_the_readme_shows_pictures_that_are_there() -> None:
    named = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(named) == 9
    assert [path for path in named if not (ROOT / path).is_file()] == []
