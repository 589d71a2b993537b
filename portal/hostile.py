"""Addresses that no page of ours makes, and that databases choke on: refused before anything reads them."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.open_data.api.answers import problem

# Bytes after the question mark, more than any filter of ours makes. gunicorn refuses lines longer than some 4,000 itself,
# unless it is told otherwise (`--limit-request-line 8190`), and with a page of its own.
LONGEST_QUERY = 6_000
# Longer than any number that a database column holds.
HUGE_NUMBER = re.compile(r"\d{19}")
# The admin lets whoever is in it search by patterns, which may be none, or take for ever.
PATTERN = re.compile(r"__i?regex\b")


class HostileAddressMiddleware:
    """400 for a NUL character anywhere in the address and, in the admin, for huge numbers and patterns in its parameters; 414 for more
    parameters than any page of ours reads.

    Our own pages check their numbers themselves; the admin hands them to the database as they come.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("QUERY_STRING", "")
        if len(given) > LONGEST_QUERY:
            return _too_long(request)
        query = unquote(given)
        in_admin = request.path_info.startswith("/admin/")
        if (
            "\x00" in request.path_info
            or "\x00" in query
            or (in_admin and (HUGE_NUMBER.search(query) or PATTERN.search(query)))
        ):
            raise BadRequest("NUL, a huge number or a pattern in the address")
        return self.get_response(request)


def _too_long(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(reverse("api:index")):
        refused = problem(414, _("Indirizzo troppo lungo"), _("I parametri superano i %d byte.") % LONGEST_QUERY)
        refused.headers["Access-Control-Allow-Origin"] = "*"
        return refused
    return render(request, "414.html", status=414)
