"""The language of a page is told by its address alone, so that no page varies by cookie or by header."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation


class PathLanguageMiddleware:
    """Italian at `/`, English at `/en/`. Django's own middleware would vary every page by Accept-Language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def page_in(language: str, request: HttpRequest) -> str:
    """The path of the same page in a language; empty for what has one address in all of them, as the admin has."""
    match = request.resolver_match
    if match is None:
        return home_in(language)
    with translation.override(language):
        path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return "" if path == request.path and language != translation.get_language() else path


def home_in(language: str) -> str:
    """Where an error page leads to: what is not there has no page in another language either."""
    with translation.override(language):
        return reverse("home")
