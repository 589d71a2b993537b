"""What was asked in a way that an address does not take: Django's answer is empty, and people get a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class NotAllowedPageMiddleware:
    """The 405 of a view that has nothing to say, as a page; it keeps its headers, of which `Allow` is one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = render(request, "405.html")
            response.content = page.content
            response.headers["Content-Type"] = page.headers["Content-Type"]
        return response
