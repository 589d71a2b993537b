"""What the head of a page tells machines, in both languages; and that nothing of it is said of private pages."""

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from lxml import html

from agreements.models import Agreement, Commitment
from networks.models import Network
from practices import sharing
from practices.models import Attachment, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import practice as whole
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


@pytest.fixture
def live() -> Submission:
    """A practice with a picture and English words, an agreement and a network."""
    agreement = Agreement.objects.create(kind="pact", title="Patto di Reggio", slug="patto", summary="Che cosa si fa.")
    Commitment.objects.create(agreement=agreement, code="PATTO-1", position=1, title="Costruire reti")
    Network.objects.create(name="Le città del dialogo", slug="rete", website="https://www.example.org/")
    submission = make.published(title_en="Social concierge", summary_en="A desk near the station.", commitments=["PATTO-1"])
    for position, width in enumerate((2000, 400)):
        Attachment.objects.create(
            submission=submission,
            kind="picture",
            title="Foto",
            file=ContentFile(b"jpeg", name="x.jpg"),
            sha256=str(position) * 64,
            name="x.jpg",
            content_type="image/jpeg",
            size=4,
            width=width,
            height=400,
        )
    submission.practice.refresh_from_db()
    return submission


def head(address: str) -> dict[str, Any]:
    """Everything in the head but the style sheets and what is the same on every page."""
    response = Client().get(address)
    assert response.status_code == 200, address
    tree = html.fromstring(response.content.decode())
    [title] = tree.xpath("/html/head/title")
    named = {m.get("name") or m.get("property"): m.get("content") for m in tree.xpath("/html/head/meta[@content]")}
    named.pop("viewport")
    [canonical] = tree.xpath("/html/head/link[@rel='canonical']/@href")
    return {
        "title": title.text,
        **named,
        "canonical": canonical,
        "alternates": {
            link.get("hreflang"): link.get("href") for link in tree.xpath("/html/head/link[@rel='alternate'][@hreflang]")
        },
        "data": [json.loads(script.text) for script in tree.xpath("//script[@type='application/ld+json']")],
    }


def expected(
    italian: str, english: str, language: str, title: str, description: str, data: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """A head in which only the words differ from page to page."""
    with translation.override(language):
        site = translation.gettext("Buone pratiche di integrazione")
    own = SITE + (english if language == "en" else italian)
    return {
        "title": f"{title} – {site}",
        "description": description,
        "canonical": own,
        "alternates": {"it": SITE + italian, "x-default": SITE + italian, "en": SITE + english},
        "og:site_name": site,
        "og:type": "website",
        "og:locale": {"it": "it_IT", "en": "en_GB"}[language],
        "og:title": title,
        "og:description": description,
        "og:url": own,
        "data": [{"@context": "https://schema.org", **thing} for thing in data],
        **more,
    }


def trail(*steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": f"{SITE}{path}"}
            for position, (path, name) in enumerate(steps, start=1)
        ],
    }


def addresses(name: str, *args: object) -> dict[str, str]:
    found = {}
    for code in ("it", "en"):
        with translation.override(code):
            found[code] = reverse(name, args=args)
    return found


def words(language: str, text: str, **filled: str) -> str:
    with translation.override(language):
        return translation.gettext(text) % filled if filled else translation.gettext(text)


TOWN = {"@type": "City", "name": "Reggio Emilia"}


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_head_of_a_practice(live: Submission, language: str) -> None:
    paths = addresses("practices:practice", live.practice.slug)
    title = {"it": "Portierato sociale di via Turri", "en": "Social concierge"}[language]
    summary = {"it": "Un presidio nel quartiere della stazione.", "en": "A desk near the station."}[language]
    picture = Attachment.objects.filter(width=2000).get()
    image = SITE + addresses("practices:picture", picture.pk, 1200, "x.jpg")[language]
    practice = {
        "@type": "Article",
        "headline": title,
        "url": SITE + paths[language],
        "identifier": live.practice.code,
        "sameAs": f"{SITE}/id/{live.practice.code}",
        "inLanguage": "it",
        "description": summary,
        "datePublished": "2026-03-02T09:03:00Z",
        "about": "Casa",
        "keywords": ["quartiere"],
        "spatialCoverage": [{**TOWN, "url": SITE + addresses("city", "reggio-emilia")[language]}],
        "image": image,
        "author": {
            "@type": "GovernmentOrganization",
            "name": "Comune di Reggio Emilia",
            "url": SITE + addresses("organisation", "comune-di-reggio-emilia")[language],
        },
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    way = trail(
        (addresses("home")[language], words(language, "Home")),
        (addresses("practices:list")[language], words(language, "Pratiche")),
        (paths[language], title),
    )
    more = {"og:type": "article", "og:image": image}
    assert head(paths[language]) == expected(paths["it"], paths["en"], language, title, summary, [practice, way], **more)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.usefixtures("live")
def test_the_heads_of_the_other_pages(language: str) -> None:
    home, lists, regions = (addresses(name)[language] for name in ("home", "practices:list", "territories"))
    networks, pacts = (addresses(name)[language] for name in ("networks", "agreements"))
    region, town = addresses("territory", "emilia-romagna"), addresses("city", "reggio-emilia")
    body, network = addresses("organisation", "comune-di-reggio-emilia"), addresses("network", "rete")
    pact = addresses("agreement", "patto")

    def said(text: str, **filled: str) -> str:
        return words(language, text, **filled)

    start, of_region = (home, said("Home")), (region[language], "Emilia-Romagna")
    area = {"@type": "AdministrativeArea", "name": "Emilia-Romagna", "url": SITE + region[language]}
    site = {
        "@type": "WebSite",
        "name": said("Buone pratiche di integrazione"),
        "url": SITE + home,
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{SITE}{lists}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    about = "%s: le pratiche per l'integrazione dei migranti, %s"
    pages: list[tuple[dict[str, str], str, str, list[dict[str, Any]]]] = [
        (
            addresses("home"),
            said("Che cosa fanno i Comuni"),
            said("Le pratiche dei Comuni italiani per l'integrazione dei migranti: per territorio, città e ambito."),
            [site],
        ),
        (
            addresses("practices:list"),
            said("Pratiche"),
            said(
                "Cerca tra le buone pratiche, gli interventi e le esperienze positive dei Comuni: per territorio, "
                "città, ambito e tipo."
            ),
            [trail(start, (lists, said("Pratiche")))],
        ),
        (
            addresses("territories"),
            said("Territori"),
            said("Le 19 regioni e le due province autonome, con il numero di pratiche pubblicate."),
            [trail(start, (regions, said("Territori")))],
        ),
        (
            region,
            "Emilia-Romagna",
            said(about % ("%(region)s", "con Comuni, ambiti e reti."), region="Emilia-Romagna"),
            [
                {**area, "identifier": "ITH5", "containedInPlace": {"@type": "Country", "name": said("Italia")}},
                trail(start, (regions, said("Territori")), of_region),
            ],
        ),
        (
            town,
            "Reggio Emilia (RE)",
            said(about % ("%(town)s", "le reti e gli accordi."), town="Reggio Emilia (RE)"),
            [
                {**TOWN, "url": SITE + town[language], "identifier": "000001", "containedInPlace": area},
                trail(start, (regions, said("Territori")), of_region, (town[language], "Reggio Emilia")),
            ],
        ),
        (
            body,
            "Comune di Reggio Emilia",
            said(about % ("%(organisation)s", "le reti e gli accordi."), organisation="Comune di Reggio Emilia"),
            [
                {"@type": "GovernmentOrganization", "name": "Comune di Reggio Emilia", "url": SITE + body[language]},
                trail(start, of_region, (town[language], "Reggio Emilia (RE)"), (body[language], "Comune di Reggio Emilia")),
            ],
        ),
        (
            addresses("networks"),
            said("Reti di città"),
            said("Comuni e Unioni che lavorano insieme sull'integrazione: chi ne fa parte, da quando, con quali accordi."),
            [trail(start, (networks, said("Reti")))],
        ),
        (
            network,
            "Le città del dialogo",
            said("%(network)s: chi ne fa parte, la storia, le pratiche, gli accordi.", network="Le città del dialogo"),
            [
                {
                    "@type": "Organization",
                    "name": "Le città del dialogo",
                    "url": SITE + network[language],
                    "sameAs": "https://www.example.org/",
                },
                trail(start, (networks, said("Reti")), (network[language], "Le città del dialogo")),
            ],
        ),
        (
            addresses("agreements"),
            said("Accordi e impegni"),
            said("Che cosa enti e ministeri si sono impegnati a fare, e quali pratiche lo mettono in atto."),
            [trail(start, (pacts, said("Accordi")))],
        ),
        (
            pact,
            "Patto di Reggio",
            "Che cosa si fa.",
            [
                {
                    "@type": "CreativeWork",
                    "name": "Patto di Reggio",
                    "url": SITE + pact[language],
                    "inLanguage": "it",
                    "genre": said("Patto"),
                    "abstract": "Che cosa si fa.",
                },
                trail(start, (pacts, said("Accordi")), (pact[language], "Patto di Reggio")),
            ],
        ),
    ]
    for paths, title, description, data in pages:
        assert head(paths[language]) == expected(paths["it"], paths["en"], language, title, description, data)


def test_what_comes_from_a_source_is_not_by_the_organisation_and_names_its_source() -> None:
    make.imported(title="Da una notizia", summary="In breve.")
    data = head("/pratiche/da-una-notizia/")["data"][0]
    assert {name: data.get(name) for name in ("author", "license", "isBasedOn", "usageInfo")} == {
        "author": None,
        "license": None,
        "isBasedOn": "https://www.example.org/notizia",
        "usageInfo": "Fatti da fonte pubblica",
    }
    assert data["sourceOrganization"]["name"] == "Comune di Reggio Emilia"


def test_no_text_closes_the_element_that_it_stands_in() -> None:
    text = '</script><script>alert(1)</script>"><b>'
    submission = make.published(title=text, summary=text)
    submission.practice.refresh_from_db()
    response = Client().get(reverse("practices:practice", args=[submission.practice.slug]))
    assert b"<script>" not in response.content
    tree = html.fromstring(response.content.decode())
    assert {script.get("type") for script in tree.xpath("//script")} == {"application/ld+json", "module"}
    article, way = (json.loads(script.text) for script in tree.xpath("//script[@type='application/ld+json']"))
    assert (article["headline"], article["description"], way["itemListElement"][-1]["name"]) == (text, text, text)
    assert tree.xpath("//meta[@property='og:title']/@content | //meta[@name='description']/@content") == [text, text]


LIST_QUERIES = {
    "": ("", None),
    "?pagina=1&ambito=&x=y": ("", None),
    "?ambito=casa": ("?ambito=casa", None),
    "?ambito=nessuno": ("", None),
    "?tipo=good_practice&ambito=casa": ("?ambito=casa&tipo=good_practice", "noindex, follow"),
    "?ambito=casa&tipo=good_practice": ("?ambito=casa&tipo=good_practice", "noindex, follow"),
    "?q=stazione": ("?q=stazione", "noindex, follow"),
    "?pagina=2": ("?pagina=2", "noindex, follow"),
}


def test_a_list_has_one_address_for_each_selection(live: Submission) -> None:
    for n in range(20):
        make.published(title=f"Pratica {n}")
    found = {}
    for query in LIST_QUERIES:
        told = head(f"/en/practices/{query}")
        found[query] = (told["canonical"].removeprefix(f"{SITE}/en/practices/"), told.get("robots"))
        assert told["alternates"]["it"].removeprefix(f"{SITE}/pratiche/") == found[query][0]
    assert found == LIST_QUERIES


def test_every_alternate_answers_and_points_back(live: Submission) -> None:
    client = Client()
    for name, args in (
        *((name, []) for name in ("home", "practices:list", "territories", "networks", "agreements")),
        ("practices:practice", [live.practice.slug]),
        ("territory", ["emilia-romagna"]),
        ("city", ["reggio-emilia"]),
        ("organisation", ["comune-di-reggio-emilia"]),
        ("network", ["rete"]),
        ("agreement", ["patto"]),
    ):
        alternates = head(addresses(name, *args)["it"])["alternates"]
        assert set(alternates) == {"it", "en", "x-default"}
        for code, address in alternates.items():
            told = head(address.removeprefix(SITE))
            assert (told["alternates"], told["canonical"]) == (alternates, address)
            tree = html.fromstring(client.get(address.removeprefix(SITE)).content.decode())
            [switch] = tree.xpath("//a[@class='language-switch']")
            other = "it" if code == "en" else "en"
            assert SITE + switch.get("href") == alternates[other]
            assert (switch.get("hreflang"), switch.get("lang")) == (other, other)


def test_the_switch_keeps_what_was_asked_and_leaves_what_is_not_there_for_the_home_page(live: Submission) -> None:
    for address, expected in (
        ("/pratiche/?q=a&ambito=casa&ambito=lavoro", ["/en/practices/?q=a&ambito=casa&ambito=lavoro"]),
        ("/en/networks/rete/?data=2013-09-24", ["/reti/rete/?data=2013-09-24"]),
        ("/pratiche/non-esiste/?x=1", ["/en/"]),
        ("/en/nonesiste/", ["/"]),
        ("/accesso/login/?next=/scrivania/", ["/en/access/login/?next=%2Fscrivania%2F"]),
    ):
        tree = html.fromstring(Client().get(address).content.decode())
        assert tree.xpath("//a[@class='language-switch']/@href") == expected


def test_private_pages_tell_machines_nothing_but_to_go_away(live: Submission) -> None:
    by = live.created_by
    assert by is not None
    draft = make.submission(of=live.organisation, by=by)
    link = sharing.share(draft, by=by, at=timezone.now())
    removed = make.published(title="Rimossa")
    whole.remove(
        removed.practice, by=make.editor_user(chief=True), at=make.later(60), reason=RemovalReason.MISTAKE, text="Errore."
    )
    removed.practice.refresh_from_db()
    for address, status in (
        ("/scrivania/", 200),
        ("/en/scrivania/", 200),
        (f"/scrivania/schede/{draft.pk}/anteprima/", 200),
        (f"/pratiche/anteprima/{link.token}/", 200),
        (f"/en/practices/preview/{link.token}/", 200),
        ("/pratiche/anteprima/1:no/", 404),
        ("/accesso/password/change/", 200),
        ("/pratiche/non-esiste/", 404),
        (reverse("practices:practice", args=[removed.practice.slug]), 410),
    ):
        response = client_of(by).get(address)
        assert response.status_code == status, address
        tree = html.fromstring(response.content.decode())
        assert tree.xpath("//meta[@name='robots']/@content")[0].startswith("noindex"), address
        assert len(tree.xpath("//meta[@name='robots']")) == 1, address
        told = "//link[@rel='canonical' or @rel='alternate'] | //meta[@property] | //script[@type='application/ld+json']"
        assert tree.xpath(told) == [], address


def test_drafts_are_in_no_head(live: Submission) -> None:
    make.submission(Status.SUBMITTED, title="Segreta")
    assert "Segreta" not in str(head("/")) + str(head("/pratiche/"))
