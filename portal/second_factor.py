"""Who moderates needs a second factor, on every page and not only in the admin."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from networks.models import User

# The account's own pages, by the beginning of their names: where the factor is set up, and the way out.
OF_THE_ACCOUNT = ("account_", "mfa_", "socialaccount_", "openid_connect_")
WHY = _("Chi lavora in redazione protegge l'accesso con un secondo fattore. Attivane uno qui sotto, poi potrai continuare.")


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """An editor, a chief editor, a superuser without a second factor. Recovery codes alone are none."""
    if not isinstance(user, User) or not (user.is_staff or user.is_superuser or user.is_editor):
        return False
    return not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def end_other_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """When a factor is added: a browser that got in without it, with a password that somebody else knew, is out."""
    user.end_sessions()
    update_session_auth_hash(request, user)


class SecondFactorMiddleware(MiddlewareMixin):
    """Leads who lacks it to where it is set up; on the pages that need no login she is nobody until then."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before any view. Public pages never ask who is there: for them nothing is looked up."""
        name = (request.resolver_match and request.resolver_match.view_name) or ""
        if not settings.SECOND_FACTOR_FOR_EDITORS or name.startswith(OF_THE_ACCOUNT):
            return None
        if not getattr(view_func, "login_required", True):
            user = request.user
            request.user = SimpleLazyObject(lambda: AnonymousUser() if lacks_second_factor(user) else user)  # type: ignore[assignment]
            return None
        if not lacks_second_factor(request.user):
            return None
        messages.warning(request, WHY)
        return redirect("mfa_index")
