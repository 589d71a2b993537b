"""Public pages that are kept: as they were sent, until anything public changes, and never a moment longer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from environs import Env
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from networks.models import Organisation
from portal import environment
from portal.lib import page_cache
from portal.lib.public_page import public_page
from portal.observation.request_id import HEADER
from practices.models import Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Refusal, editor, officer, practice
from tests import make

pytestmark = pytest.mark.django_db
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "of-tests"}


def forget() -> None:
    caches["pages"].clear()
    caches["fragments"].clear()


@pytest.fixture
def pages(settings: Any) -> Iterator[Any]:
    settings.CACHES = {**settings.CACHES, "pages": MEMORY, "fragments": {**MEMORY, "LOCATION": "fragments-of-tests"}}
    forget()
    yield caches["pages"]
    forget()


def sent(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    response = Client().get(url, headers=headers)
    # Everything but the code of the request, which is each reader's own; on the page it stands where something is missing.
    same = dict(response.headers.items())
    code = same.pop(HEADER).encode()
    assert (code in response.content) is (response.status_code >= 400)
    return response.status_code, response.content.replace(code, b""), same


ADDRESSES = [
    "/",
    "/en/",
    "/pratiche/",
    "/pratiche/?q=portierato",
    "/pratiche/atom.xml",
    "/regioni/",
    "/regioni/emilia-romagna/",
    "/ambiti/",
    "/ambiti/casa/",
    "/comuni/reggio-emilia/",
    "/enti/comune-di-reggio-emilia/",
    "/statistiche/",
    "/cerca/?q=casa",
]


def test_the_second_reader_gets_the_same_for_one_query(pages: Any) -> None:
    live = make.published()
    live.practice.refresh_from_db()
    for url in [*ADDRESSES, f"/pratiche/{live.practice.slug}/"]:
        first = sent(url)
        with CaptureQueriesContext(connection) as queries:
            second = sent(url)
        assert (second, len(queries)) == (first, 1), url
        with CaptureQueriesContext(connection) as queries:
            status, body, _headers = sent(url, **{"If-None-Match": first[2]["ETag"]})
        assert (status, body, len(queries)) == (304, b"", 1), url


def test_what_is_published_is_there_at_once_and_what_is_not_changes_nothing(pages: Any) -> None:
    waiting = make.submission(Status.UNDER_REVIEW, title="Casa comune")
    before = sent("/pratiche/")
    officer.start(waiting.organisation, by=make.officer_of(waiting.organisation), at=make.NOW, values=make.values())
    assert sent("/pratiche/") == before
    editor.publish(waiting, by=waiting.assignee, at=make.later(9))
    after = sent("/pratiche/")
    assert (before[1].count(b"Casa comune"), after[1].count(b"Casa comune") > 0) == (0, True)
    Organisation.objects.get(pk=waiting.organisation_id).save()
    assert sent("/pratiche/")[2]["ETag"] != after[2]["ETag"]


def queries_of(url: str) -> int:
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as queries:
        sent(url)
    return len(queries)


def test_pages_that_are_not_kept_share_the_choices_and_the_cards(pages: Any) -> None:
    """Of the list's other pages and orders; a filter of its own has counts of its own."""
    for n in range(3):
        make.published(title=f"Pratica {n}")
    first = queries_of("/pratiche/")
    body = sent("/pratiche/?ordine=titolo")[1]
    assert [queries_of(url) for url in ("/pratiche/", "/pratiche/?ordine=titolo", "/en/practices/")] == [2, 2, first]
    assert queries_of("/pratiche/?ambito=casa") == 4
    forget()
    assert sent("/pratiche/?ordine=titolo")[1] == body
    make.published(title="Un'altra")
    assert (b"Un&#x27;altra" in sent("/pratiche/")[1], queries_of("/pratiche/")) == (True, 2)


# Of pages that are made anew while the numbers of everything, and the cards, are kept.
WITH_KEPT_NUMBERS = {
    "/": 5,
    "/ambiti/": 1,
    "/ambiti/casa/": 3,
    "/regioni/": 1,
    "/regioni/emilia-romagna/": 5,
    "/comuni/reggio-emilia/": 8,
    "/statistiche/": 1,
}


def test_numbers_of_everything_are_worked_out_once_for_a_version(pages: Any) -> None:
    for n in range(3):
        make.published(title=f"Pratica {n}")
    before = {url: sent(url) for url in WITH_KEPT_NUMBERS}
    assert {url: queries_of(url) for url in WITH_KEPT_NUMBERS} == WITH_KEPT_NUMBERS
    make.published(title="Un'altra")
    after = {url: sent(url) for url in WITH_KEPT_NUMBERS}
    assert [url for url in after if after[url][1] == before[url][1]] == []
    forget()
    assert {url: sent(url) for url in WITH_KEPT_NUMBERS} == after


def shown(view: Any, path: str = "/x/") -> HttpResponseBase:
    found: HttpResponseBase = public_page(view)(RequestFactory().get(path))
    return found


@pytest.mark.parametrize(
    ("made", "is_kept"),
    [
        (lambda: HttpResponse("x"), True),
        (lambda: HttpResponse("x", status=410), False),
        (lambda: HttpResponse("x", headers={"Vary": "Accept"}), False),
        (lambda: HttpResponse(b"x" * page_cache.LARGEST), True),
        (lambda: HttpResponse(b"x" * (page_cache.LARGEST + 1)), False),
        (lambda: StreamingHttpResponse(iter(["x"])), False),
    ],
)
def test_only_pages_that_are_the_same_for_all_are_kept(pages: Any, made: Any, is_kept: bool) -> None:
    calls = []

    def view(request: HttpRequest) -> HttpResponseBase:
        calls.append(request)
        response: HttpResponseBase = made()
        return response

    assert [shown(view).status_code for _n in range(2)] == [made().status_code] * 2
    assert len(calls) == (1 if is_kept else 2)


def test_a_response_with_a_cookie_is_for_one_reader(pages: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("x")
        response.set_cookie("a", "b")
        return response

    shown(view)
    assert list(shown(view).cookies) == ["a"]


def test_addresses_do_not_share_a_page_however_long_or_odd(pages: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.get_full_path())

    paths = ["/x/", "/x/?a=1", "/x/?a=1&b=2", "/x/?b=2&a=1", f"/x/?{'a' * 50_000}", "/x/?%00%ff"]
    for _n in range(2):
        bodies = [shown(view, path).content for path in paths]  # type: ignore[attr-defined]
        assert len(set(bodies)) == len(paths)


def verbs(world: dict[str, Any]) -> dict[str, Any]:
    """What may happen to a portal with a published practice and one under review."""
    live, waiting, chief = world["live"], world["waiting"], world["chief"]
    at = make.NOW + timedelta(days=world["day"])
    return {
        "publish": lambda: editor.publish(waiting, by=waiting.assignee, at=at),
        "correct": lambda: practice.correct(live.practice, by=chief, at=at, values={"title": f"Titolo {world['day']}"}),
        "archive": lambda: practice.archive(live.practice, by=chief, at=at, notice="È concluso."),
        "restore": lambda: practice.restore(live.practice, by=chief, at=at),
        "remove": lambda: practice.remove(live.practice, by=chief, at=at, reason=RemovalReason.MISTAKE, text="Errore."),
        "confirm": lambda: practice.confirm_valid(live.practice, by=world["officer"], at=at),
        "revise": lambda: officer.revise(live.practice, by=world["officer"], at=at),
        "rename": lambda: Organisation.objects.get(pk=live.organisation_id).save(),
    }


NAMES = ["publish", "correct", "archive", "restore", "remove", "confirm", "revise", "rename"]


@hypothesis_settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(NAMES), min_size=3, max_size=6))
def test_after_whatever_happens_every_kept_page_is_as_a_fresh_one(pages: Any, happened: list[str]) -> None:
    with transaction.atomic():
        live = make.published(title="La pratica")
        world = {
            "live": live,
            "waiting": make.submission(Status.UNDER_REVIEW, title="Un'altra"),
            "chief": make.editor_user(chief=True),
            "officer": live.created_by,
        }
        live.practice.refresh_from_db()
        addresses = [*ADDRESSES, f"/pratiche/{live.practice.slug}/", f"/pratiche/{live.practice.slug}/versioni/"]
        for day, name in enumerate(happened, start=1):
            for url in addresses:
                sent(url)
            try:
                verbs({**world, "day": day})[name]()
            except Refusal:
                continue
            finally:
                world["live"] = Submission.objects.select_related("practice").get(pk=live.pk)
            seen = [sent(url) for url in addresses]
            assert [sent(url) for url in addresses] == seen
            # The pages anew of the parts that are kept; then everything anew.
            caches["pages"].clear()
            assert [sent(url) for url in addresses] == seen, happened
            forget()
            assert [sent(url) for url in addresses] == seen, happened
        transaction.set_rollback(True)
    forget()


@pytest.mark.parametrize(
    ("variables", "backend"),
    [
        ({}, "locmem.LocMemCache"),
        ({"PAGE_CACHE_ENTRIES": "0"}, "dummy.DummyCache"),
        ({"CACHE_URL": "redis://localhost:6379/1"}, "redis.RedisCache"),
        ({"CACHE_URL": "redis://localhost:6379/1", "PAGE_CACHE_ENTRIES": "0"}, "dummy.DummyCache"),
    ],
)
def test_where_pages_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, variables: dict[str, str], backend: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = environment.caches(Env(), tmp_path)
    assert found["pages"]["BACKEND"].removeprefix("django.core.cache.backends.") == backend
    assert found["default"] != found["pages"]
    assert found["fragments"]["BACKEND"].endswith("locmem.LocMemCache")
