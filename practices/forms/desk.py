"""The other forms of the Scrivania."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation
from practices.forms.fields import ParagraphsField, TextField
from practices.models.choices import Kind


class StartForm(forms.Form):
    """What is needed to begin: for whom, what, and a title."""

    organisation = forms.ModelChoiceField(label=_("Ente"), queryset=Organisation.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Che cosa inserite"), choices=Kind.choices, widget=forms.RadioSelect)
    title = TextField(label=_("Titolo"), max_length=100, help_text=_("Si può cambiare in seguito."))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["organisation"]
        choice.queryset = organisations


class TextForm(forms.Form):
    """A text that goes with a verb: why it is withdrawn, why a proposal is refused, the answer to a remark."""

    text = ParagraphsField(label=_("Testo"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = required
        if label:
            self.fields["text"].label = label


class SendForm(forms.Form):
    """Sending, after having looked at the similar practices."""

    similar_seen = forms.BooleanField(
        label=_("Ho guardato le pratiche simili"),
        error_messages={"required": _("Guarda prima le pratiche simili e poi conferma qui.")},
    )
