"""Addresses that no page of ours makes, and that databases choke on: refused before anything reads them."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

# Longer than any number that a database column holds.
HUGE_NUMBER = re.compile(r"\d{19}")


class HostileAddressMiddleware:
    """400 for a NUL character anywhere in the address and for huge numbers in its parameters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote(request.META.get("QUERY_STRING", ""))
        if "\x00" in request.path_info or "\x00" in query or HUGE_NUMBER.search(query):
            raise BadRequest("NUL or a huge number in the address")
        return self.get_response(request)
