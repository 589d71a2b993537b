"""Every page type of citizens, officers and editors: axe-core finds nothing and nothing sticks out, on a desktop and a phone."""

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from networks.models import Affiliation, Municipality, Network, User
from portal.demo.accounts import create
from portal.demo.cases import Cases
from portal.demo.readings import followed
from portal.news.models import News
from portal.newsletter import issues
from portal.newsletter.models import Issue
from portal.open_data import snapshots
from practices.importing import import_practices
from practices.models import Practice
from practices.models.choices import Status
from tests.addresses import name_of
from tests.browser import DESKTOP, PHONE, log_in, opened, overflow, violations
from tests.news import event
from tests.reference import load_reference_data, practice_lines
from tests.test_access import ADDRESSES, TO_LOGIN
from tests.walks import (
    CITIZEN,
    CONFIRMED,
    HANDBOOKS,
    NOT_HERE,
    TOLD,
    adaptations_pages,
    chief_pages,
    editor_pages,
    factor_pages,
    mail_pages,
    officer_pages,
    one,
    preview_pages,
    readings_pages,
)

Size = dict[str, int]
Wrong = dict[str, tuple[int, list[list[str]]]]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def passwords(transactional_db: None, settings: Any) -> dict[str, str]:
    """The demo's whole content; its passwords."""
    settings.SECOND_FACTOR_FOR_EDITORS = False
    now = timezone.now()
    load_reference_data()
    import_practices(practice_lines(), at=now, apply=True)
    found = create(now)
    Cases(now).make()
    followed(now)
    chief = User.objects.get(email="caporedazione@demo.example")
    issues.send(Issue.objects.create(title="Uno", introduction="Ciao.", composed_at=now), by=chief, at=now)
    snapshots.take(timezone.localtime())
    event(
        slug="assemblea-di-prova",
        title="Assemblea di prova, con un titolo che non sta in una riga sola del telefono",
        starts_on=timezone.localdate() + timedelta(days=30),
        start_time=time(9, 30),
        end_time=time(13),
        networks=list(Network.objects.all()),
        cities=list(Municipality.objects.filter(slug__in=["torino", "reggio-emilia", "barletta"])),
        practices=list(Practice.objects.visible()[:3]),
        related=list(News.objects.all()),
    )
    return found


def declared(*, logged_in: bool) -> set[str]:
    """The pages that the table of access knows, but for the admin's: those that lead to the login, or the others."""
    pages = {name: row.get for name, row in ADDRESSES.items() if not name.startswith("admin:")}
    return {
        name
        for name, row in pages.items()
        if 405 not in row.values() and name not in NOT_HERE and (row["anonymous"] == TO_LOGIN) is logged_in
    }


def found_wrong(page: Page, base: str, addresses: Iterable[str], sizes: Iterable[Size] = (DESKTOP, PHONE)) -> Wrong:
    """What is wrong at each address, by the window's width; the page is loaded once and the window made narrow.

    A page that is not there, or that led to another one, would be looked at in vain.
    """
    wrong: Wrong = {}
    for address in addresses:
        page.set_viewport_size(DESKTOP)
        answer = page.goto(f"{base}{address}")
        assert answer
        if answer.status != TOLD.get(address, 200) or answer.request.redirected_from:
            wrong[address] = (answer.status, [[answer.url]])
        for size in sizes:
            page.set_viewport_size(size)
            wide, found = overflow(page), violations(page)
            if wide or found:
                wrong[f"{address} {size['width']}"] = (wide, found)
    return wrong


def in_other_language(page: Page) -> str | None:
    """The address of the same page in English, as it names it itself; those for frames have no header to name it in."""
    other = page.locator("header a[hreflang=en]")
    return other.get_attribute("href") if other.count() else None


def assert_nothing_is_kept(page: Page) -> None:
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert (page.context.cookies(), kept) == ([], [0, 0, ""]), page.url


def test_pages_of_citizens(chromium: Browser, live_server: LiveServer, passwords: dict[str, str]) -> None:
    """axe looks at each in Italian on a desktop and in English on a telephone; nothing sticks out in either language.

    Who only reads gets no cookie, and nobody else is asked for anything. Forms have one technical cookie, against forgery.
    """
    base, asked, all_english = live_server.url, dict[str, set[str]](), list[str]()
    wrong: Wrong = {}
    forms = [address for address in CITIZEN if address.startswith("/accesso/") or address.endswith("/segnala/")]
    for addresses in (forms, [address for address in CITIZEN if address not in forms]):
        with opened(chromium) as page:
            page.on("request", lambda request: asked.setdefault(urlsplit(request.url).netloc, set()).add(request.url))
            english = [] if addresses is forms else ["/en/embed/list/?ambito=casa"]
            for address in addresses:
                wrong |= found_wrong(page, base, [address], sizes=[DESKTOP])
                page.set_viewport_size(PHONE)
                other = in_other_language(page)
                wide, found = overflow(page), [] if other else violations(page)
                if wide or found:
                    wrong[f"{address} 360"] = (wide, found)
                english += [other] if other else []
                if addresses is not forms:
                    assert_nothing_is_kept(page)
            # English words are longer: what does not fit does not fit on a phone.
            for address in dict.fromkeys(english):
                wrong |= found_wrong(page, base, [address], sizes=[PHONE])
                if addresses is not forms:
                    assert_nothing_is_kept(page)
            if addresses is forms:
                assert {cookie["name"] for cookie in page.context.cookies()} == {"csrftoken"}
            all_english += english
    # "": pictures that a style sheet carries in itself.
    assert set(asked) - {""} == {urlsplit(base).netloc}
    assert len(asked[urlsplit(base).netloc]) > len(CITIZEN) + len(set(all_english))
    # Without one are the two for frames and the handbooks only.
    assert len(all_english) == len(CITIZEN) - len(HANDBOOKS) - 1
    of_links = [*preview_pages(), *mail_pages()]
    with opened(chromium) as page:
        wrong |= found_wrong(page, base, of_links)
    assert wrong == {}
    assert {name_of(address) for address in (*CITIZEN, *of_links)} == declared(logged_in=False)


def test_pages_of_officers(chromium: Browser, live_server: LiveServer, passwords: dict[str, str]) -> None:
    """Each list is of what somebody sees who acts for an organisation."""
    base, seen = live_server.url, set[str]()
    wrong: Wrong = {}

    def look(email: str, *addresses: str) -> None:
        seen.update(addresses)
        with opened(chromium) as page:
            log(page, base, email, passwords)
            wrong.update(found_wrong(page, base, addresses))

    # The manager sees the drafts; the coordinator of the network is the lead's person, who sees the others' cases.
    look("responsabile.reggio@demo.example", *officer_pages())
    remarked = f"/scrivania/schede/{one(Status.CHANGES_REQUESTED, 'comune-di-torino')}/"
    look("rete@demo.example", "/scrivania/", "/scrivania/reti/le-citta-del-dialogo/", remarked)
    # Who declares what was measured.
    look("torino@demo.example", "/scrivania/", *readings_pages())
    look("collabora.reggio@demo.example", *adaptations_pages())
    with opened(chromium) as page:
        log(page, base, email := "rubicone@demo.example", passwords)
        page.goto(f"{base}/accesso/reauthenticate/")
        page.fill("#id_password", passwords[email])
        page.click("main button:has-text('Conferma')")
        page.wait_for_url(lambda url: "reauthenticate" not in url)
        wrong |= found_wrong(page, base, CONFIRMED)
        # Once she is in: she would be asked for it.
        of_factors = list(factor_pages(User.objects.get(email=email)))
        wrong |= found_wrong(page, base, of_factors)
    assert wrong == {}
    # An invitation is of whoever has its link, too.
    assert {name_of(address) for address in (*seen, *CONFIRMED, *of_factors)} - {"desk:invitation"} == declared(
        logged_in=True
    )


def test_pages_of_editors(chromium: Browser, live_server: LiveServer, passwords: dict[str, str]) -> None:
    base = live_server.url
    with opened(chromium) as page:
        log(page, base, "redazione1@demo.example", passwords)
        assert found_wrong(page, base, editor_pages()) == {}
        asked = Affiliation.objects.requested().get()
        forms = (f"/admin/networks/affiliation/{asked.pk}/change/", "/admin/news/news/1/change/", "/admin/news/news/add/")
        assert found_wrong(page, base, forms) == {}
    with opened(chromium) as page:
        log(page, base, "caporedazione@demo.example", passwords)
        assert found_wrong(page, base, (*chief_pages(), "/admin/notes/note/add/")) == {}


def log(page: Page, base: str, email: str, passwords: dict[str, str]) -> None:
    log_in(page, base, email, passwords[email])
