"""What is asked of who signs up, beside e-mail address and password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from networks.models import User
from portal.lib.text import control_characters, normalise


class NameForm(forms.Form):
    """The name; allauth puts it into its own forms, for who signs up here and for who comes through the gateway."""

    field_order = ("full_name", "email", "password1", "password2")
    full_name = forms.CharField(
        label=_("Nome e cognome"),
        max_length=120,
        help_text=_("Lo vedono le persone del tuo ente e la redazione."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_full_name(self) -> str:
        """In one line, without odd spaces; control characters are refused."""
        name = normalise(self.cleaned_data["full_name"])
        if found := control_characters(name):
            raise forms.ValidationError(_("Contiene caratteri che non si possono salvare: %s.") % ", ".join(found))
        return " ".join(name.split())

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account is made."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])
