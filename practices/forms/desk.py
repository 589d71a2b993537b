"""The other forms of the Scrivania."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation, Region
from practices.forms.fields import ParagraphsField, RowsField, TextField, YearField
from practices.models import Adaptation
from practices.models.choices import Kind
from practices.notifications import Optional


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


class ShareForm(forms.Form):
    """A new link to the preview."""

    note = TextField(
        label=_("Per chi è (facoltativo)"),
        max_length=120,
        required=False,
        help_text=_("Un promemoria per il vostro ente: chi apre il collegamento non lo vede."),
    )


class SendForm(forms.Form):
    """Sending, after having looked at the similar practices."""

    similar_seen = forms.BooleanField(
        label=_("Ho guardato le pratiche simili"),
        error_messages={"required": _("Guarda prima le pratiche simili e poi conferma qui.")},
    )


class MailsForm(forms.Form):
    """Which mails a person wants, and of which territories an editor's digest tells."""

    wanted = forms.MultipleChoiceField(label=_("Vorrei ricevere anche"), required=False, widget=forms.CheckboxSelectMultiple)
    only_followed = forms.BooleanField(
        label=_("Non scrivermi delle schede del mio ente che segue un'altra persona"),
        required=False,
        help_text=_("Di quelle che segui tu, e di quelle che non segue nessuno, ti scriviamo comunque."),
    )
    regions = RowsField(
        label=_("Territori del riepilogo"),
        queryset=Region.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Il riepilogo del giorno parla dei territori scelti. Se non ne scegli nessuno, parla di tutti."),
    )

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["wanted"]
        choice.choices = [(kind.value, kind.label) for kind in kinds]
        if Optional.DIGEST not in kinds:
            del self.fields["regions"]


class AdaptedForm(forms.Form):
    """What a submission says of the practice that it was adapted from."""

    year = YearField(label=_("In che anno siete partiti"))
    changes = ParagraphsField(label=_("Che cosa avete cambiato"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    outcome = forms.ChoiceField(label=_("Com'è andata finora"), choices=Adaptation.Outcome.choices, widget=forms.RadioSelect)
