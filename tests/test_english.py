"""English at /en/: the interface in English, what people wrote in Italian marked as such, mails in Italian."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import translation
from lxml import html

from agreements.models import Agreement, Commitment, Document, Party, Signature
from networks.models import Membership, Network, NetworkEvent
from portal import catalogue
from practices.models import Indicator, Reading, Submission
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def live() -> Submission:
    """A world with something on every page."""
    body = make.organisation(website="https://www.example.org/")
    network = Network.objects.create(
        name="Le città del dialogo", slug="rete", description="Comuni in rete.", doubts="Mancano atti."
    )
    Membership.objects.create(network=network, organisation=body, role="lead", joined_by=date(2013, 9, 24))
    NetworkEvent.objects.create(network=network, on=date(2012, 1, 1), precision="month", title="Seconda scuola")
    pact = Agreement.objects.create(
        kind="framework", title="Accordo quadro", slug="accordo", signed_on=date(2013, 9, 24), summary="Che cosa si fa."
    )
    Party.objects.create(agreement=pact, organisation=body, described_as="capofila")
    Signature.objects.create(agreement=pact, person="Anna Bianchi", office="sindaca", organisation=body)
    Commitment.objects.create(
        agreement=pact, code="ACCORDO-1", position=1, title="Costruire reti", text="Insieme.", owner=body
    )
    Document.objects.create(agreement=pact, title="Testo", url="https://www.example.org/testo.pdf", kind="Atto")
    submission = make.published(
        context_population=171_000,
        commitments=["ACCORDO-1"],
        partners=[{"name": "Ufficio", "nature": "Pubblica", "contribution": "Persone"}],
        indicators=[
            {"name": "Iscritti", "unit": "persone", "baseline": "1500.5", "target": None, "direction": "up", "source": ""}
        ],
    )
    indicator = Indicator.objects.get(practice=submission.practice)
    Reading.objects.create(indicator=indicator, period="2020", on=date(2020, 12, 31), value=1234, declared_at=make.NOW)
    make.published(title="Un'altra", title_en="Another one", summary_en="In short.")
    submission.practice.refresh_from_db()
    return submission


def page(address: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(address)
    assert (response.status_code, response["Content-Language"]) == (200, "en"), address
    return html.fromstring(response.content.decode())


def public(live: Submission) -> list[str]:
    return [
        "/en/",
        "/en/practices/",
        "/en/practices/?ambito=casa&q=presidio",
        "/en/practices/?ambito=nessuno&q=nessuna",
        f"/en/practices/{live.practice.slug}/",
        "/en/regions/",
        "/en/regions/emilia-romagna/",
        "/en/municipalities/reggio-emilia/",
        "/en/organisations/comune-di-reggio-emilia/",
        "/en/networks/",
        "/en/networks/rete/",
        "/en/agreements/",
        "/en/agreements/accordo/",
        "/en/agreements/accordo/commitments/ACCORDO-1/",
        "/en/agreements/accordo/implementation/",
        "/en/agreements/?tipo=framework&anno=2013&anno=mai&q=quadro",
        "/en/search/?q=presidio",
        "/en/search/?q=nessuna",
        "/en/themes/",
        "/en/themes/casa/",
        f"/en/practices/{live.practice.slug}/versions/",
        f"/en/practices/{live.practice.slug}/versions/1/",
        f"/en/practices/{live.practice.slug}/report/",
        f"/en/practices/{live.practice.slug}/reuse/",
        "/en/statistics/",
        f"/en/practices/compare/?p={live.practice.slug}&p={live.practice.slug}",
        "/en/access/login/",
        "/en/access/signup/",
    ]


def own_words(tree: Any) -> Iterator[str]:
    """What a page says in its own language: texts and attributes that are read out, outside what is marked as Italian."""
    inside = "not(ancestor-or-self::*[@lang='it'])"
    texts = tree.xpath("//text()[not(ancestor::*[@lang='it']) and not(parent::script)]")
    read = tree.xpath(f"//*[{inside}]/@*[name()='aria-label' or name()='title' or name()='alt' or name()='placeholder']")
    yield from (" ".join(str(text).split()) for text in [*texts, *read])


def test_no_page_says_anything_of_its_own_in_italian(live: Submission) -> None:
    """As far as the catalogue has another word for it."""
    texts = [
        text
        for _context, words in catalogue.texts_of(settings.BASE_DIR)
        for text in ([words] if isinstance(words, str) else words)
    ]
    with translation.override("en"):
        italian = {" ".join(text.split()) for text in texts if translation.gettext(text) != text}
    by = make.officer_of(live.organisation)
    draft = make.submission(of=live.organisation, by=by)
    desk = ["/en/scrivania/", f"/en/scrivania/schede/{draft.pk}/", f"/en/scrivania/schede/{draft.pk}/sezioni/identity/"]
    found = {address: italian & set(own_words(page(address))) for address in public(live)}
    found |= {address: italian & set(own_words(page(address, client_of(by)))) for address in desk}
    assert {address: words for address, words in found.items() if words} == {}


def marked(tree: Any, path: str) -> list[tuple[str, str | None]]:
    """Texts at these places with the language that they are in, when it is said."""
    return [
        (" ".join(node.text_content().split()), next(iter(node.xpath("ancestor-or-self::*[@lang][1]/@lang")), None))
        for node in tree.xpath(path)
    ]


def test_a_practice_without_english_words_stays_italian_and_says_so(live: Submission) -> None:
    tree = page(f"/en/practices/{live.practice.slug}/")
    assert tree.get("lang") == "en"
    assert marked(tree, "//h1 | //div[contains(@class, 'lead')]") == [
        ("Portierato sociale di via Turri", "it"),
        ("Un presidio nel quartiere della stazione.", "it"),
    ]
    sections = tree.xpath("//section[@id='why' or @id='how' or @id='lessons']//*[contains(@class, 'prose') or self::ul]")
    assert len(sections) > 4
    assert {node.get("lang") for node in sections} == {"it"}
    # Names of parts, numbers and dates are the page's own.
    headings = tree.xpath("//section[contains(@class, 'record-section')]/h2")
    assert {language for _text, language in marked(tree, "//section[contains(@class, 'record-section')]/h2")} == {"en"}
    assert len(headings) > 8
    facts = {
        term.getnext().text_content().strip(): term.getnext().get("lang")
        for term in tree.xpath("//section[@id='territory']//dl/dt")
    }
    assert facts == {"171,000": None, "28,000": None, "ISTAT": "it", "1 January 2025": None}
    [told] = tree.xpath("//section[@id='indicatori']/p[@class='muted']")
    assert "1,500.5" in told.text_content()
    assert tree.xpath("//section[@id='indicatori']//td[@class='number']/text()") == ["1,234"]


def test_english_words_are_used_where_there_are_any(live: Submission) -> None:
    tree = page("/en/practices/un-altra/")
    assert marked(tree, "//h1 | //div[contains(@class, 'lead')]") == [("Another one", "en"), ("In short.", "en")]
    assert tree.xpath("//title/text()")[0].startswith("Another one – ")
    assert marked(page("/en/practices/"), "//article/h3 | //article/h3/following-sibling::p[2]") == [
        ("Another one", "en"),
        ("In short.", "en"),
        ("Portierato sociale di via Turri", "it"),
        ("Un presidio nel quartiere della stazione.", "it"),
    ]
    [title] = html.fromstring(Client().get("/pratiche/un-altra/").content.decode()).xpath("//h1")
    assert (title.text, title.get("lang")) == ("Un'altra", None)


def test_italian_pages_mark_no_italian(live: Submission) -> None:
    for address in ("/", "/pratiche/", f"/pratiche/{live.practice.slug}/", "/accordi/accordo/", "/reti/rete/"):
        tree = html.fromstring(Client().get(address).content.decode())
        assert [node.tag for node in tree.xpath("//*[@lang='it']")] == ["html"], address


@pytest.mark.parametrize(
    ("address", "path", "expected"),
    [
        ("/en/agreements/accordo/", "//h1", [("Accordo quadro", "it")]),
        ("/en/agreements/accordo/", "//dl[1]/dd[1]", [("24 September 2013", "en")]),
        ("/en/agreements/accordo/", "//ol//h3", [("Costruire reti", "it")]),
        (
            "/en/networks/rete/",
            "//h1 | //div[@class='prose']",
            [("Le città del dialogo", "it"), ("Comuni in rete.", "it"), ("Mancano atti.", "it")],
        ),
        (
            "/en/networks/rete/",
            "//ol[@class='timeline']/li/span[1]",
            [("January 2012", "en"), ("by 24 September 2013", "en")],
        ),
        ("/en/organisations/comune-di-reggio-emilia/", "//h1", [("Comune di Reggio Emilia", "it")]),
        ("/en/municipalities/reggio-emilia/", "//h1", [("Reggio Emilia (RE)", "en")]),
        ("/en/", "//section[@aria-labelledby='ambiti']//li/a", [("Casa", "it"), ("Lavoro", "it")]),
        (
            "/en/practices/un-altra/",
            "//select[@id='confronta-con']/option",
            [("Portierato sociale di via Turri (Comune di Reggio Emilia)", "it")],
        ),
    ],
)
@pytest.mark.usefixtures("live")
def test_other_texts_are_marked_too(address: str, path: str, expected: list[tuple[str, str]]) -> None:
    assert marked(page(address), path) == expected


def test_boxes_of_a_chain_are_read_out_in_italian_too(live: Submission) -> None:
    first = Agreement.objects.get()
    Agreement.objects.create(kind="protocol", title="Protocollo", slug="protocollo", transposes=first)
    boxes = page("/en/agreements/accordo/").xpath("//*[local-name()='svg']/*[local-name()='a']")
    assert [(box.get("aria-label"), box.get("lang")) for box in boxes] == [
        ("1. Accordo quadro", "it"),
        ("2. Protocollo", "it"),
    ]
    assert [title.get("lang") for box in boxes for title in box.xpath("*[local-name()='title']")] == ["it", "it"]


def test_italian_paths_are_not_found_in_english_nor_english_ones_in_italian(live: Submission) -> None:
    client = Client()
    for address in ("/en/pratiche/", "/practices/", "/en/regioni/", "/it/pratiche/"):
        assert client.get(address).status_code == 404, address


def test_mails_are_in_italian_whatever_the_page() -> None:
    Client().post("/en/access/password/reset/", {"email": make.verified_user("ada@example.org").email})
    sent = mail.outbox[-1]
    Client().post("/accesso/password/reset/", {"email": make.verified_user("eva@example.org").email})
    assert sent.subject == mail.outbox[-1].subject
    assert sent.body.split("http")[0] == mail.outbox[-1].body.split("http")[0]
