"""Every page type of citizens, officers and editors: axe-core finds nothing and nothing sticks out, on a desktop and a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.demo.accounts import create
from portal.demo.cases import Cases
from practices.importing import import_practices
from practices.models import Submission
from practices.models.choices import Status
from tests.browser import DESKTOP, PHONE, log_in, opened, overflow, violations
from tests.reference import load_reference_data, practice_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CITIZEN = (
    "/",
    "/pratiche/",
    "/pratiche/?q=scuola&ambito=casa&territorio=toscana",
    "/pratiche/?q=nonesistedavvero",
    "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/",
    "/pratiche/non-esiste/",  # the page of what is not there
    "/regioni/",
    "/regioni/emilia-romagna/",
    "/comuni/torino/",
    "/comuni/agrigento/",
    "/enti/unione-dei-comuni-del-rubicone/",
    "/enti/associazione-nazionale-dei-comuni-italiani/",
    "/reti/",
    "/reti/le-citta-del-dialogo/?data=2013-09-24",
    "/accordi/",
    "/accordi/accordo-quadro-mlps-reggio-2013/",
    "/accesso/login/",
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
    return found


def one(status: Status, town: str) -> int:
    return Submission.objects.filter(status=status, organisation__slug=town).order_by("pk")[0].pk


def officer_pages() -> Iterator[str]:
    draft = one(Status.DRAFT, "comune-di-reggio-emilia")
    yield "/scrivania/"
    yield "/scrivania/nuova/"
    for page in ("", "invio/", "anteprima/", "azioni/elimina/", "sezioni/allegati/"):
        yield f"/scrivania/schede/{draft}/{page}"
    for section in ("identity", "territory", "people", "time", "why", "how", "means", "results", "lessons", "contacts"):
        yield f"/scrivania/schede/{draft}/sezioni/{section}/"
    for status, town in (
        (Status.SUBMITTED, "unione-dei-comuni-del-rubicone"),
        (Status.UNDER_REVIEW, "comune-di-reggio-emilia"),
        (Status.CHANGES_REQUESTED, "comune-di-torino"),
        (Status.TO_CONFIRM, "unione-dei-comuni-del-rubicone"),
        (Status.WITHDRAWN, "comune-di-reggio-emilia"),
    ):
        yield f"/scrivania/schede/{one(status, town)}/"


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
    yield f"/admin/practices/submission/{case}/proposta/"
    live = Submission.objects.filter(status=Status.PUBLISHED, practice__submissions__status=Status.SUPERSEDED).first()
    live = live or Submission.objects.filter(status=Status.PUBLISHED)[0]
    yield "/admin/practices/practice/?stato=pubblicate"
    yield f"/admin/practices/practice/{live.practice_id}/change/"
    for page in ("correzione/", "azioni/archivia/"):
        yield f"/admin/practices/practice/{live.practice_id}/{page}"
    yield "/admin/networks/organisation/"
    yield "/admin/practices/theme/"


def found_wrong(page: Page, base: str, addresses: Iterator[str] | tuple[str, ...]) -> dict[str, object]:
    wrong: dict[str, object] = {}
    for address in addresses:
        page.goto(f"{base}{address}")
        wide, found = overflow(page), violations(page)
        if wide or found:
            wrong[address] = (wide, found)
    return wrong


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_type(
    chromium: Browser, live_server: LiveServer, passwords: dict[str, str], size: dict[str, int]
) -> None:
    base = live_server.url
    with opened(chromium, size=size) as page:
        assert found_wrong(page, base, CITIZEN) == {}
    with opened(chromium, size=size) as page:
        # The manager sees the drafts; the coordinator of the network is the lead's person, who sees the others' cases.
        log(page, base, "responsabile.reggio@demo.example", passwords)
        assert found_wrong(page, base, officer_pages()) == {}
    with opened(chromium, size=size) as page:
        log(page, base, "redazione1@demo.example", passwords)
        assert found_wrong(page, base, editor_pages()) == {}


def log(page: Page, base: str, email: str, passwords: dict[str, str]) -> None:
    log_in(page, base, email, passwords[email])
