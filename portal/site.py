"""The admin of the portal: the editors' desk."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """Logging in is allauth's, and who moderates needs a second factor."""

    site_header = _("Redazione delle buone pratiche")
    site_title = _("Redazione")
    index_title = _("La scrivania della redazione")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with an active account and, outside the demo, a second factor."""
        # Imported here: the models are not loaded yet when Django reads which admin is the default one.
        from allauth.mfa.utils import is_mfa_enabled

        return super().has_permission(request) and (not settings.SECOND_FACTOR_FOR_EDITORS or is_mfa_enabled(request.user))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page, with what waits for whom."""
        from networks.models import User
        from practices.admin.queues import counts

        user = request.user
        waiting = counts(user) if isinstance(user, User) and user.has_perm("practices.moderate_submission") else None
        return super().index(request, {"waiting": waiting, **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Never the admin's own form. Who is logged in and lacks only the second factor is led to set it up."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            if not request.user.is_staff:
                raise PermissionDenied
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
