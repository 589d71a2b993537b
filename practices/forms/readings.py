"""Values of indicators, as the Scrivania asks for them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices.forms.fields import ParagraphsField, TextField
from practices.models import Reading
from practices.models.indicator import EARLIEST
from practices.monitoring import Said

# 1.250 and 1.250,5 as in Italy; 1250.5 as machines write it.
_THOUSANDS = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)


class ValueField(forms.DecimalField):
    """A value with up to four decimals, read as in Italy whatever the language of the page."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=4, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal"}

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"\s", "", str(value or ""))
        if _THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        elif text and not _PLAIN.fullmatch(text):
            raise ValidationError(_("Scrivi solo la cifra, per esempio 1.250,5."))
        return super().to_python(text.replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, chosen or written 31/12/2024; not one that readings cannot refer to."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
        self.error_messages["invalid"] = _("Scrivi il giorno per intero, per esempio 31/12/2024.")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not EARLIEST <= day <= timezone.localdate():
            raise ValidationError(_("La data di riferimento va dal 1950 a oggi."))
        return day


class ReadingForm(forms.Form):
    """A value of an indicator: of which period, on which day, how much, how exactly, who says so."""

    period = TextField(
        label=gettext_lazy("Periodo"),
        max_length=60,
        help_text=gettext_lazy("Come lo dite voi: anno scolastico 2024-25, primo semestre 2025, fino a giugno 2025."),
    )
    on = DayField(
        label=gettext_lazy("Data di riferimento"),
        help_text=gettext_lazy("L'ultimo giorno del periodo: mette i valori in ordine."),
    )
    value = ValueField(label=gettext_lazy("Valore"), help_text=gettext_lazy("Con la virgola per i decimali."))
    approximation = forms.ChoiceField(
        label=gettext_lazy("Il valore è"),
        choices=[("", gettext_lazy("esatto")), *Reading.Approximation.choices],
        required=False,
    )
    source = TextField(
        label=gettext_lazy("Fonte"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Il registro, il rapporto o l'indirizzo della pagina da cui viene. Si pubblica."),
    )

    @property
    def said(self) -> Said:
        """What was declared; only of a valid form."""
        return Said(**self.cleaned_data)


def initial_of(reading: Reading) -> dict[str, Any]:
    """A reading as its form shows it; of one that is approximate without a word, *circa*."""
    about = reading.approximation or (Reading.Approximation.ABOUT if reading.is_approximate else "")
    columns = ("period", "on", "value", "source")
    return {**{name: getattr(reading, name) for name in columns}, "approximation": about}


class ContestForm(forms.Form):
    """What an editor objects to a value."""

    note = ParagraphsField(
        label=gettext_lazy("Che cosa non torna"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class VerifyForm(forms.Form):
    """What an editor has looked at."""

    note = ParagraphsField(
        label=gettext_lazy("Che cosa hai controllato (facoltativo)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
