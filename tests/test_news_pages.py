"""The public pages of the news: list, item, feed, calendar."""

import json
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar
from lxml import etree, html

from agreements.models import Agreement
from networks.models import Network
from portal.news.publishing import publish
from practices.models.choices import Status
from tests import make
from tests.news import event, news

pytestmark = pytest.mark.django_db
LIST = "/notizie/"


def page(address: str, status: int = 200, **query: Any) -> Any:
    response = Client().get(address, query)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def titles(tree: Any, within: str = "//main") -> list[str]:
    return texts(tree, f"{within}//h3[contains(@class, 'practice-card-title')]")


def entries(**query: Any) -> list[str]:
    tree = etree.fromstring(Client().get(f"{LIST}atom.xml", query).content)
    return [node.text or "" for node in tree.findall(".//{*}entry/{*}title")]


def test_the_list_shows_what_is_published_the_latest_first() -> None:
    news(title="Prima", published_on=date(2022, 4, 12))
    news(title="Seconda", published_on=date(2024, 1, 1))
    news("draft", title="Bozza")
    news("scheduled", title="Programmata")
    assert titles(page(LIST)) == ["Seconda", "Prima"]
    assert entries() == ["Seconda", "Prima"]


def test_events_to_come_stand_first_and_past_ones_say_that_they_are_over() -> None:
    today = timezone.localdate()
    news(title="Notizia")
    event(title="Passato", published_on=date(2020, 1, 1), starts_on=today - timedelta(days=1))
    event(title="Tra un mese", starts_on=today + timedelta(days=30))
    event(title="Ultimo giorno", starts_on=today - timedelta(days=9), ends_on=today)
    tree = page(LIST)
    assert titles(tree, "//section[@aria-labelledby='appuntamenti']") == ["Ultimo giorno", "Tra un mese"]
    assert titles(tree, "//section[@aria-labelledby='notizie']") == ["Notizia", "Passato"]
    assert texts(tree, "//article[.//h3='Passato']//span[@class='tag']") == ["concluso"]
    assert texts(tree, "//article[.//h3='Ultimo giorno']//span[@class='tag']") == []


def test_the_list_says_that_there_is_nothing() -> None:
    assert texts(page(LIST), "//div[contains(@class, 'panel-soft')]") == ["Non c'è ancora nessuna notizia."]
    assert texts(page(LIST, q="nulla"), "//div[contains(@class, 'panel-soft')]") == [
        "Nessuna notizia risponde a tutto ciò che hai chiesto: togli un filtro."
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("citta", ["La città accogliente"]),
        ("CITTÀ", ["La città accogliente"]),
        ("scuole", ["Una scuola aperta"]),
        ("accoglient", ["La città accogliente"]),
        ('"scuola aperta"', ["Una scuola aperta"]),
        ('"aperta scuola"', []),
        ("-scuola", ["La città accogliente"]),
        ("piemonte", ["La città accogliente"]),
        ("torino (to)", ["La città accogliente"]),
        ("openness", ["Una scuola aperta"]),
        ("100%", []),
    ],
)
def test_search_folds_accents_and_endings_and_knows_the_places(asked: str, found: list[str]) -> None:
    piedmont = make.region("Piemonte", "ITC1")
    turin = make.municipality("Torino", "L219", sign="TO", of=piedmont)
    news(title="La città accogliente", territories=[piedmont], cities=[turin])
    news(title="Una scuola aperta", text_en="Openness")
    assert titles(page(LIST, q=asked)) == found
    assert entries(q=asked) == found


def test_every_filter_selects_and_counts() -> None:
    emilia, piedmont = make.region(), make.region("Piemonte", "ITC1")
    reggio = make.municipality()
    network = Network.objects.create(name="Rete", slug="rete")
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    news(title="A", published_on=date(2022, 4, 12), territories=[emilia], cities=[reggio], networks=[network])
    news(title="B", published_on=date(2023, 1, 1), cities=[reggio, make.municipality("Scandiano", "I496")])
    event(title="C", published_on=date(2023, 2, 1), territories=[piedmont], agreements=[agreement])
    news("draft", title="D", territories=[emilia], published_on=date(2023, 3, 1), networks=[network])
    for query, found in (
        ({"territorio": "emilia-romagna"}, ["B", "A"]),
        ({"territorio": ["emilia-romagna", "piemonte"]}, ["C", "B", "A"]),
        ({"comune": "reggio-emilia"}, ["B", "A"]),
        ({"rete": "rete"}, ["A"]),
        ({"accordo": "patto"}, ["C"]),
        ({"anno": "2023"}, ["C", "B"]),
        ({"tipo": "event"}, ["C"]),
        ({"tipo": "news", "anno": "2023", "territorio": "emilia-romagna"}, ["B"]),
    ):
        assert titles(page(LIST, **query)) == found, query
    tree = page(LIST)
    choices = {
        label: texts(details, ".//div[@class='check']")
        for details in tree.xpath("//details[@class='filter-group']")
        for label in texts(details, "./summary")
    }
    assert choices == {
        "Tipo": ["Notizia (2)", "Evento (1)"],
        "Anno": ["2023 (2)", "2022 (1)"],
        "Territorio": ["Emilia-Romagna (2)", "Piemonte (1)"],
        "Rete": ["Rete (1)"],
        "Accordo": ["Patto (1)"],
    }
    assert texts(page(LIST, territorio="atlantide"), "//p[@class='notice']") == [
        "Territorio: non conosciamo «atlantide», e ne abbiamo fatto a meno."
    ]


def test_twenty_on_a_page() -> None:
    for number in range(21):
        news(title=f"N{number}", published_on=date(2024, 1, 1) + timedelta(days=number))
    assert titles(page(LIST)) == [f"N{number}" for number in range(20, 0, -1)]
    assert titles(page(LIST, pagina="2")) == ["N0"]
    page(LIST, 404, pagina="3")


def test_the_page_says_everything_and_links_to_what_it_concerns() -> None:
    emilia, reggio = make.region(), make.municipality()
    network = Network.objects.create(name="Rete", slug="rete")
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    live, draft = make.published(), make.submission(Status.DRAFT, title="Ancora segreta")
    other, hidden = news(title="Altra"), news("draft", title="Nascosta")
    shown = news(
        title="Tutto <b>",
        text="Uno.\n\n- due\n- tre",
        published_on=date(2022, 4, 12),
        source_url="https://www.example.org/fonte",
        territories=[emilia],
        cities=[reggio],
        networks=[network],
        agreements=[agreement],
        practices=[live.practice, draft.practice],
        related=[other, hidden],
    )
    shown.documents.create(title="Il testo", kind="atto", url="https://example.org/testo", language="en")
    shown.documents.create(title="Solo nominato")
    tree = page(shown.get_absolute_url())
    assert texts(tree, "//h1") == ["Tutto <b>"]
    assert texts(tree, "//time") == ["12 aprile 2022"]
    assert texts(tree, "//main//article//div[@class='prose mb-4']/*") == ["Uno.", "duetre"]
    assert [(link.text_content(), link.get("href")) for link in tree.xpath("//main//article//a")] == [
        ("example.org", "https://www.example.org/fonte"),
        ("Il testo", "https://example.org/testo"),
        ("Altra", other.get_absolute_url()),
        (live.title, f"/pratiche/{live.practice.slug}/"),
        ("Patto", "/accordi/patto/"),
        ("Rete", "/reti/rete/"),
        ("Emilia-Romagna", "/regioni/emilia-romagna/"),
        ("Reggio Emilia (RE)", "/comuni/reggio-emilia/"),
    ]
    assert texts(tree, "//section[@aria-labelledby='documenti']//li") == [
        "Il testo (atto, inglese, example.org)",
        "Solo nominato (non disponibile in rete)",
    ]
    # Symmetrical: the other one's page says so too.
    assert texts(page(other.get_absolute_url()), "//section[@aria-labelledby='correlate']//a") == ["Tutto <b>"]


@pytest.mark.parametrize("status", ["draft", "scheduled"])
def test_what_is_not_published_has_no_page(status: str) -> None:
    for made in (news(status), event(status)):
        page(made.get_absolute_url(), 404)
        assert Client().get(reverse("news:calendar", args=[made.slug])).status_code == 404


def test_an_event_says_when_and_where_and_goes_into_a_calendar(settings: Any) -> None:
    settings.SITE_URL = "https://pratiche.example.org"
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = event(title="Assemblea; con virgola, e più", starts_on=tomorrow, start_time=time(9, 30), end_time=time(12))
    tree = page(made.get_absolute_url())
    assert texts(tree, "//dd")[1] == "Sala del Tricolore"
    assert texts(tree, "//dd")[0].endswith(", dalle 09:30 alle 12:00")
    [link] = tree.xpath("//a[contains(@href, '.ics')]/@href")
    response = Client().get(link)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(entry["uid"]) == f"notizia-{made.pk}@pratiche.example.org"
    assert str(entry["summary"]) == "Assemblea; con virgola, e più"
    assert str(entry["location"]) == "Sala del Tricolore"
    assert str(entry["url"]) == f"https://pratiche.example.org/notizie/{made.slug}/"
    rome = ZoneInfo("Europe/Rome")
    assert entry.decoded("dtstart") == timezone.datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, 30, tzinfo=rome)
    assert entry["dtstart"].params["TZID"] == "Europe/Rome"
    assert b"BEGIN:VTIMEZONE" in response.content
    assert b"\r\n" in response.content


def test_days_without_hours_end_the_day_after_the_last_one() -> None:
    made = event(starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 22))
    [entry] = Calendar.from_ical(Client().get(f"/notizie/{made.slug}.ics").content).walk("VEVENT")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 3, 20), date(2026, 3, 23))
    assert texts(page(made.get_absolute_url()), "//dd")[0] == "dal 20 marzo 2026 al 22 marzo 2026"


def test_an_item_that_is_no_event_has_no_calendar() -> None:
    assert Client().get(f"/notizie/{news().slug}.ics").status_code == 404


def test_pictures_are_for_everybody_once_published() -> None:
    made = news(
        "draft",
        picture="notizie/ab/abc.jpg",
        picture_text="Una piazza",
        picture_type="image/jpeg",
        picture_width=1600,
        picture_height=900,
    )
    for name in ("abc.jpg", "abc-480.jpg"):
        default_storage.save(f"notizie/ab/{name}", ContentFile(name.encode()))
    whole, copy = made.picture_address(), made.picture_address(480)
    editor = Client()
    editor.force_login(make.editor_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (whole, copy):
        assert Client().get(address).status_code == 404
        kept = editor.get(address)
        assert (b"".join(kept), kept["Cache-Control"]) == (
            address.rsplit("/")[-1].encode() if address == whole else b"abc-480.jpg",
            "private, no-store",
        )
    publish(made, at=make.NOW)
    response = Client().get(whole)
    assert (b"".join(response), response["Cache-Control"]) == (b"abc.jpg", "public, no-cache")
    assert Client().get(made.picture_address(481)).status_code == 404
    [shown] = page(made.get_absolute_url()).xpath("//main//img")
    assert dict(shown.attrib) == {
        "src": made.picture_address(800),
        "srcset": ", ".join(f"{made.picture_address(width)} {width}w" for width in (240, 480, 800)),
        "sizes": "(min-width: 992px) 50rem, 100vw",
        "width": "1600",
        "height": "900",
        "alt": "Una piazza",
    }


def test_english_where_there_is_some_else_italian_and_marked() -> None:
    said = news(title="Detta", title_en="Said", summary_en="In short.", text_en="The text.")
    unsaid = news(title="Non detta")
    with override("en"):
        addresses = said.get_absolute_url(), unsaid.get_absolute_url()
    assert addresses[0] == f"/en/news/{said.slug}/"
    for address, title, lang in zip(addresses, ("Said", "Non detta"), ([], ["it"]), strict=True):
        tree = page(address)
        assert texts(tree, "//h1") == [title]
        assert tree.xpath("//h1/@lang") == lang
        assert tree.xpath("//div[contains(@class, 'lead')]/@lang") == lang
    tree = etree.fromstring(Client().get("/en/news/atom.xml").content)
    assert {node.text for node in tree.findall(".//{*}entry/{*}title")} == {"Said", "Non detta"}


def test_the_feed_knows_an_item_by_what_stays(settings: Any) -> None:
    settings.SITE_URL = "https://pratiche.example.org"
    made = news(title="Una")
    for address in ("/notizie/atom.xml", "/en/news/atom.xml"):
        tree = etree.fromstring(Client().get(address).content)
        assert [node.text for node in tree.findall(".//{*}entry/{*}id")] == [
            f"https://pratiche.example.org/notizie/#{made.pk}"
        ]


def linked_data(tree: Any) -> dict[str, Any]:
    """What the page says that it is about, without the way to it."""
    things = [json.loads(text) for text in tree.xpath("//script[@type='application/ld+json']/text()")]
    [found] = [thing for thing in things if thing["@type"] != "BreadcrumbList"]
    return dict(found)


def test_machines_are_told_what_it_is(settings: Any) -> None:
    settings.SITE_URL = "https://pratiche.example.org"
    item = news(title="Una", published_on=date(2022, 4, 12), source_url="https://example.org/fonte")
    tree = page(item.get_absolute_url())
    assert tree.xpath("//meta[@property='og:type']/@content") == ["article"]
    assert tree.xpath("//meta[@property='og:title']/@content") == ["Una"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"https://pratiche.example.org/notizie/{item.slug}/"]
    found = linked_data(tree)
    assert found.pop("dateModified")
    assert found == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Una",
        "datePublished": "2022-04-12",
        "inLanguage": "it",
        "url": f"https://pratiche.example.org/notizie/{item.slug}/",
        "identifier": f"https://pratiche.example.org/notizie/#{item.pk}",
        "description": "Che cosa succede.",
        "isBasedOn": "https://example.org/fonte",
    }
    fair = event(title="Altra", starts_on=date(2026, 7, 1), start_time=time(9), end_time=time(12, 30))
    assert linked_data(page(fair.get_absolute_url())) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Altra",
        "url": f"https://pratiche.example.org/notizie/{fair.slug}/",
        "identifier": f"https://pratiche.example.org/notizie/#{fair.pk}",
        "description": "Che cosa succede.",
        "startDate": "2026-07-01T09:00:00+02:00",
        "endDate": "2026-07-01T12:30:00+02:00",
        "location": {"@type": "Place", "name": "Sala del Tricolore", "address": "Sala del Tricolore"},
    }
    days = event(starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 3), place="")
    told = linked_data(page(days.get_absolute_url()))
    assert (told["startDate"], told["endDate"], "location" in told) == ("2026-07-01", "2026-07-03", False)
