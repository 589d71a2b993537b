"""What a reader says is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.forms.fields import ParagraphsField, TextField


class ReportForm(forms.Form):
    """A text, an address for the answer, and a field that only programs fill."""

    text = ParagraphsField(
        label=_("Che cosa non va"),
        max_length=2000,
        help_text=_(
            "Un dato sbagliato, un collegamento che non funziona, un nome che non dovrebbe esserci. Fino a 2000 caratteri."
        ),
    )
    email = forms.EmailField(
        label=_("La tua e-mail (facoltativa)"),
        max_length=254,
        required=False,
        help_text=_("Solo se vuoi una risposta."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    trap = TextField(
        label=_("Lascia vuoto questo campo"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_trap(self) -> Any:
        """Told, not passed over in silence: a browser that fills every field must not cost somebody her words."""
        if self.cleaned_data["trap"]:
            raise ValidationError(gettext("Svuota questo campo e invia di nuovo: serve a fermare i programmi automatici."))
        return ""
