"""The site map names every listed page in both languages and no other; robots.txt keeps machines out of the rest."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import etree

from agreements.models import Agreement
from networks.models import Network
from portal.newsletter import issues
from portal.newsletter.models import Issue
from portal.pages.sitemaps import Pages
from practices.models import Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import merging
from practices.moderation import practice as whole
from tests import make
from tests.news import news

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def tree(address: str) -> Any:
    response = Client().get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    assert (bool(response["ETag"]), response["Cache-Control"], dict(response.cookies)) == (True, "public, no-cache", {})
    return etree.fromstring(response.content)


def sections() -> list[str]:
    return [
        address.removeprefix(SITE) for address in tree("/sitemap.xml").xpath("//s:sitemap/s:loc/text()", namespaces=NAMES)
    ]


def locations(section: str) -> list[str]:
    return [str(address) for address in tree(section).xpath("//s:url/s:loc/text()", namespaces=NAMES)]


def both(name: str, *args: object) -> set[str]:
    found = set()
    for code in ("it", "en"):
        with translation.override(code):
            found.add(SITE + reverse(name, args=args))
    return found


@pytest.fixture
def world() -> Submission:
    """A listed practice, and one of each kind that is in no list."""
    live = make.published()
    chief = make.editor_user(chief=True)
    for status in Status:
        if status not in {Status.PUBLISHED, Status.SUPERSEDED}:
            make.submission(status, title=f"Non in elenco {status}")
    archived, removed, merged = (make.published(title=title).practice for title in ("Archiviata", "Rimossa", "Doppia"))
    whole.archive(archived, by=chief, at=make.later(9), notice="Chiusa.")
    whole.remove(removed, by=chief, at=make.later(9), reason=RemovalReason.MISTAKE, text="Errore.")
    merging.merge(merged, by=chief, at=make.later(9), into=live.practice, text="La stessa.")
    nobody = make.organisation("Comune di Novellara", make.municipality("Novellara", "F960"))
    pact = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    pact.commitments.create(code="patto-1", title="Fare rete")
    Network.objects.create(name="Rete", slug="rete").memberships.create(organisation=nobody, joined_by=make.NOW.date())
    news(slug="in-linea")
    for status in ("draft", "scheduled"):
        news(status)
    sent = Issue.objects.create(title="Marzo", introduction="Ciao.", composed_at=make.NOW)
    issues.send(sent, by=chief, at=make.NOW)
    Issue.objects.create(title="Aprile", composed_at=make.NOW)
    live.practice.refresh_from_db()
    return live


def test_exactly_what_lists_lead_to(world: Submission) -> None:
    expected = {
        "/sitemap-elenchi.xml": set().union(
            *(
                both(name)
                for name in (
                    "home",
                    "practices:list",
                    "territories",
                    "themes",
                    "networks",
                    "agreements",
                    "indicators",
                    "statistics",
                    "usage",
                    "notes:about",
                    "notes:take_part",
                    "notes:contacts",
                    "notes:privacy",
                    "notes:legal",
                    "notes:accessibility",
                    "notes:site_map",
                    "open_data_api",
                    "open_data",
                    "open_data_codebook",
                    "open_data_archive",
                    "news:list",
                    "newsletter:archive",
                )
            )
        ),
        "/sitemap-guida.xml": {
            f"{SITE}/guida/{slug}"
            for slug in ("", "lettura/", "enti/", "redazione/", "caporedazione/", "tecnica/", "glossario/")
        },
        "/sitemap-pratiche.xml": both("practices:practice", world.practice.slug),
        "/sitemap-territori.xml": both("territory", "emilia-romagna"),
        "/sitemap-ambiti.xml": both("theme", "casa") | both("theme", "lavoro"),
        "/sitemap-comuni.xml": both("city", "reggio-emilia"),
        "/sitemap-enti.xml": both("organisation", "comune-di-reggio-emilia"),
        "/sitemap-reti.xml": both("network", "rete"),
        "/sitemap-accordi.xml": both("agreement", "patto"),
        "/sitemap-indicatori.xml": set(),
        "/sitemap-impegni.xml": both("commitment", "patto", "patto-1"),
        "/sitemap-notizie.xml": both("news:news", "in-linea"),
        "/sitemap-newsletter.xml": both("newsletter:issue", 1),
    }
    found = {section: locations(section) for section in sections()}
    assert {section: set(addresses) for section, addresses in found.items()} == expected
    assert {section: len(addresses) for section, addresses in found.items()} == {s: len(a) for s, a in expected.items()}
    client = Client()
    for address in set().union(*expected.values()):
        assert client.get(address.removeprefix(SITE)).status_code == 200, address


def test_each_address_names_the_other_language_and_practices_when_they_were_published(world: Submission) -> None:
    found = tree("/sitemap-pratiche.xml")
    italian, english = sorted(both("practices:practice", world.practice.slug), key=lambda address: "/en/" in address)
    for url in found.xpath("//s:url", namespaces=NAMES):
        links = {link.get("hreflang"): link.get("href") for link in url.xpath("x:link", namespaces=NAMES)}
        assert links == {"it": italian, "en": english, "x-default": italian}
        assert url.xpath("s:lastmod/text()", namespaces=NAMES) == ["2026-03-02"]


def test_beyond_a_number_of_addresses_there_is_another_page(world: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    make.published(title="Un'altra")
    monkeypatch.setattr(Pages, "limit", 3)
    pages = [address for address in sections() if address.startswith("/sitemap-pratiche")]
    assert pages == ["/sitemap-pratiche.xml", "/sitemap-pratiche.xml?p=2"]
    assert [len(locations(page)) for page in pages] == [3, 1]


@pytest.mark.parametrize("address", ["/sitemap-x.xml", "/sitemap-pratiche.xml?p=9", "/sitemap-pratiche.xml?p=x"])
def test_what_is_no_part_of_it_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_a_publication_changes_it_and_nothing_else_does() -> None:
    make.submission()
    client = Client()
    etag = client.get("/sitemap.xml")["ETag"]
    make.submission()
    assert client.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 304
    make.published()
    assert client.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 200


def test_robots_are_kept_out_of_what_is_private_in_both_languages_and_shown_the_map() -> None:
    response = Client().get("/robots.txt")
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/plain; charset=utf-8", "public, no-cache")
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /scrivania/",
        "Disallow: /accesso/",
        "Disallow: /pratiche/anteprima/",
        "Disallow: /en/scrivania/",
        "Disallow: /en/access/",
        "Disallow: /en/practices/preview/",
        "",
        "Sitemap: http://localhost:8000/sitemap.xml",
    ]
