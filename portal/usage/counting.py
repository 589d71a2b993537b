"""A line for each page that somebody reads: kind of page, language, and of a practice's pages which one. Nothing else.

Into a file of the day, because a public page that has not changed costs one query and shall cost no more: docs/adr/0018.
"""

import os
import re
import socket
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# A day's file takes no more; some 20 bytes are a page.
MAX_BYTES = 64 * 1024 * 1024
# Programs that say what they are. What says nothing is no browser either.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_-]|crawl|spider|slurp|preview|fetch|monitor|headless|lighthouse|facebookexternalhit|whatsapp|feed|"
    r"curl|wget|python|java/|okhttp|go-http|httpclient|libwww|scrapy|phantom",
    re.IGNORECASE,
)
# For machines.
NOT_PAGES = {"robots", "sitemap", "sitemap_section", "security_txt", "api:nothing"}
MACHINE = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:100] or "x"


class CountingMiddleware:
    """Counts what was answered; "not modified" too, since somebody looks at the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "GET" and response.status_code in {200, 304} and _is_read_by_somebody(request):
            if line := _line(request):
                _append(line)
        return response


def _is_read_by_somebody(request: HttpRequest) -> bool:
    """The name that a browser gives is looked at and forgotten."""
    agent = request.headers.get("User-Agent", "")
    is_ahead_of_time = "prefetch" in request.headers.get("Sec-Purpose", "")
    return bool(agent) and not is_ahead_of_time and not _PROGRAM.search(agent)


def _line(request: HttpRequest) -> str:
    """Kind, language, slug; empty for what is not counted."""
    match = request.resolver_match
    if match is None or not getattr(match.func, "is_public", False) or match.view_name in NOT_PAGES:
        return ""
    slug = match.kwargs.get("slug", "") if match.app_name == "practices" else ""
    return f"{match.view_name}\t{request.LANGUAGE_CODE}\t{slug}\n"


def _append(line: str) -> None:
    """At the end of the day's file, at one stroke: lines of several processes do not mix.

    Reading goes on whatever happens here; a page that is not counted is no harm.
    """
    path = f"{settings.USAGE_DIR}/{timezone.localdate()}.{MACHINE}"
    try:
        file = _opened(path)
        try:
            if os.fstat(file).st_size < MAX_BYTES:
                os.write(file, line.encode())
        finally:
            os.close(file)
    except OSError:
        return


def _opened(path: str) -> int:
    """The folder is made where it is missing, which is once."""
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
