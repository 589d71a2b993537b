"""Whatever is sent to any address, in its path, its parameters, its forms: an answer, and never one of ours that failed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse
from lxml import html

from practices.models import Submission
from practices.record import SECTIONS
from tests import hostile, make
from tests.html_forms import Data, forms_of
from tests.samples import client_of
from tests.tables import undone, writes
from tests.test_access import ADDRESSES, address, expected, world  # noqa: F401
from tests.world import World

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
# Who is asked for, in this order: whoever may do most first.
ROLES = ("root", "chief", "editor", "manager", "officer", "other", "coordinator", "outsider", "anonymous")
# Of a form's fields so many are sent alone too.
ALONE = 6
LONGEST = 5_000  # bytes of a query, below what is refused for its length
NOT_TYPED = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


@pytest.fixture(scope="module")
def walk(world: World) -> "Walk":  # noqa: F811
    return Walk(world)


class Walk:
    """The addresses of tests/test_access.py, with somebody for each; the admin's pages of each model; an officer's draft."""

    def __init__(self, world: World) -> None:  # noqa: F811
        people = world.people
        self.clients = {role: client_of(people[role]) for role in ROLES}
        for client in self.clients.values():
            client.raise_request_exception = False
        ours = Submission.objects.get(title="In esame").organisation
        draft = make.submission(of=ours, by=people["officer"], title="Da scrivere")
        self.pages: dict[str, list[tuple[str, str]]] = {}
        for name, row in ADDRESSES.items():
            url = address(name, world.args[row.args])
            may = [role for role in ROLES if expected(name, "get")[role] == 200] or ["officer"]
            # Of a public page everybody reads the same.
            self.pages[name] = [(url, "anonymous" if "anonymous" in may else may[0])]
        # Where the form stands that is sent to an address without a page.
        self.page_of: dict[str, str] = {}
        for section in SECTIONS:
            page, autosave = (reverse(f"desk:{view}", args=[draft.pk, section.name]) for view in ("section", "autosave"))
            self.pages[f"draft:section:{section.name}"] = [(page, "officer")]
            self.pages[f"draft:autosave:{section.name}"] = [(autosave, "officer")]
            self.page_of[autosave] = page
        for page in ("case", "send", "links", "hand_over", "preview"):
            self.pages[f"draft:{page}"] = [(reverse(f"desk:{page}", args=[draft.pk]), "officer")]
        for model in admin.site._registry:
            options = model._meta
            first = model._default_manager.order_by("pk").values_list("pk", flat=True).first() or 1
            label = f"{options.app_label}_{options.model_name}"
            found = [reverse(f"admin:{label}_{page}") for page in ("changelist", "add")]
            found += [reverse(f"admin:{label}_{page}", args=[first]) for page in ("change", "delete", "history")]
            self.pages[f"admin:{label}"] = [(url, "root") for url in found]

    def get(self, url: str, role: str) -> HttpResponse:
        with undone():
            return self.clients[role].get(url)


def why(response: HttpResponse, *said: Any) -> list[tuple[Any, ...]]:
    """Empty, unless the answer is one of ours that failed."""
    if hostile.status(response) < 500:
        return []
    kind, error, _trace = getattr(response, "exc_info", None) or (None, None, None)
    return [(*(str(one)[:200] for one in said), response.status_code, getattr(kind, "__name__", ""), str(error)[:200])]


EVERY = sorted({*ADDRESSES, *(f"draft:{page}" for page in ("case", "send", "links", "hand_over", "preview"))})
SECTION_PAGES = [f"draft:{page}:{section.name}" for page in ("section", "autosave") for section in SECTIONS]
# Of days and of files: none of these values is one.
WITHOUT_TEXTS = {"draft:autosave:time", "draft:autosave:attachments"}
MODELS = [f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
# In forms too, so few that all of them go through every form.
IN_FORMS = [said for said in hostile.CRITICAL if said not in {"nul inside", "half a character", "many digits", "1e400"}]
IN_ADMIN = ["nul", "surrogate", "64 bits and one", "less than 64 bits", "year 1"]
IN_PATHS = ("nul", "surrogate", "64 bits and one", "many digits", "a path", "a line's end")


@pytest.mark.parametrize("name", sorted(name for name, row in ADDRESSES.items() if row.args))
def test_in_the_path(walk: Walk, world: World, name: str) -> None:  # noqa: F811
    [(url, role)] = walk.pages[name]
    failed = []
    for place, argument in enumerate(world.args[ADDRESSES[name].args]):
        before, found, after = url.rpartition(f"/{argument}" if f"/{argument}" in url else str(argument))
        assert found, (url, place)
        for value in IN_PATHS:
            asked = f"{before}/{hostile.VALUES[value]}{after}"
            response = walk.get(asked, role)
            failed += why(response, asked)
            assert response.status_code == 400 or value not in hostile.BEFORE_PAGES, asked
    assert failed == []


@pytest.mark.parametrize("name", EVERY)
def test_in_the_parameters_that_a_page_reads(walk: Walk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = []
    for url, role in walk.pages[name]:
        with hostile.names_read(monkeypatch) as names:
            walk.get(f"{url}?x=1", role)
        # What we ask ourselves, and the method of that name, which a template looks for among the parameters first.
        names -= {"x", "urlencode"}
        for said, asked in queries(sorted(names)):
            response = walk.get(f"{url}?{asked}", role)
            failed += why(response, url, said, sorted(names))
            assert response.status_code == hostile.BEFORE_PAGES.get(said, response.status_code), (url, said)
    assert failed == []


def queries(names: list[str]) -> Iterator[tuple[str, str]]:
    """Every critical value in all parameters at once, the others in turn; of a page that reads none, what is refused anyway."""
    for said, value in hostile.CRITICAL.items():
        if said in hostile.BEFORE_PAGES:
            yield said, hostile.encoded({(names or ["x"])[0]: value})
        elif names:
            yield said, hostile.encoded(dict.fromkeys(names, value))[:LONGEST]
    for turn in range(5 if names else 0):
        yield f"turn {turn}", hostile.encoded(hostile.rotated(names, list(hostile.OTHERS.values()), turn))


@pytest.mark.parametrize("name", MODELS)
def test_in_the_parameters_of_the_admins_lists(walk: Walk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = []
    values = [value for said, value in hostile.VALUES.items() if said not in hostile.BEFORE_PAGES]
    changelist, _role = walk.pages[name][0]
    with hostile.names_read(monkeypatch) as names:
        page = walk.get(changelist, "root")
    linked = page.content.decode(errors="replace").split('href="?')[1:]
    filters = {pair.partition("=")[0] for link in linked for pair in link.partition('"')[0].split("&amp;")}
    asked = sorted({*names, *filters, *hostile.LOOKUPS, *hostile.OF_ADMIN} - {""})
    # Each by itself: the first that a list does not know ends its reading.
    for place, one in enumerate(asked):
        value = values[(7 * place + len(name)) % len(values)]
        failed += why(walk.get(f"{changelist}?{one}={value}", "root"), changelist, one, value)
    for url, role in walk.pages[name][1:]:
        for turn in range(2):
            names_of_page = ["_popup", "_to_field", "_changelist_filters", "term", *filters]
            query = hostile.encoded(hostile.rotated(names_of_page, values, turn))
            failed += why(walk.get(f"{url}?{query}", role), url, query)
    assert failed == []


def forms(page: HttpResponse, url: str) -> Iterator[tuple[str, Data]]:
    """Address and data of each form of the page that is sent by POST."""
    if page.status_code not in {200, 422} or "html" not in page.headers.get("Content-Type", ""):
        return
    for attributes, data in forms_of(page):
        if attributes.get("method", "").lower() == "post" and "logout" not in attributes.get("action", ""):
            yield attributes.get("action", "").partition("#")[0] or url, data


@pytest.mark.parametrize("name", [*EVERY, *SECTION_PAGES, *MODELS])
def test_in_the_forms(walk: Walk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, written = [], set[str]()
    for url, role in walk.pages[name]:
        page = walk.get(walk.page_of.get(url, url), role)
        found = [(url if url in walk.page_of else to, data, texts_of(page, data)) for to, data in forms(page, url)]
        if not found:
            # What is sent by scripts, and what answers to POST alone: the names that it asks for.
            with undone(), hostile.names_read(monkeypatch) as names:
                if walk.clients[role].post(url, {"x": "1"}).status_code == 405:
                    continue
            found = [(url, {one: ["1"] for one in names - NOT_TYPED}, names - NOT_TYPED)]
        for turn, (target, data, texts) in enumerate(found):
            wrong, tables = sent_to(walk.clients[role], target, data, texts, turn + len(name))
            failed += wrong
            written |= tables
    assert failed == []
    # What is sound is saved, beside what is not: some of these values reach the database.
    assert ":autosave:" not in name or name in WITHOUT_TEXTS or "practices_submission" in written


def sent_to(client: Client, url: str, data: Data, texts: set[str], turn: int) -> tuple[list[tuple[Any, ...]], set[str]]:
    """Every critical value in all texts at once, the others in turn in all fields; then some fields alone.

    What is chosen, counted or hidden stays as it is in the first: else nothing that was written would be looked at.
    """
    # Django's own forms of the models, many and large; ours below the same address are few.
    is_admin = url.endswith(("/add/", "/change/"))
    fields = sorted(set(data) - {"csrfmiddlewaretoken"})
    whole = hostile.plain(data)
    values = list(hostile.VALUES)
    tries: list[tuple[str, dict[str, Any]]] = [
        (said, {**whole, **dict.fromkeys(sorted(texts), hostile.CRITICAL[said])})
        for said in (IN_ADMIN if is_admin else IN_FORMS)
    ]
    tries.append(("nul everywhere", {**whole, **dict.fromkeys(fields, hostile.CRITICAL["nul"])}))
    for n in range(2):
        tries.append((f"turn {n}", {**whole, **hostile.rotated(fields, list(hostile.OTHERS.values()), turn + n)}))
    step = max(1, len(fields) // (2 if is_admin else ALONE))
    for place in range(turn % step, len(fields), step):
        said = values[(3 * place + turn) % len(values)]
        tries.append((f"{fields[place]}: {said}", {**whole, fields[place]: hostile.VALUES[said]}))
    failed, written = [], set[str]()
    for said, sent in tries:
        with undone(), writes() as tables:
            failed += why(hostile.post(client, url, sent), url, said)
        written |= tables
    return failed, written


# How a form is shown again is the same on both engines.
@pytest.mark.walk
@pytest.mark.parametrize("name", [*EVERY, *(page for page in SECTION_PAGES if "section" in page), "admin:news_news"])
def test_what_is_refused_comes_back_as_it_was_typed(walk: Walk, name: str) -> None:
    """Of the texts: what is chosen from a list and is not on it has no place there."""
    typed = {"long": "è <b>&amp;</b> \u201cx\u201d " * 4_000, "a bell": "un\x07segno"}
    lost = []
    for url, role in walk.pages[name]:
        page = walk.get(url, role)
        for target, data in forms(page, url):
            texts = texts_of(page, data)
            for said, text in typed.items():
                with undone():
                    answer = walk.clients[role].post(target, {**data, **dict.fromkeys(texts, text)})
                if answer.status_code != 422:
                    continue
                shown = next((found for _url, found in forms(answer, target) if texts <= set(found)), {})
                lost += [(target, said, one) for one in texts if shown.get(one, [""])[0].strip() != text.strip()]
    assert lost == []


def texts_of(page: HttpResponse, data: Data) -> set[str]:
    """The names of a form's lines and areas of text."""
    tree = html.fromstring(page.content.decode())
    lines = tree.xpath("//textarea/@name | //input[not(@type) or @type='text' or @type='url' or @type='email']/@name")
    # Of the row that a script copies nothing is sent by a browser.
    return {str(name) for name in lines if "__prefix__" not in name} & set(data)


HEADERS = (
    "Accept",
    "Accept-Language",
    "If-None-Match",
    "If-Modified-Since",
    "Referer",
    "Cookie",
    "X-Forwarded-For",
    "Range",
)


COOKIES = "sessionid={0}; csrftoken={0}; messages={0}; django_language={0}"


# Nothing of a header reaches the database but a key of the session, a text.
@pytest.mark.walk
@pytest.mark.parametrize(
    "url", ["/", "/pratiche/", "/accesso/", "/admin/login/", "/pratiche/pratiche.csv", "/api/v1/pratiche"]
)
def test_in_the_headers(walk: Walk, url: str) -> None:
    """Each value in each header; in one request all of them, each with another one."""
    # Servers refuse lines' ends and NUL themselves.
    texts = [value.replace("%00", "%01")[:8_000] for value in hostile.VALUES.values()]
    failed = []
    for turn in range(len(texts)):
        sent = {header: texts[(turn + place) % len(texts)] for place, header in enumerate(HEADERS)}
        sent["Cookie"] = COOKIES.format(sent["Cookie"])
        failed += why(Client(raise_request_exception=False).get(url, headers=sent), url, sent)
    assert failed == []


@login_not_required
def failing(request: HttpRequest) -> HttpResponse:
    raise ValueError("out of range")


class Broken:
    """The portal's addresses and one that fails."""

    urlpatterns = [path("fallisce/", failing), *get_resolver().url_patterns]


def test_the_walk_finds_what_fails(walk: Walk, settings: Any) -> None:
    """And nothing that it did remains."""
    before = list(Submission.objects.order_by("pk").values("pk", "status", "title"))
    response = walk.get("/pratiche/?q=casa", "anonymous")
    assert why(response, "/pratiche/") == []
    settings.ROOT_URLCONF = Broken
    assert why(walk.get("/fallisce/", "anonymous"), "here") == [("here", 500, "ValueError", "out of range")]
    assert list(Submission.objects.order_by("pk").values("pk", "status", "title")) == before
