"""The admin of the portal: the editors' desk."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
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
