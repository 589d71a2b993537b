"""The page for when the database does not answer or nothing more can be written: it asks neither database, session nor disk.

Django hands every exception that nobody caught to `server_error`, wherever it arose: in a view, a template, a middleware, or when
the session is saved. What is our mistake stays an error 500; what passes by itself is 503, a full disk 507 (RFC 4918, 11.5).
"""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from portal.open_data.api.answers import problem


@dataclass(frozen=True)
class Trouble:
    """What is said of it: the answer's status, after how many seconds to try again, and the words."""

    status: int
    retry_after: int
    title: Promise
    lead: Promise
    # For who was sending something, and for who was reading.
    sent: Promise
    read: Promise


AWAY = Trouble(
    status=503,
    retry_after=5,
    title=_("Il portale torna tra poco"),
    lead=_("In questo momento la banca dati non risponde: di solito dura pochi secondi."),
    sent=_("Ciò che hai inviato non risulta salvato."),
    read=_("Riprova tra qualche secondo: se stavi scrivendo una scheda, ciò che avevi già salvato non è andato perduto."),
)
FULL = Trouble(
    status=507,
    retry_after=60,
    title=_("Lo spazio del server è esaurito"),
    lead=_("Le pagine si leggono, ma per ora non si può salvare nulla."),
    sent=_("Ciò che hai inviato non è stato salvato."),
    read=_("Riprova tra qualche minuto: ciò che avevi già salvato non è andato perduto."),
)

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# https://www.sqlite.org/rescode.html: full; busy, locked, read-only, i/o error, cannot open, protocol.
SQLITE = {13: FULL, 5: AWAY, 6: AWAY, 8: AWAY, 10: AWAY, 14: AWAY, 15: AWAY}
# PostgreSQL's classes, https://www.postgresql.org/docs/current/errcodes-appendix.html: connection; shutting down, starting; too
# many connections, memory; its own files; read-only after a switch; two transactions that cannot both go on.
POSTGRESQL = ("08", "57P", "53", "58", "25006", "40")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of what nobody caught, while it is being handled."""
    trouble = _trouble(sys.exc_info()[1])
    return _answer(request, trouble) if trouble else defaults.server_error(request)


def _trouble(error: BaseException | None) -> Trouble | None:
    """None where the error is ours."""
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in NO_SPACE:
            return FULL
        if isinstance(each, OperationalError | InterfaceError):
            return _of_database(each.__cause__)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that led to it: what fails after a lost connection is often something else."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_database(cause: BaseException | None) -> Trouble | None:
    if isinstance(cause, sqlite3.Error):
        return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    # Without a state PostgreSQL said nothing: it could not be reached, or went away.
    state = getattr(cause, "sqlstate", None)
    if state == "53100":
        return FULL
    return AWAY if state is None or state.startswith(POSTGRESQL) else None


def _answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    is_for_programs = request.path_info.startswith(reverse("api:index"))
    is_sent = request.method not in ("GET", "HEAD", "OPTIONS")
    said = trouble.sent if is_sent else trouble.read
    _read_to_the_end(request)
    response: HttpResponse
    if is_for_programs or request.headers.get("Accept") == "application/json":
        message = f"{trouble.title}. {said}"
        response = problem(trouble.status, str(trouble.title), message, message=message)
    else:
        context = {
            "trouble": trouble,
            "said": said,
            "again": _again(request) if is_sent else [],
            "has_files": (request.content_type or "").startswith("multipart/"),
        }
        # Without the request: no context processor may ask anything.
        response = HttpResponse(render_to_string("503.html", context), status=trouble.status)
    if is_for_programs:
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Retry-After"] = str(trouble.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_to_the_end(request: HttpRequest) -> None:
    """A browser that is still sending when the connection is closed says that there is no network, and shows no page."""
    try:
        while request.read(64 * 1024):
            pass
    except OSError:
        return


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, to be sent again from the page: a browser does not keep what it typed into a page that is not stored.

    Only what has passed the check against forged forms; nothing where a secret is among it, or where it could not be read.
    """
    if not getattr(request, "csrf_processing_done", False):
        return []
    if any("password" in name or name == "code" for name in request.POST):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]
