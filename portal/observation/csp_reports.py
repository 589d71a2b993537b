"""What browsers report of the Content-Security-Policy: a line of the log with the directive, what was blocked and on which page."""

import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

MOST_BYTES = 16 * 1024
# Of one process: who sends a thousand fills no disk.
LINES_A_MINUTE = 20
# A browser's extensions, which are no business of the portal's.
_EXTENSION = re.compile(r"(?:\w+-)*extension|about|resource|chrome")
_WORD = re.compile(r"[a-z-]{1,40}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}(?::\d{1,5})?")
log = logging.getLogger("portal.csp")


class Budget:
    """So many in each minute. Threads that count at once may let one more through."""

    def __init__(self, most: int) -> None:
        self.most, self.minute, self.spent = most, 0, 0

    def take(self) -> bool:
        """Whether one more is left."""
        minute = int(time.monotonic() // 60)
        if minute != self.minute:
            self.minute, self.spent = minute, 0
        self.spent += 1
        return self.spent <= self.most


budget = Budget(LINES_A_MINUTE)


@csrf_exempt  # nosemgrep: csrf-exempt  # browsers send it without; it changes nothing
@login_not_required
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """The same empty answer to everybody. Nothing is kept."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) <= MOST_BYTES:
        for said in _reports(request.body):
            if (found := _facts(said)) and budget.take():
                log.warning("blocked", extra={"facts": found})
    return HttpResponse(status=204)


def _reports(body: bytes) -> Iterator[dict[str, Any]]:
    """In the older form, one by itself, and in that of the Reporting API, several."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    for each in said if isinstance(said, list) else [said]:
        found = each.get("csp-report", each.get("body")) if isinstance(each, dict) else None
        if isinstance(found, dict):
            yield {name: value for name, value in found.items() if isinstance(value, str)}


def _facts(said: dict[str, str]) -> dict[str, str]:
    """Nothing for what an extension did, and for what is no report."""
    directive = (said.get("effective-directive") or said.get("violated-directive") or said.get("effectiveDirective", ""))[
        :60
    ]
    directive = directive.partition(" ")[0]
    blocked = origin(said.get("blocked-uri") or said.get("blockedURL", ""))
    source = origin(said.get("source-file") or said.get("sourceFile", ""))
    if not _WORD.fullmatch(directive) or any(_EXTENSION.fullmatch(each) for each in (blocked, source)):
        return {}
    page = _page(said.get("document-uri") or said.get("documentURL", ""))
    return {"directive": directive, "blocked": blocked or "?", "page": page or "?"}


def origin(url: str) -> str:
    """`https://host`, or a word such as `inline`: never path or parameters. Empty for what is neither."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme in {"http", "https", "ws", "wss"}:
        host = parts.netloc.rpartition("@")[2].lower()
        return f"{parts.scheme}://{host}" if _HOST.fullmatch(host) else ""
    word = parts.scheme or url
    return word if _WORD.fullmatch(word) else ""


def _page(url: str) -> str:
    """The kind of page, since an address may hold a token."""
    try:
        path = urlsplit(url).path
        with translation.override(translation.get_language_from_path(path) or "it"):
            return resolve(path).view_name
    except (ValueError, Resolver404):
        return ""
