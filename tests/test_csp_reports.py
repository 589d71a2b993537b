"""What browsers report of the Content-Security-Policy: the directive, the origin that was blocked, the kind of page; to the log."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.observation import csp_reports
from portal.observation.csp_reports import Budget, origin

OLD, NEW = "application/csp-report", "application/reports+json"
SECRET = "tok3nsegreto"


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """What each line of the log says, and a budget that nobody has spent."""
    found: list[dict[str, str]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.facts)  # type: ignore[attr-defined]

    handler = Kept()
    csp_reports.log.addHandler(handler)
    monkeypatch.setattr(csp_reports, "budget", Budget(csp_reports.LINES_A_MINUTE))
    yield found
    csp_reports.log.removeHandler(handler)


def told(content: Any, kind: str = OLD) -> tuple[int, bytes]:
    """As a browser sends it: without cookie and token."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = Client(enforce_csrf_checks=True).post("/csp/", body, content_type=kind)
    assert (response.cookies, response["Cache-Control"]) == ({}, "private, no-store")
    return response.status_code, response.content


def old(**changes: Any) -> dict[str, Any]:
    said = {
        "document-uri": f"https://portale.example/pratiche/anteprima/{SECRET}/?q={SECRET}",
        "referrer": f"https://portale.example/?{SECRET}",
        "violated-directive": "script-src 'self'",
        "effective-directive": "script-src",
        "original-policy": f"script-src {SECRET}",
        "blocked-uri": f"https://{SECRET}:x@cdn.example/{SECRET}.js?{SECRET}",
        "script-sample": SECRET,
        **changes,
    }
    return {"csp-report": said}


def new(**changes: Any) -> dict[str, Any]:
    body = {
        "documentURL": f"https://portale.example/en/practices/?q={SECRET}",
        "effectiveDirective": "img-src",
        "blockedURL": f"https://immagini.example:8443/{SECRET}.png",
        "sample": SECRET,
        **changes,
    }
    return {
        "type": "csp-violation",
        "age": 1,
        "url": f"https://portale.example/{SECRET}",
        "user_agent": SECRET,
        "body": body,
    }


def test_every_page_says_where_to_report() -> None:
    policy = Client().get("/non-esiste/")["Content-Security-Policy"]
    assert [part for part in policy.split("; ") if part.startswith("report-")] == ["report-uri /csp/"]


def test_both_forms_are_understood_and_nothing_but_three_words_is_said(lines: list[dict[str, str]]) -> None:
    assert [told(old()), told([new(), new(blockedURL="inline")], NEW)] == [(204, b"")] * 2
    assert lines == [
        {"directive": "script-src", "blocked": "https://cdn.example", "page": "practices:preview"},
        {"directive": "img-src", "blocked": "https://immagini.example:8443", "page": "practices:list"},
        {"directive": "img-src", "blocked": "inline", "page": "practices:list"},
    ]
    assert SECRET not in json.dumps(lines)


@pytest.mark.parametrize(
    "report",
    [
        old(**{"blocked-uri": "moz-extension"}),
        old(**{"blocked-uri": "chrome-extension://abcdef/x.js"}),
        old(**{"blocked-uri": "about"}),
        old(**{"source-file": "safari-web-extension://abcdef/x.js"}),
        old(**{"source-file": "moz-extension"}),
    ],
)
def test_what_an_extension_of_the_browser_did_is_left_out(lines: list[dict[str, str]], report: dict[str, Any]) -> None:
    assert told(report) == (204, b"")
    assert lines == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5000,
        [],
        {},
        7,
        None,
        "testo",
        [None, 7, "testo", []],
        {"csp-report": "testo"},
        {"csp-report": {"effective-directive": 7, "blocked-uri": []}},
        old(**{"effective-directive": "<script>"}),
        old(**{"effective-directive": "x" * 41}),
    ],
    ids=repr,
)
def test_what_is_no_report_is_passed_over(lines: list[dict[str, str]], content: Any) -> None:
    assert told(content) == (204, b"")
    assert lines == []


def test_a_large_one_is_not_read(lines: list[dict[str, str]]) -> None:
    least = len(json.dumps(old(**{"script-sample": ""})).encode())
    for more, said in ((csp_reports.MOST_BYTES - least, 1), (csp_reports.MOST_BYTES - least + 1, 1)):
        assert told(old(**{"script-sample": "x" * more})) == (204, b"")
        assert len(lines) == said


def test_who_sends_many_fills_no_disk(lines: list[dict[str, str]]) -> None:
    for _n in range(10):
        assert told([new()] * 10, NEW) == (204, b"")
    # Another minute may begin meanwhile.
    assert len(lines) in {csp_reports.LINES_A_MINUTE, 2 * csp_reports.LINES_A_MINUTE}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://CDN.example/x?y", "https://cdn.example"),
        ("wss://cdn.example:8080/", "wss://cdn.example:8080"),
        ("data:image/png;base64,AAAA", "data"),
        ("blob:https://portale.example/x", "blob"),
        ("eval", "eval"),
        ("https://a b.example/", ""),
        ("https://è.example/", ""),
        ("http://[::1", ""),
        ("https:///x", ""),
        ("una frase", ""),
        ("", ""),
    ],
)
def test_of_an_address_the_origin_alone_is_said(url: str, found: str) -> None:
    assert origin(url) == found
