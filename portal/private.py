"""Pages are for people who are logged in, and never kept by a browser or a proxy, unless they say otherwise."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


class LoginMiddleware(LoginRequiredMiddleware):
    """Django's own looks at the session even where no login is needed, so that public pages would vary by cookie."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """After the login one is back where one was: what was sent when the session had ended, on the page that it was typed on."""
        page = request.headers.get("Referer", "")
        if request.method in {"GET", "HEAD"} or not url_has_allowed_host_and_scheme(
            page, {request.get_host()}, require_https=request.is_secure()
        ):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl())


class PrivatePagesMiddleware:
    """Whatever does not say of itself how it may be kept (public pages and files do) is private and not stored.

    What is not for everybody is not read into pages of other sites either, not even as a picture whose size tells something.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        is_public = response.headers["Cache-Control"].startswith("public")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_public else "same-origin"
        return response
