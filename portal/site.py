"""The admin of the portal: the editors' desk."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class Autocomplete(AutocompleteJsonView):
    """What is known by a code, as practices are, is offered with its title too, where the admin's list has one."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        found = super().serialize_result(obj, to_field_name)
        title = getattr(obj, "title", "")
        return {**found, "text": f"{found['text']} – {title}"} if title and title != found["text"] else found


def _is_what_was_sent(error: Exception) -> bool:
    """Whether it is the database, or a number's column, that cannot take a value as it came."""
    return isinstance(error, OverflowError | DataError) or "expected a number but got" in str(error)


class PortalAdminSite(admin.AdminSite):
    """Logging in is allauth's. That who moderates has a second factor is seen to by `portal.second_factor`."""

    site_header = _("Redazione delle buone pratiche")
    site_title = _("Redazione")
    index_title = _("La scrivania della redazione")
    site_url = "/"
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page, with what waits for whom."""
        from networks.models import User
        from practices.admin.queues import counts

        user = request.user
        waiting = counts(user) if isinstance(user, User) and user.has_perm("practices.moderate_submission") else None
        return super().index(request, {"waiting": waiting, **(extra_context or {})})

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Keys that no list of ours offers go to the database as they came, from a form or when it is shown again: 400."""

        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response: HttpResponseBase = view(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response
            except (OverflowError, DataError, ValueError) as error:
                if _is_what_was_sent(error):
                    raise BadRequest("A value that no column takes") from error
                raise

        return super().admin_view(update_wrapper(asked, view), cacheable)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        """The rows to choose from while somebody types."""
        return Autocomplete.as_view(admin_site=self)(request)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Never the admin's own form."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
