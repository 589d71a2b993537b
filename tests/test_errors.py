"""Error pages: in both languages, with the code of the request, and without the database."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure
from lxml import html

from portal.body import Body
from portal.observation.request_id import HEADER, RequestIdMiddleware
from tests import make
from tests.nodes import Node, ask

HOME = {"it": "/", "en": "/en/"}
# What each page says first, by its file.
SAID = {
    "400": {"it": "La richiesta non è valida", "en": "The request is not valid"},
    "403": {"it": "Non puoi aprire questa pagina", "en": "You cannot open this page"},
    "403_csrf": {"it": "Il modulo è scaduto", "en": "The form has expired"},
    "404": {"it": "Questa pagina non c'è", "en": "This page does not exist"},
    "405": {"it": "Questo indirizzo non si apre così", "en": "This address cannot be opened like this"},
    "410": {"it": "Questa pratica è stata rimossa", "en": "This practice has been removed"},
    "411": {"it": "L'invio non dice quanto è lungo", "en": "What you sent does not say how long it is"},
    "414": {"it": "L'indirizzo è troppo lungo", "en": "The address is too long"},
    "413": {"it": "Ciò che hai inviato è troppo grande", "en": "What you have sent is too large"},
    "429": {"it": "Troppi tentativi in poco tempo", "en": "Too many attempts in a short time"},
    "500": {"it": "Qualcosa non ha funzionato", "en": "Something went wrong"},
    "503": {"it": "Il portale torna tra poco", "en": "The portal will be back soon"},
}


def code_on(page: Any) -> str:
    """The code that the reader is asked to quote."""
    [code] = page.xpath("//main//p[contains(., 'Codice dell') or contains(., 'Error code')]/code")
    return str(code.text)


def look_at(response: HttpResponse, name: str, language: str) -> None:
    """The right words in the right language, the same code as in the header, links to the pages in that language."""
    page = html.fromstring(response.content.decode())
    assert [" ".join(title.text_content().split()) for title in page.xpath("//h1")] == [SAID[name][language]]
    assert page.get("lang") == language
    assert code_on(page) == response[HEADER]
    assert HOME[language] in page.xpath("//body//a/@href")


# A process whose database is gone ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The file of the database cannot be opened, from the first request on."""
    folder = tmp_path_factory.mktemp("gone")
    variables = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"sqlite:///{folder}/nowhere/x.sqlite3"}
    found = Node({**variables, "LOG_FORMAT": "json", "ALLOWED_HOSTS": "localhost"}, folder)
    found.begin()
    try:
        found.wait()
        yield found
    finally:
        found.stop()


ASKED: dict[str, tuple[int, dict[str, Any]]] = {
    "400": (400, {"path": "%00"}),
    "403_csrf": (403, {"path": "accesso/login/", "method": "POST", "body": "login=x"}),
    "404": (404, {"path": "non-esiste/"}),
    "405": (405, {"path": "", "method": "OPTIONS"}),
    "413": (413, {"path": "", "method": "POST", "Content-Length": str(200 * 1024 * 1024)}),
    "503": (503, {"path": ""}),
}


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", sorted(ASKED))
def test_with_the_database_gone_the_page_comes_all_the_same(node: Node, name: str, language: str) -> None:
    status, asked = ASKED[name]
    # Somebody who was logged in, which nobody can tell now.
    said = {**asked, "path": HOME[language] + asked["path"], "Cookie": f"sessionid={'x' * 32}"}
    if name == "403_csrf" and language == "en":
        said["path"] = "/en/access/login/"
    response = ask(node, **said)
    assert response.status_code == status
    look_at(response, name, language)


# Each page by itself, in a process that may not ask the database ----------------------------------------------------
def shown(name: str, request: HttpRequest) -> HttpResponse:
    """As Django, the middlewares and the views answer."""
    match name:
        case "403":
            return defaults.permission_denied(request, PermissionDenied())
        case "403_csrf":
            return csrf_failure(request, reason=REASON_NO_CSRF_COOKIE)
        case "500":
            return defaults.server_error(request)
        case "400":
            from portal.open_data.api.answers import bad_request

            return bad_request(request, Exception())
    return render(request, f"{name}.html", {"reason": "x", "megabytes": 100}, status=int(name))


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", sorted(SAID.keys() - {"503"}))
def test_no_page_asks_the_database(name: str, language: str, settings: Any) -> None:
    """Without the mark pytest-django refuses every connection."""
    settings.BODY = Body(email="ufficio@example.org")
    request = RequestFactory().get(HOME[language])
    with translation.override(language):
        response = RequestIdMiddleware(lambda asked: shown(name, asked))(request)
    assert response.status_code == int(name[:3])
    look_at(response, name, language)
    assert "mailto:ufficio@example.org" in html.fromstring(response.content.decode()).xpath("//main//a/@href")


def test_the_pages_of_the_folder_are_all_looked_at(settings: Any) -> None:
    names = {path.stem for path in (Path(settings.BASE_DIR) / "templates").glob("[45]*.html")}
    assert names == set(SAID)


# The code ----------------------------------------------------------------------------------------------------------
OURS, PROXYS = re.compile(r"[0-9a-f]{16}"), "0123456789abcdef0123456789abcdef"


def code_for(given: str, **extra: Any) -> str:
    return Client().get("/healthz/no", headers={HEADER: given}, **extra)[HEADER]


def test_a_code_from_outside_is_not_believed() -> None:
    assert OURS.fullmatch(code_for(PROXYS))
    assert code_for(PROXYS) != code_for(PROXYS)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (PROXYS, True),
        ("0b5ee5f0-6f3e-4c53-9a31-1f8c8c1a4d90", True),
        ("abc", False),
        ("a" * 65, False),
        ("maria-rossi", False),
        ("0123456789\u00e0", False),
        ("", False),
    ],
)
def test_of_a_proxy_only_what_looks_like_a_code_is_taken(settings: Any, given: str, kept: bool) -> None:
    settings.BEHIND_PROXY = True
    found = code_for(given)
    assert (found == given, bool(OURS.fullmatch(found))) == (kept, not kept)


@pytest.mark.django_db
def test_a_page_that_is_kept_has_the_code_of_whoever_reads_it(settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    make.published()
    one, other = (Client().get("/") for _n in range(2))
    again = Client().get("/", headers={"If-None-Match": one["ETag"]})
    codes = {response[HEADER] for response in (one, other, again)}
    assert len(codes) == 3
    assert (again.status_code, one.content, one["ETag"]) == (304, other.content, other["ETag"])
    assert not any(code.encode() in page for page in (one.content, other.content) for code in codes)
    assert [response.cookies for response in (one, other)] == [{}, {}]
