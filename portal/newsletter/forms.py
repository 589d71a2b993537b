"""What somebody subscribes with, and what she changes afterwards."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.newsletter import searches
from portal.newsletter.models import Frequency, Issue, Kind, Language
from practices.forms.fields import ParagraphsField, TextField

# Mails to an address with spaces, quotes or brackets would be hard to recognise; nobody has one.
FORBIDDEN = set(' "<>(),;:\\')


class SubscribeForm(forms.Form):
    """An address, what for, how often; and a field that only programs fill."""

    kind = forms.ChoiceField(choices=Kind, widget=forms.HiddenInput)
    selection = forms.CharField(required=False, widget=forms.HiddenInput)
    email = forms.EmailField(
        label=_("La tua e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    frequency = forms.ChoiceField(label=_("Quando"), choices=Frequency, required=False)
    trap = TextField(
        label=_("Lascia vuoto questo campo"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen_kind = Kind.SEARCH if self.data.get("kind") == Kind.SEARCH else Kind.NEWSLETTER
        if self.chosen_kind == Kind.NEWSLETTER:
            del self.fields["frequency"], self.fields["selection"]

    def clean_email(self) -> str:
        """In small letters: mail servers that tell them apart are a thing of the past, and doubles would be told twice."""
        email = str(self.cleaned_data["email"]).lower()
        if FORBIDDEN & set(email) or not email.isascii():
            raise ValidationError(gettext("Scrivi un indirizzo senza spazi, virgolette e lettere accentate."))
        return email

    def clean_selection(self) -> str:
        """As it is kept. What nobody knows in it is left out; the confirmation says in words what is left."""
        return searches.canonical(self.cleaned_data["selection"])

    def clean_frequency(self) -> str:
        """Weekly, unless she says otherwise."""
        return str(self.cleaned_data["frequency"] or Frequency.WEEKLY)

    def clean_trap(self) -> str:
        """Told, not passed over in silence: a browser that fills every field must not cost somebody her subscription."""
        if self.cleaned_data["trap"]:
            raise ValidationError(gettext("Svuota questo campo e invia di nuovo: serve a fermare i programmi automatici."))
        return ""


class FrequencyForm(forms.Form):
    """How often one alert may come, from now on."""

    frequency = forms.ChoiceField(label=_("Quando"), choices=Frequency)


class LanguageForm(forms.Form):
    """In which language the mails come."""

    language = forms.ChoiceField(label=_("Lingua delle e-mail"), choices=Language)


class IssueForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of an issue; control characters, which no feed can carry, are refused."""

    class Meta:
        model = Issue
        fields = ("title", "title_en", "introduction", "introduction_en")
        field_classes: ClassVar = {
            "title": TextField,
            "title_en": TextField,
            "introduction": ParagraphsField,
            "introduction_en": ParagraphsField,
        }
