"""Form fields whose cleaned value is the JSON value of `practices.content`."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, URLValidator
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from portal.lib.dates import PartialDate
from portal.lib.text import control_characters, normalise

FIRST_YEAR, LAST_YEAR = 1900, 2100


class TextField(forms.CharField):
    """Text as people write it: trimmed and brought to NFC, nothing else changed; control characters are refused.

    The page does not limit its length: a browser would cut what is pasted without a word.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs

    def to_python(self, value: Any) -> str:
        text = normalise(str(value or ""))
        if found := control_characters(text):
            raise ValidationError(_("Contiene caratteri che non si possono salvare: %s.") % ", ".join(found))
        return text


class _NoNul:
    """Keys that are text: what no key can hold is no choice, instead of an error of the database."""

    def clean(self, value: Any) -> Any:
        if "\0" in "".join(str(key) for key in ([value] if isinstance(value, str) else value or ())):
            raise ValidationError(_("Scegli fra le voci proposte."))
        return super().clean(value)  # type: ignore[misc]


class RowField(_NoNul, forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of those offered."""


class RowsField(_NoNul, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any of those offered."""


class ParagraphsField(TextField):
    """Longer text."""

    widget = forms.Textarea(attrs={"rows": 6})


class LinkField(forms.URLField):
    """An http or https address; one typed without the scheme is taken as https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def to_python(self, value: Any) -> str:
        if str(value or "").strip().startswith("//"):
            raise ValidationError(_("Scrivi l'indirizzo intero, con https://"))
        return str(super().to_python(value) or "")


class TagsField(TextField):
    """Key words separated by commas; the value is a sorted list without doubles."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = {" ".join(word.split()).lower() for word in super().clean(value).split(",")}
        words.discard("")
        if any(len(word) > 50 for word in words):
            raise ValidationError(_("Ogni parola chiave ha al massimo 50 caratteri."))
        return sorted(words)


class AmountField(forms.DecimalField):
    """A number of zero or more, written as in Italy (1.693.747,50); the value is a decimal string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=14, decimal_places=2, localize=True, **kwargs)
        # Django's own words speak of a "valore" and a "numero".
        self.error_messages["invalid"] = _("Scrivi solo la cifra, per esempio 1500,50.")
        self.validators = [v for v in self.validators if not isinstance(v, MinValueValidator)]
        self.validators.append(MinValueValidator(0, _("L'importo non può essere negativo.")))

    def clean(self, value: Any) -> Any:
        number: Decimal | None = super().clean(value)
        return None if number is None else f"{number.normalize():f}"


class WholeNumberField(forms.IntegerField):
    """A whole number of zero or more, with or without separators of thousands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2_000_000_000, localize=True, **kwargs)


class YearField(forms.IntegerField):
    """A year in four digits, shown without a separator of thousands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", **super().widget_attrs(widget)}


class PartialDateWidget(forms.MultiWidget):
    """Day, month and year, the first two of them optional."""

    template_name = "forms/partial_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        months = [("", "—"), *MONTHS.items()]
        super().__init__(
            {
                "day": forms.NumberInput(attrs={"min": 1, "max": 31}),
                "month": forms.Select(choices=months),
                "year": forms.NumberInput(attrs={"min": FIRST_YEAR, "max": LAST_YEAR}),
            },
            attrs,
        )

    def decompress(self, value: str | None) -> list[Any]:
        if not value:
            return [None, None, None]
        known = PartialDate.parse(value)
        return [known.day, known.month, known.year]


class PartialDateField(forms.MultiValueField):
    """A date known to the day, the month or the year; the value is ISO 8601 with reduced precision, or nothing."""

    widget = PartialDateWidget

    def __init__(self, **kwargs: Any) -> None:
        parts = (
            forms.IntegerField(required=False, min_value=1, max_value=31),
            forms.TypedChoiceField(required=False, choices=[("", ""), *MONTHS.items()], coerce=int, empty_value=None),
            YearField(required=False),
        )
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> str | None:
        day, month, year = data_list or (None, None, None)
        if not year:
            if day or month:
                raise ValidationError(_("Indica anche l'anno."))
            return None
        if day and not month:
            raise ValidationError(_("Indica anche il mese."))
        try:
            date(year, month or 1, day or 1)
        except ValueError:
            raise ValidationError(_("Questo giorno non esiste.")) from None
        return str(PartialDate(year, month, day))


class CupField(TextField):
    """The Codice Unico di Progetto: fifteen letters and digits, the first a letter."""

    def clean(self, value: Any) -> Any:
        code = super().clean(value).replace(" ", "").upper()
        if code and not re.fullmatch(r"[A-Z][A-Z0-9]{14}", code):
            raise ValidationError(_("Il CUP ha 15 caratteri, lettere e cifre, e comincia con una lettera."))
        return code
