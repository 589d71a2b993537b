"""News on the pages that they concern, and on no other; nothing of what is not published anywhere."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from lxml import html

from agreements.models import Agreement
from networks import mergers
from networks.models import Network
from portal.lib.content_version import current_version
from portal.news import publishing
from portal.news.models import News
from practices.moderation import merging
from tests import make
from tests.news import event, news

pytestmark = pytest.mark.django_db


def shown(address: str) -> list[str]:
    """The titles in the page's section of news."""
    response = Client().get(address)
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    links = tree.xpath("//section[@aria-labelledby='notizie']//*[self::li]//a[1]")
    return [" ".join(link.text_content().split()) for link in links]


def test_the_newest_three_are_on_the_home_page() -> None:
    assert shown("/") == []
    for day in range(1, 5):
        news(title=f"Del {day}", published_on=date(2024, 1, day))
    assert shown("/") == ["Del 4", "Del 3", "Del 2"]


def test_towns_and_territories_show_what_concerns_them() -> None:
    reggio = make.municipality()
    emilia, piedmont = make.region(), make.region("Piemonte", "ITC1")
    make.municipality("Scandiano", "I496")
    days = iter(date(2024, 1, day) for day in range(1, 9))
    for title, fields in {
        "Di Reggio": {"cities": [reggio]},
        "Della regione": {"territories": [emilia]},
        "Per ogni Comune": {"territories": [emilia, piedmont], "for_every_town": True},
        "Del Piemonte": {"territories": [piedmont]},
        "Di nessuno": {},
    }.items():
        news(title=title, published_on=next(days), **fields)
    assert shown("/comuni/reggio-emilia/") == ["Per ogni Comune", "Di Reggio"]
    assert shown("/comuni/scandiano/") == ["Per ogni Comune"]
    assert shown("/regioni/emilia-romagna/") == ["Per ogni Comune", "Della regione", "Di Reggio"]
    assert shown("/regioni/piemonte/") == ["Del Piemonte", "Per ogni Comune"]


def test_a_town_shows_the_news_of_those_that_became_part_of_it() -> None:
    old, new = make.municipality("Bazzano", "A726"), make.municipality()
    news(title="Di Bazzano", cities=[old])
    mergers.merge(old, new, on=date(2024, 1, 1))
    assert shown("/comuni/reggio-emilia/") == ["Di Bazzano"]
    # And when that one becomes part of a third.
    mergers.merge(new, make.municipality("Terre", "Z999"), on=date(2025, 1, 1))
    assert shown("/comuni/terre/") == ["Di Bazzano"]
    assert [one.title for one in Client().get("/notizie/?comune=terre").context["page"]] == ["Di Bazzano"]


def test_networks_agreements_and_practices_show_theirs() -> None:
    network = Network.objects.create(name="Rete", slug="rete")
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    practice = make.published().practice
    practice.refresh_from_db()
    news(title="Di altro")
    for title, fields in {
        "Della rete": {"networks": [network]},
        "Dell'accordo": {"agreements": [agreement]},
        "Della pratica": {"practices": [practice]},
    }.items():
        news(title=title, **fields)
    assert shown("/reti/rete/") == ["Della rete"]
    assert shown("/accordi/patto/") == ["Dell'accordo"]
    assert shown(practice.get_absolute_url()) == ["Della pratica"]
    index = html.fromstring(Client().get(practice.get_absolute_url()).content.decode())
    assert index.xpath("//nav[@class='side-index']//a[@href='#notizie']/text()") == ["Notizie"]


def test_a_practice_takes_over_the_news_of_its_duplicate() -> None:
    kept, double = (make.published(title=title).practice for title in ("Una", "Doppia"))
    news(title="Della doppia", practices=[double])
    merging.merge(double, by=make.editor_user(chief=True), at=make.later(9), into=kept, text="La stessa.")
    kept.refresh_from_db()
    assert shown(kept.get_absolute_url()) == ["Della doppia"]


def test_more_than_four_lead_to_the_list() -> None:
    network = Network.objects.create(name="Rete", slug="rete")
    for number in range(5):
        news(title=f"N{number}", networks=[network], published_on=date(2024, 1, 1 + number))
    assert shown("/reti/rete/") == ["N4", "N3", "N2", "N1"]
    tree = html.fromstring(Client().get("/reti/rete/").content.decode())
    [more] = tree.xpath("//section[@aria-labelledby='notizie']/p/a/@href")
    assert more == "/notizie/?rete=rete"
    found = html.fromstring(Client().get(more).content.decode()).xpath("//h3/a/text()")
    assert found == ["N4", "N3", "N2", "N1", "N0"]


def test_the_town_and_practice_pages_lead_to_lists_of_the_same() -> None:
    reggio, practice = make.municipality(), make.published().practice
    practice.refresh_from_db()
    for _number in range(5):
        news(cities=[reggio], practices=[practice])
    news(title="Per tutti", territories=[reggio.province.region], for_every_town=True)
    for address, number in (("/comuni/reggio-emilia/", 6), (practice.get_absolute_url(), 5)):
        tree = html.fromstring(Client().get(address).content.decode())
        [more] = tree.xpath("//section[@aria-labelledby='notizie']/p/a/@href")
        assert len(html.fromstring(Client().get(more).content.decode()).xpath("//h3/a")) == number


def test_search_of_everything_finds_them() -> None:
    news(title="Assemblea delle città")
    news("draft", title="Assemblea segreta")
    assert shown("/cerca/?q=assemblee") == ["Assemblea delle città"]


CANARY = "canarino"


def everywhere() -> dict[str, bool]:
    """Every public surface that shows news, in both languages, and whether the word stands there."""
    practice = News.objects.filter(practices__slug__isnull=False).values_list("practices__slug", flat=True).first()
    pages = ["", "notizie/", "notizie/atom.xml", "notizie/in-linea/", "cerca/?q=prova", f"notizie/?q={CANARY}"]
    pages += ["regioni/emilia-romagna/", "comuni/reggio-emilia/", "reti/rete/", "accordi/patto/", f"pratiche/{practice}/"]
    english = ["en/", "en/news/", "en/news/atom.xml", "en/news/in-linea/", "en/search/?q=prova", f"en/news/?q={CANARY}"]
    english += ["en/regions/emilia-romagna/", "en/networks/rete/", "en/agreements/patto/", f"en/practices/{practice}/"]
    found = {}
    for path in [*pages, *english, "sitemap-notizie.xml", "notizie/nascosta/", "notizie/nascosta.ics", "en/news/nascosta/"]:
        response = Client().get(f"/{path}")
        assert response.status_code == (404 if "nascosta" in path and not is_out() else 200), path
        text = response.content.decode()
        # A search shows what was searched for.
        found[path] = CANARY in text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "").replace(f"«{CANARY}»", "")
    return found


def is_out() -> bool:
    return News.objects.filter(slug="nascosta", status="published").exists()


@pytest.mark.parametrize("status", ["draft", "scheduled"])
def test_nothing_of_what_is_not_published_is_anywhere(status: str) -> None:
    live = make.published().practice
    concerns: dict[str, Any] = {
        "territories": [make.region()],
        "cities": [make.municipality()],
        "networks": [Network.objects.create(name="Rete", slug="rete")],
        "agreements": [Agreement.objects.create(kind="pact", title="Patto", slug="patto")],
        "practices": [live],
    }
    public = news(slug="in-linea", **concerns)
    words = {name: f"{CANARY} {name}" for name in ("title", "summary", "text", "title_en", "summary_en", "text_en")}
    hidden = event(
        status, slug="nascosta", **words, **concerns, related=[public], starts_on=timezone.localdate() + timedelta(days=9)
    )
    hidden.documents.create(title=f"{CANARY} documento")
    found = everywhere()
    assert [path for path, stands in found.items() if stands] == []
    # Its time comes: the command, and nothing else, puts it everywhere.
    version = current_version()
    if status == "scheduled":
        News.objects.filter(pk=hidden.pk).update(publish_at=timezone.now() - timedelta(hours=1))
        assert [path for path, stands in everywhere().items() if stands] == []
        call_command("publish_scheduled")
    else:
        publishing.publish(hidden, at=timezone.now())
    assert current_version() == version + 1
    found = everywhere()
    without = {path for path, stands in found.items() if not stands}
    # The site map knows addresses alone; the search was for another word.
    assert without == {"cerca/?q=prova", "en/search/?q=prova", "sitemap-notizie.xml"}
    publishing.withdraw(hidden)
    assert [path for path, stands in everywhere().items() if stands] == []


def test_a_kept_page_changes_when_the_command_publishes() -> None:
    news()
    made = news("scheduled", title="Puntuale", publish_at=timezone.now() - timedelta(minutes=1))
    client = Client()
    etag = client.get("/notizie/")["ETag"]
    assert client.get("/notizie/", headers={"if-none-match": etag}).status_code == 304
    call_command("publish_scheduled")
    response = client.get("/notizie/", headers={"if-none-match": etag})
    assert (response.status_code, made.title in response.content.decode()) == (200, True)
