"""Every page type of citizens, officers and editors: axe-core finds nothing and nothing sticks out, on a desktop and a phone."""

from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from networks import invitations
from networks.models import Affiliation, Editor, Municipality, Network, Organisation, User
from portal.demo.accounts import create
from portal.demo.cases import Cases
from portal.demo.readings import followed
from portal.news.models import News
from practices import sharing
from practices.importing import import_practices
from practices.models import Practice, Reading, Submission
from practices.models.choices import Status
from practices.record import SECTIONS
from tests.browser import DESKTOP, PHONE, log_in, opened, overflow, violations
from tests.news import event
from tests.reference import load_reference_data, practice_lines

Size = dict[str, int]
Wrong = dict[str, tuple[int, list[list[str]]]]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# In Italian alone.
HANDBOOKS = (
    "/guida/",
    "/guida/lettura/",
    "/guida/enti/",
    "/guida/redazione/",
    "/guida/caporedazione/",
    "/guida/tecnica/",
    "/guida/glossario/",
)
CITIZEN = (
    "/",
    "/pratiche/",
    "/pratiche/?q=scuola&ambito=casa&territorio=toscana",
    "/pratiche/?q=nonesistedavvero",
    "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/",
    "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/riuso/",
    "/incorpora/pratiche/casa-dei-popoli/",
    "/incorpora/elenco/?ambito=casa",
    "/open-data/api/",
    "/statistiche/",
    "/statistiche/uso/",
    "/il-progetto/",
    "/come-partecipare/",
    "/contatti/",
    "/privacy/",
    "/note-legali/",
    "/accessibilita/",
    "/accessibilita/segnala/",
    "/accessibilita/segnala/inviata/",
    "/mappa-del-sito/",
    *HANDBOOKS,
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/versioni/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/versioni/1/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/segnala/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/segnala/inviata/",
    "/pratiche/confronta/",
    "/pratiche/confronta/?p=casa-dei-popoli",
    "/pratiche/confronta/?p=torino-la-mia-citta-italiano-e-cittadinanza-per-donne&p=casa-dei-popoli&p=moschee-aperte-e-patto-di-condivisione",
    "/pratiche/non-esiste/",  # the page of what is not there
    "/cerca/?q=reggio",
    "/cerca/?q=nonesistedavvero",
    "/pratiche/?q=mediazione+culturale",
    "/ambiti/",
    "/ambiti/casa/",
    "/indicatori/",
    "/indicatori/posti-letto-disponibili/",
    "/pratiche/esempio-di-pratica-seguita-nel-tempo/",
    "/regioni/",
    "/regioni/emilia-romagna/",
    "/comuni/torino/",
    "/comuni/agrigento/",
    "/enti/unione-dei-comuni-del-rubicone/",
    "/enti/associazione-nazionale-dei-comuni-italiani/",
    "/reti/",
    "/reti/le-citta-del-dialogo/?data=2013-09-24",
    "/accordi/",
    "/accordi/?tipo=framework&q=reggio&parte=nessuno",
    "/accordi/accordo-quadro-mlps-reggio-2013/",
    "/accordi/dichiarazione-intenti-2022/",  # with a chain
    "/accordi/accordo-quadro-mlps-reggio-2013/impegni/accordo-quadro-2013-3/",
    "/accordi/accordo-quadro-mlps-reggio-2013/impegni/accordo-quadro-2013-1/",  # that nobody carries out
    "/accordi/accordo-quadro-mlps-reggio-2013/attuazione/",
    "/notizie/",
    "/notizie/?q=nonesistedavvero&tipo=event",
    "/notizie/dichiarazione-di-intenti-12-aprile-2022/",
    "/notizie/assemblea-di-prova/",  # an event to come, with everything
    "/accesso/login/",
    "/accesso/signup/",
    "/accesso/password/reset/",
)


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


def one(status: Status, town: str) -> int:
    return Submission.objects.filter(status=status, organisation__slug=town).order_by("pk")[0].pk


def officer_pages() -> Iterator[str]:
    draft = one(Status.DRAFT, "comune-di-reggio-emilia")
    yield "/scrivania/"
    yield "/scrivania/nuova/"
    for page in ("email", "password/change", "2fa", "dispositivi", "reauthenticate"):
        yield f"/accesso/{page}/"
    yield "/scrivania/incarichi/?nome=x"  # with an error
    yield "/scrivania/incarichi/?territorio=emilia-romagna"
    yield "/scrivania/incarichi/enti/comune-di-agrigento/"
    yield "/scrivania/incarichi/proposta/"
    yield "/scrivania/enti/comune-di-reggio-emilia/colleghi/"
    of = Organisation.objects.get(slug="comune-di-reggio-emilia")
    asked, manager = of.affiliations.requested().get(), of.affiliations.managers().get()
    yield f"/scrivania/incarichi/{asked.pk}/rifiuta/"
    yield f"/scrivania/incarichi/{of.affiliations.get(user__email__startswith='collabora').pk}/fine/"
    invitation = invitations.invite(of, email="x@demo.example", role="manager", by=manager.user, at=timezone.now())
    yield f"/scrivania/inviti/{invitation.token}/"
    for page in ("", "invio/", "anteprima/", "condivisione/", "segue/", "azioni/elimina/"):
        yield f"/scrivania/schede/{draft}/{page}"
    for section in SECTIONS:
        yield f"/scrivania/schede/{draft}/sezioni/{section.name}/"
    for status, town in (
        (Status.SUBMITTED, "unione-dei-comuni-del-rubicone"),
        (Status.UNDER_REVIEW, "comune-di-reggio-emilia"),
        (Status.CHANGES_REQUESTED, "comune-di-torino"),
        (Status.TO_CONFIRM, "unione-dei-comuni-del-rubicone"),
        (Status.WITHDRAWN, "comune-di-reggio-emilia"),
    ):
        yield f"/scrivania/schede/{one(status, town)}/"


def readings_pages() -> Iterator[str]:
    reading = Reading.objects.current().filter(declared_by__email="torino@demo.example").latest("pk")
    of = f"/scrivania/pratiche/{reading.indicator.practice_id}/rilevazioni/"
    yield from (of, f"{of}file/", f"/scrivania/rilevazioni/{reading.pk}/correzione/")
    yield f"/scrivania/indicatori/{reading.indicator_id}/chiusura/"


def preview_pages() -> Iterator[str]:
    """What somebody without an account sees with a link: one that is valid, and one that is not."""
    draft = Submission.objects.get(pk=one(Status.DRAFT, "comune-di-reggio-emilia"))
    link = sharing.share(
        draft, by=User.objects.get(email="responsabile.reggio@demo.example"), at=timezone.now(), note="Sindaca"
    )
    yield f"/pratiche/anteprima/{link.token}/"
    yield "/pratiche/anteprima/1:no/"


def editor_pages() -> Iterator[str]:
    yield "/admin/"
    yield "/admin/practices/submission/"
    yield "/admin/practices/submission/?coda=tutte&q=esempio"
    case = one(Status.UNDER_REVIEW, "comune-di-reggio-emilia")
    compared = Submission.objects.filter(status=Status.SUBMITTED, practice__submissions__status=Status.PUBLISHED).get().pk
    yield f"/admin/practices/submission/{compared}/change/"
    yield f"/admin/practices/submission/{case}/change/"
    for decision in ("integrazioni", "respingi", "pubblica", "lascia"):
        yield f"/admin/practices/submission/{case}/azioni/{decision}/"
    yield f"/admin/practices/submission/{case}/fascicolo/?note=1"
    yield "/admin/practices/submission/per-conto/"
    yield f"/admin/practices/submission/{case}/proposta/"
    live = Submission.objects.filter(status=Status.PUBLISHED, practice__submissions__status=Status.SUPERSEDED).first()
    live = live or Submission.objects.filter(status=Status.PUBLISHED)[0]
    yield "/admin/practices/practice/?stato=pubblicate"
    yield f"/admin/practices/practice/{live.practice_id}/change/"
    for page in ("correzione/", "azioni/archivia/"):
        yield f"/admin/practices/practice/{live.practice_id}/{page}"
    yield "/admin/news/news/"
    yield f"/admin/news/news/{News.objects.earliest('pk').pk}/anteprima/"
    yield "/admin/networks/organisation/"
    yield "/admin/networks/affiliation/"
    yield "/admin/practices/theme/"
    yield "/admin/practices/reading/"
    reading = Reading.objects.current().filter(declared_by__email="torino@demo.example").latest("pk")
    yield f"/admin/practices/reading/{reading.pk}/change/"
    yield f"/admin/practices/reading/{reading.pk}/azioni/contesta/"


def chief_pages() -> Iterator[str]:
    case = one(Status.UNDER_REVIEW, "comune-di-reggio-emilia")
    yield f"/admin/practices/submission/{case}/azioni/riassegna/"
    yield "/admin/practices/submission/assenza/"
    yield "/admin/networks/editor/"
    yield "/admin/networks/editor/nomina/"
    yield f"/admin/networks/editor/{Editor.objects.get(email='redazione1@demo.example').pk}/congeda/"
    yield "/scrivania/e-mail/"
    yield "/admin/notes/note/"


def found_wrong(page: Page, base: str, addresses: Iterable[str], sizes: Iterable[Size] = (DESKTOP, PHONE)) -> Wrong:
    """What is wrong at each address, by the window's width; the page is loaded once and the window made narrow."""
    wrong: Wrong = {}
    for address in addresses:
        page.set_viewport_size(DESKTOP)
        page.goto(f"{base}{address}")
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


def test_pages_of_citizens(chromium: Browser, live_server: LiveServer, passwords: dict[str, str]) -> None:
    """axe looks at each in Italian on a desktop and in English on a telephone; nothing sticks out in either language."""
    base, english = live_server.url, ["/en/embed/list/?ambito=casa"]
    wrong: Wrong = {}
    with opened(chromium) as page:
        for address in CITIZEN:
            wrong |= found_wrong(page, base, [address], sizes=[DESKTOP])
            page.set_viewport_size(PHONE)
            other = in_other_language(page)
            wide, found = overflow(page), [] if other else violations(page)
            if wide or found:
                wrong[f"{address} 360"] = (wide, found)
            english += [other] if other else []
        # English words are longer: what does not fit does not fit on a phone.
        wrong |= found_wrong(page, base, list(dict.fromkeys(english)), sizes=[PHONE])
        wrong |= found_wrong(page, base, preview_pages())
    assert wrong == {}
    # Without one are the two for frames and the handbooks only.
    assert len(english) == len(CITIZEN) - len(HANDBOOKS) - 1


def test_who_only_reads_gets_no_cookie_and_nobody_else_is_asked(
    chromium: Browser, live_server: LiveServer, passwords: dict[str, str]
) -> None:
    """Every address that every public page asks for, in both languages. Forms have one technical cookie, against forgery."""
    base, asked, english = live_server.url, dict[str, set[str]](), set[str]()
    forms = [one for one in CITIZEN if one.startswith("/accesso/") or one.endswith("/segnala/")]
    for addresses in (forms, [one for one in CITIZEN if one not in forms]):
        with opened(chromium) as page:
            page.on("request", lambda request: asked.setdefault(urlsplit(request.url).netloc, set()).add(request.url))
            for address in addresses:
                page.goto(f"{base}{address}")
                english |= {in_other_language(page) or "/en/embed/list/?ambito=casa"}
                if addresses is not forms:
                    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
                    assert (page.context.cookies(), kept) == ([], [0, 0, ""]), address
            if addresses is forms:
                assert {cookie["name"] for cookie in page.context.cookies()} == {"csrftoken"}
    with opened(chromium) as page:
        page.on("request", lambda request: asked.setdefault(urlsplit(request.url).netloc, set()).add(request.url))
        # The words are others, what is asked for is the same: some of them.
        some = sorted(english)[::4]
        for address in some:
            page.goto(f"{base}{address}")
    # "": pictures that a style sheet carries in itself.
    assert set(asked) - {""} == {urlsplit(base).netloc}
    assert len(asked[urlsplit(base).netloc]) > len(CITIZEN) + len(some)


def test_pages_of_officers(chromium: Browser, live_server: LiveServer, passwords: dict[str, str]) -> None:
    base = live_server.url
    with opened(chromium) as page:
        # The manager sees the drafts; the coordinator of the network is the lead's person, who sees the others' cases.
        log(page, base, "responsabile.reggio@demo.example", passwords)
        assert found_wrong(page, base, officer_pages()) == {}
    with opened(chromium) as page:
        log(page, base, "rete@demo.example", passwords)
        remarked = f"/scrivania/schede/{one(Status.CHANGES_REQUESTED, 'comune-di-torino')}/"
        assert found_wrong(page, base, ("/scrivania/", "/scrivania/reti/le-citta-del-dialogo/", remarked)) == {}
    with opened(chromium) as page:
        # Who declares what was measured.
        log(page, base, "torino@demo.example", passwords)
        assert found_wrong(page, base, ("/scrivania/", *readings_pages())) == {}


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
