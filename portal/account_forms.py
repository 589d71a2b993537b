"""allauth's forms that ask whose an address is. Who typed one and has not confirmed it stands in nobody's way."""

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.socialaccount.forms import SignupForm as GatewayForm
from django import forms

from networks.models import User
from portal.accounts import give_way


class GivingWay(forms.Form):
    """Before allauth looks whether the address is free."""

    def validate_unique_email(self, value: str) -> str:
        """The address, as allauth leaves it."""
        give_way(value)
        email: str = super().validate_unique_email(value)  # type: ignore[misc]  # of the form beside this one
        return email


class SignUpForm(GivingWay, SignupForm):  # type: ignore[misc]
    """Signing up here."""


class GatewaySignUpForm(GivingWay, GatewayForm):  # type: ignore[misc]
    """Signing up by way of the gateway, which told no address."""


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """The link goes to the address of the account, and never to one that waits to be confirmed: it would let its owner in."""

    users: list[User]

    def clean_email(self) -> str:
        """The address; whose it is, allauth keeps beside it."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email == email.lower()]
        return email
