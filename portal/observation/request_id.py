"""A code of each request: in its answer's headers, on error pages, and in every line of the log that it causes."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# What proxies make: hexadecimal figures, with or without hyphens. Nobody's name can be written with it.
_GIVEN = re.compile(r"[0-9A-Fa-f-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
log = logging.getLogger("portal.requests")


def current() -> str:
    """The code of the request that is being answered; empty outside of one."""
    return _current.get()


class RequestIdMiddleware:
    """Gives the code, and says at level INFO what was answered.

    Outside of everything that is kept: a page made for one reader and sent to another has the code of the other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        # Django tells of refused requests once the middlewares are through: its record has the request, which has the code.
        request.code = _code(request)  # type: ignore[attr-defined]
        token = _current.set(request.code)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response.headers[HEADER] = current()
            if log.isEnabledFor(logging.INFO):
                spent = {"milliseconds": round((time.monotonic() - begun) * 1000)}
                log.info("answered", extra={"request": request, "status_code": response.status_code, "facts": spent})
            return response
        finally:
            _current.reset(token)


def _code(request: HttpRequest) -> str:
    """The proxy's, where there is one; what comes from outside is not believed."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


class RequestIdFilter(logging.Filter):
    """`request_id` on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = getattr(getattr(record, "request", None), "code", "") or current()
        return True
