"""Requests that are larger than anything our pages send, or not whole: refused before anything is made of them."""

from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

# What a number of bytes may have as digits; with more it is no number that anybody sends.
MOST_DIGITS = 18


class RequestSizeMiddleware:
    """413 before the body is read, 411 for one that does not say how large it is: as a page or, for our scripts, as JSON.

    A server in front may have a lower limit of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
            # Django would take such a body for an empty one. A proxy that keeps requests until they are whole says how large.
            return refusal(request, 411, _("Non dice quanto è grande: non è stato letto."))
        if length.isdecimal() and (len(length) > MOST_DIGITS or int(length) > settings.REQUEST_MAX_BYTES):
            return too_large(request, settings.REQUEST_MAX_BYTES)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Once the body was read to look for the token of the form; what was cut Django would then give the view as empty."""
        body = request.META.get("wsgi.input")
        return _cut(request) if isinstance(body, WholeBody) and body.is_cut else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Who sent it has gone, or sent less than was said: nothing was made of it, and nothing of ours has failed."""
        return _cut(request) if isinstance(exception, UnreadablePostError) else None


def _cut(request: HttpRequest) -> HttpResponse:
    return refusal(request, 400, _("Non è arrivato tutto: non è stato salvato nulla."))


def too_large(request: HttpRequest, limit: int, *, is_text: bool = False) -> HttpResponse:
    """Larger than so many bytes."""
    return refusal(request, 413, _("È troppo grande per essere inviato."), megabytes=limit / 1024**2, is_text=is_text)


def refusal(request: HttpRequest, status: int, said: str, **context: Any) -> HttpResponse:
    """That a body was not taken, and why."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"message": said}, status=status)
    return render(request, f"{status}.html", context, status=status)


class Stream(Protocol):
    """What a server gives the body of a request as."""

    def read(self, size: int = ..., /) -> bytes:
        """So many bytes, or as many as there are."""

    def readline(self, size: int = ..., /) -> bytes:
        """To the end of a line."""


class WholeBody:
    """The body of a request that is as long as its Content-Length says, or an error.

    Servers take the end of a connection for the end of the body: a form that was cut on its way would be read as one that
    says nothing in its last fields, and a file would be kept without its end.
    """

    def __init__(self, stream: Stream, length: int) -> None:
        self.stream, self.left, self.is_cut = stream, length, False

    def read(self, size: int = -1) -> bytes:
        """As the server's. OSError, as for any connection that breaks, when nothing more comes and something is missing."""
        asked = self.left if size < 0 else min(size, self.left)
        data = self.stream.read(asked)
        self._count(data, asked)
        return data

    def readline(self, size: int = -1) -> bytes:
        """The same of a line."""
        asked = self.left if size < 0 else min(size, self.left)
        data = self.stream.readline(asked)
        self._count(data, 0 if data.endswith(b"\n") else asked)
        return data

    def _count(self, data: bytes, asked: int) -> None:
        self.left -= len(data)
        if len(data) < asked:
            self.is_cut = True
            raise OSError("the body is shorter than its Content-Length")
