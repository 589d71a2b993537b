"""How accounts behave."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from networks.models import User


def give_way(email: str) -> None:
    """Who signs up gets an address that others wait to change theirs to, perhaps by a slip: they can ask again."""
    EmailAddress.objects.filter(email=email, verified=False).exclude(user__email=email).delete()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Officers sign up by themselves. Links in mails begin with SITE_URL, whatever host name the request came with."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Editors begin at the queue, everybody else at the Scrivania."""
        return reverse("admin:index") if request.user.is_staff else reverse("desk:dashboard")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The same for who has just signed up."""
        return self.get_login_redirect_url(request)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """The link of the mail that asks to confirm an address."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail that lets choose a new password."""
        person, _hyphen, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[person, token])

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        """The answer to signing up, the same when there was an account already, which is when `user` is None.

        Making an account takes the time of hashing the password: it is spent here too, so that a watch tells nothing.
        """
        if user is None and "password1" in request.POST:
            User().set_password(request.POST["password1"])
        response: HttpResponse = super().respond_email_verification_sent(request, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are in Italian, whatever language the page had that caused them."""
        with translation.override(settings.LANGUAGE_CODE):
            super().send_mail(template_prefix, email, context)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Who reads the mailbox gets the address: an account that took it and never confirmed it gives way."""
        others = User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id)
        others.filter(last_login=None, is_staff=False, affiliations=None, emailaddress__verified=False).delete()
        if others.exists():
            # An administrator may have given it to somebody who has not confirmed it yet: allauth would not see her.
            said = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, said, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Wrong passwords are counted by address alone: allauth's key has the Host header in it, port and all."""
        return str(credentials.get("email", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys belong to SITE_URL, whatever host name the request came with."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name and domain that the browser shows and ties the passkey to."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}
