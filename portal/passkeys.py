"""allauth's forms about passkeys, whose field for the name has no Italian label."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


def name_field(*, required: bool) -> forms.CharField:
    """What the person calls the passkey; the column is a JSON text, so that the limit is ours."""
    return forms.CharField(
        label=_("Nome"), max_length=60, required=required, help_text=_("Per riconoscerla, se ne hai più d'una.")
    )


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new one."""

    name = name_field(required=False)
    field_order = ("name",)


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for it."""

    name = name_field(required=True)
