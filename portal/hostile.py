"""Addresses that no page of ours makes, and that databases choke on: refused before anything reads them."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

# Longer than any number that a database column holds.
HUGE_NUMBER = re.compile(r"\d{19}")


class HostileAddressMiddleware:
    """400 for a NUL character anywhere in the address and, in the admin, for huge numbers in its parameters.

    Our own pages check their numbers themselves; the admin hands them to the database as they come.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote(request.META.get("QUERY_STRING", ""))
        in_admin = request.path_info.startswith("/admin/")
        if "\x00" in request.path_info or "\x00" in query or (in_admin and HUGE_NUMBER.search(query)):
            raise BadRequest("NUL or a huge number in the address")
        return self.get_response(request)
