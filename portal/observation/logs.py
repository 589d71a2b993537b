"""Lines of the log, without anything about people: an address is told as the resolver knows it, an exception by class and place.

What is allowed is said, rather than what is not. Of a library's message the constant part is kept, with its numbers; what it
wrote into the text itself is sieved. See docs/operations.md.
"""

import json
import logging
import re
from datetime import UTC, datetime
from http.client import responses
from typing import Any

from django.http import HttpRequest

from portal.observation.places import kinds, places

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
HIDDEN = "…"
# Characters of a message; no constant part is longer.
LONGEST = 1000
# Mail addresses; files and links; what is between quotes; addresses of machines; tokens.
_SIEVE = re.compile(
    r"""\S+@\S+ | \w*:?//?\S+ | (?<!\w)'[^']*'(?!\w) | "[^"]*" | \b\d{1,3}(?:\.\d{1,3}){3}\b | (?<!\w)[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*
    | [\w+=-]{20,}""",
    re.IGNORECASE | re.VERBOSE,
)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says, in the order in which it says it."""
    found: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    if code := getattr(record, "request_id", ""):
        found["request"] = code
    if isinstance(request := getattr(record, "request", None), HttpRequest):
        found |= _of_request(request)
    if status := getattr(record, "status_code", None):
        found["status"] = status
    if record.name == "gunicorn.access" and isinstance(record.args, dict):
        found |= _of_gunicorn(record.args)
    found |= getattr(record, "facts", {})
    if record.exc_info and (error := record.exc_info[1]) is not None:
        found |= {"error": kinds(error), "at": places(error)}
    return found


def _message(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    if record.name.startswith("portal."):
        return record.getMessage()
    if record.name == "gunicorn.access":
        return "answered"
    if status and hasattr(record, "request"):
        # Django's own: "Not Found: /the/address", or what a hostile header held.
        return responses.get(status, str(status))
    return sieved(_with_numbers(record.msg, record.args)) if isinstance(record.msg, str) else type(record.msg).__name__


def _with_numbers(message: str, args: Any) -> str:
    """The message with its numbers; whatever else would be put into it stays out."""
    if not args:
        return message
    try:
        if isinstance(args, dict):
            return message % {name: _number(value) for name, value in args.items()}
        return message % tuple(_number(value) for value in args)
    except (TypeError, ValueError, KeyError):
        return message


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else HIDDEN


def sieved(text: str) -> str:
    """A text without what may be about somebody."""
    return _SIEVE.sub(HIDDEN, text[:LONGEST])


def _of_request(request: HttpRequest) -> dict[str, Any]:
    """`pratiche/<slug:slug>/` and not what was asked: tokens, names of files, what somebody typed."""
    found: dict[str, Any] = {"method": request.method if request.method in _METHODS else "other"}
    if match := request.resolver_match:
        found |= {"page": match.view_name, "route": match.route}
        if numbers := {name: value for name, value in match.kwargs.items() if isinstance(value, int)}:
            found["numbers"] = numbers
    return found


def _of_gunicorn(said: dict[str, Any]) -> dict[str, Any]:
    """Gunicorn's own line of a request, where somebody has switched it on: the address of the browser is left out of it."""
    method = said["m"] if said["m"] in _METHODS else "other"
    return {"method": method, "status": int(said["s"]), "milliseconds": said["M"], "request": said["{x-request-id}o"]}


class JsonFormatter(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts(record), ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        found = facts(record)
        begin = " ".join(str(found.pop(name)) for name in ("time", "level", "logger", "message"))
        return " ".join([begin, *(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in found.items())])
