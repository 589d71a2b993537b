"""The log: one object a line, with the code of the request, and nothing that anybody wrote, typed or was sent."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from environs import Env
from post_office.models import STATUS, Email

from portal.lib import mail
from portal.observation import variables
from portal.observation.logs import JsonFormatter, TextFormatter, sieved
from portal.observation.request_id import HEADER, RequestIdFilter, RequestIdMiddleware
from tests import make
from tests.demo import free_port
from tests.mail_server import Inbox, server
from tests.nodes import Node, ask
from tests.samples import client_of
from tests.test_mail_delivery import sender

EMAIL, TOKEN, WORD, MACHINE = "canarina@canarino.example", "kAnArInO12345678901234567890", "canarinosegreto", "203.0.113.77"
CANARIES = re.compile("|".join(re.escape(word) for word in (EMAIL, quote(EMAIL), TOKEN, WORD, MACHINE)), re.IGNORECASE)


class Lines:
    """What production would have written and, beside it, what Python writes by itself."""

    def __init__(self) -> None:
        self.ours, self.plain = io.StringIO(), io.StringIO()

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.ours.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    found, root, handlers = Lines(), logging.getLogger(), []
    level = root.level
    for stream, formatter in ((found.ours, JsonFormatter()), (found.plain, logging.Formatter("%(message)s"))):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(RequestIdFilter())
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


# Every address -----------------------------------------------------------------------------------------------------
def addresses(patterns: Any, begin: str = "/") -> Iterator[str]:
    """Every address of the resolver, with canaries where it takes words and 1 where it takes a number."""
    for pattern in patterns:
        route = begin + _filled(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _filled(route: str) -> str:
    for part, value in ((r"<int:\w+>", "1"), (r"<slug:\w+>", WORD), (r"<(?:\w+:)?\w+>", quote(EMAIL))):
        route = re.sub(part, value, route)
    # allauth's and the admin's are regular expressions.
    return re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", TOKEN, route).replace("^", "").replace("$", "").replace("\\", "")


def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """A database that refuses, and says in which words; but for who is there and for the test's own savepoints."""
    if "django_session" in sql or 'FROM "networks_user"' in sql or "SAVEPOINT" in sql:
        return execute(sql, params, many, context)
    raise IntegrityError(f"duplicate key value: Key (email)=({EMAIL}) already exists, {WORD} {TOKEN}")


@pytest.mark.django_db
@pytest.mark.no_cover
def test_no_canary_of_any_address_method_or_failure_is_logged(lines: Lines) -> None:
    chief = make.editor_user(chief=True)
    found: dict[int, int] = {}
    query = f"?q={WORD}&email={quote(EMAIL)}&token={TOKEN}"
    body = {"login": EMAIL, "email": EMAIL, "password": WORD, "title": WORD, "q": WORD}
    said = {
        "headers": {"Referer": f"https://x.example/{WORD}", "User-Agent": WORD, HEADER: TOKEN, "X-Forwarded-For": MACHINE},
        "REMOTE_ADDR": MACHINE,
    }
    paths = sorted(set(addresses(get_resolver().url_patterns)))
    assert len(paths) > 250
    # Who is not there and what is refused; then what fails, for somebody who passes the doors.
    for person, execute in ((None, None), (chief, broken)):
        client = client_of(person)
        client.raise_request_exception = False
        for path in paths:
            if person and "logout" in path:
                continue
            for method, data in (("get", None), ("post", body)):
                with connection.execute_wrapper(execute) if execute else nullcontext():
                    response = getattr(client, method)(path + query, data, **said)
                found[response.status_code] = found.get(response.status_code, 0) + 1
    # Every way to fail was there, and each was told.
    assert found[500] > 200, found
    assert min(found[status] for status in (302, 404, 405)) > 0, found
    told = lines.read()
    assert len([line for line in told if line["logger"] == "portal.requests"]) == sum(found.values())
    assert len([line for line in told if line.get("error")]) > found[500] / 2
    assert CANARIES.findall(lines.ours.getvalue()) == []
    # Without the sieve they would all be there.
    assert {word.lower() for word in CANARIES.findall(lines.plain.getvalue())} >= {EMAIL, TOKEN.lower(), WORD}


@pytest.mark.django_db
def test_forged_hosts_tokens_and_bodies_are_not_logged_either(lines: Lines) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    statuses = [
        client.get("/", HTTP_HOST=f"{WORD}.example").status_code,
        client.get(f"/%00{WORD}").status_code,
        client.post("/accesso/login/", {"login": EMAIL, "csrfmiddlewaretoken": WORD}).status_code,
        client.post("/accesso/login/", {"login": EMAIL}, headers={"Origin": f"https://{WORD}.example"}).status_code,
        client.post("/accesso/login/", WORD.encode(), content_type=f"multipart/form-data; boundary={WORD}\xe0").status_code,
        client.generic(WORD.upper(), "/").status_code,
    ]
    assert statuses == [400, 400, 403, 403, 403, 403]
    assert {line["message"] for line in lines.read()} == {"answered", "Bad Request", "Forbidden"}
    assert {line["method"] for line in lines.read()} == {"GET", "POST", "other"}
    assert CANARIES.findall(lines.ours.getvalue()) == []
    assert CANARIES.findall(lines.plain.getvalue()) != []


# What a line holds -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_failure_is_told_with_its_code_page_class_and_places(lines: Lines) -> None:
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(broken):
        response = client.get("/schede-che-non-ci-sono/"), client.get(f"/pratiche/{WORD}/?q={WORD}")
    failure = [line for line in lines.read() if "error" in line and line["status"] == 500][-1]
    assert failure.pop("time").endswith("+00:00")
    assert [place for place in failure.pop("at") if place.startswith("portal/lib/public_page.py:")] != []
    assert failure == {
        "level": "ERROR",
        "logger": "django.request",
        "message": "Internal Server Error",
        "request": response[1][HEADER],
        "method": "GET",
        "page": "practices:practice",
        "route": "pratiche/<slug:slug>/",
        "status": 500,
        "error": ["IntegrityError"],
    }
    missing = [line for line in lines.read() if line["status"] == 404 and line["logger"] == "django.request"]
    assert [line["request"] for line in missing] == [response[0][HEADER]]


@pytest.mark.django_db
def test_numbers_of_an_address_are_told(lines: Lines) -> None:
    client_of(make.editor_user(chief=True)).get("/scrivania/schede/987654/")
    assert [line["numbers"] for line in lines.read() if line["logger"] == "portal.requests"] == [{"pk": 987654}]


def test_what_is_logged_while_a_request_is_answered_has_its_code(lines: Lines) -> None:
    def view(request: Any) -> HttpResponse:
        logging.getLogger("botocore.hooks").info("Changing event name from %s to %s after %d", WORD, EMAIL, 3)
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/"))
    logging.getLogger("x").warning("after")
    during, answered, after = lines.read()
    assert (during["request"], during["message"]) == (response[HEADER], "Changing event name from … to … after 3")
    assert answered["request"] == response[HEADER]
    assert (after["message"], "request" in after) == ("after", False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Failed to send email #12", "Failed to send email #12"),
        (f"to {EMAIL}, refused", "to … refused"),
        (f"({EMAIL})", "…"),
        ("Invalid HTTP_HOST header: 'canarino.example'. You may", "Invalid HTTP_HOST header: …. You may"),
        ("It can't be what it isn't", "It can't be what it isn't"),
        (f"GET /anteprima/{TOKEN}/?q=x done", "GET … done"),
        (f"https://x.example/{WORD} is away", "… is away"),
        (f"from {MACHINE} and 2001:db8::7 again", "from … and … again"),
        (f"token {TOKEN} expired", "token … expired"),
    ],
)
def test_what_a_library_wrote_into_its_text_is_sieved(text: str, kept: str) -> None:
    assert sieved(text) == kept


@pytest.mark.parametrize(
    ("message", "args", "told"),
    [
        ("%s has %d", (WORD, 3), "… has 3"),
        ("%(who)s has %(number)d", ({"who": WORD, "number": 3},), "… has 3"),
        ("%d of them", (WORD,), "%d of them"),
        (ValueError(WORD), (), "ValueError"),
        ("", (), ""),
    ],
)
def test_of_what_is_put_into_a_message_numbers_alone_are_told(message: Any, args: tuple[Any, ...], told: str) -> None:
    record = logging.makeLogRecord(
        {"name": "x", "msg": message, "args": args[0] if args and isinstance(args[0], dict) else args}
    )
    assert json.loads(JsonFormatter().format(record))["message"] == told


def test_causes_are_told_by_their_classes_and_chains_that_bite_their_tail_end() -> None:
    first, second = KeyError(WORD), ValueError(WORD)
    try:
        raise second from first
    except ValueError:
        first.__context__ = second
        record = logging.makeLogRecord({"name": "x", "msg": "Failed", "levelname": "ERROR", "exc_info": sys.exc_info()})
    found = json.loads(JsonFormatter().format(record))
    assert found["error"] == ["ValueError", "KeyError"]
    assert WORD not in str(found)
    text = TextFormatter().format(record)
    assert "\n" not in text
    assert re.match(r'\S+ ERROR x Failed error=\["ValueError", "KeyError"\] at=\["tests/test_logs.py:\d+ test_causes', text)


# The settings ------------------------------------------------------------------------------------------------------
def settled(monkeypatch: pytest.MonkeyPatch, *, development: bool = False, **said: str) -> tuple[str, str]:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    found = variables.logs(Env(), development=development)
    return found["handlers"]["console"]["formatter"], found["root"]["level"]


def test_production_writes_json_and_a_developer_reads_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settled(monkeypatch) == ("json", "WARNING")
    assert settled(monkeypatch, LOG_FORMAT="text", LOG_LEVEL="info") == ("text", "INFO")
    assert settled(monkeypatch, development=True, LOG_LEVEL="DEBUG") == ("whole", "DEBUG")
    assert settled(monkeypatch, development=True, LOG_FORMAT="json") == ("json", "DEBUG")


@pytest.mark.parametrize("wrong", [{"LOG_FORMAT": "xml"}, {"LOG_LEVEL": "DEBUG"}, {"LOG_LEVEL": "LOUD"}])
def test_libraries_that_tell_everything_are_not_for_production(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is json or text"):
        settled(monkeypatch, **wrong)


# Real processes ----------------------------------------------------------------------------------------------------
class Refusing(Inbox):
    """A mail server that knows nobody, and says whom."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        return f"550 <{address}> {WORD} is unknown"


@pytest.mark.django_db(transaction=True)
def test_who_could_not_be_written_to_is_not_logged(tmp_path: Path) -> None:
    mail.queue([EMAIL], WORD, WORD)
    port, log = free_port(), tmp_path / "log"
    with server(Refusing(), port), log.open("wb") as said:
        assert sender(port, tmp_path, said, LOG_FORMAT="json").wait(60) == 0
    assert Email.objects.get().status == STATUS.requeued
    assert CANARIES.findall(log.read_text()) == []
    [line] = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert (line["logger"], line["message"], line["error"]) == (
        "post_office",
        f"Failed to send email #{Email.objects.get().pk}",
        ["SMTPRecipientsRefused"],
    )


def test_the_server_itself_logs_no_canary_with_its_own_log_switched_on(tmp_path: Path) -> None:
    """Gunicorn writes addresses, and the words of exceptions that come while a page is being sent."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "INFO",
        "BEHIND_PROXY": "1",
        "TRUSTED_PROXIES": "1",
        "GUNICORN_CMD_ARGS": "--access-logfile -",
    }
    node = Node(environment, tmp_path)
    node.begin()
    try:
        node.wait()
        code = "0123456789abcdef0123456789abcdef"
        said = {"X-Forwarded-For": MACHINE, "Referer": WORD, "User-Agent": WORD}
        given = ask(node, f"/{WORD}/{EMAIL}?token={TOKEN}", **said, **{HEADER: code})
        # There is no table in this database.
        answers = [given, ask(node, f"/pratiche/?q={WORD}", **said), ask(node, "/", Host=f"{WORD}.example")]
    finally:
        node.stop()
    written = (tmp_path / "node.log").read_text()
    assert CANARIES.findall(written) == []
    told = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert given[HEADER] == code
    for logger in ("portal.requests", "gunicorn.access"):
        found = [(line["request"], line["status"]) for line in told if line["logger"] == logger]
        assert found == [(answer[HEADER], answer.status_code) for answer in answers], logger
