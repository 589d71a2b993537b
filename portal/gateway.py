"""Signing in through the administration's gateway (SPID, CIE), by OpenID Connect."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from networks.models import User
from portal.accounts import give_way
from portal.lib.text import normalise


class GatewayAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes through the gateway is known by its identifier alone."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take name and address as proposals, and keep nothing else of what the gateway tells: it may tell a tax code."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = [data.get("name")] if data.get("name") else [data.get("first_name"), data.get("last_name")]
        user.full_name = normalise(" ".join(str(part) for part in parts if part))[:120]
        sociallogin.account.extra_data = {}
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An address is confirmed by a mail to it and by nothing else, whatever the gateway says of it."""
        for address in sociallogin.email_addresses:
            address.verified = False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Asked before allauth looks whether the address is free."""
        for address in sociallogin.email_addresses:
            give_way(address.email.lower())
        return bool(super().is_auto_signup_allowed(request, sociallogin))

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """The name too, when the address is missing and a form asks for it."""
        return {**super().get_signup_form_initial_data(sociallogin), "full_name": sociallogin.user.full_name}

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        """The gateway of the environment; never one that somebody wrote into the database."""
        found: list[SocialApp] = super().list_apps(request, provider=provider, client_id=client_id)
        return [app for app in found if app.pk is None]


@login_not_required
@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the gateway by a page, not by a redirect: our `form-action` lets no form end elsewhere."""
    try:
        provider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        response: HttpResponse = provider.redirect_from_request(request)
    except RequestException as error:
        return _failed(request, provider, error)
    if isinstance(response, HttpResponseRedirect):
        return render(request, "socialaccount/login_redirect.html", {"provider": provider, "redirect_to": response.url})
    return response


@login_not_required
@require_safe
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the gateway. What it does not answer is told on a page, like what it refuses."""
    try:
        response: HttpResponse = openid_connect.callback(request, provider_id)
    except RequestException as error:
        return _failed(request, get_adapter().get_provider(request, provider_id), error)
    return response


def _failed(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response
