"""Forms about who acts for which organisation."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from networks.models import Affiliation, OrganisationProposal, Province, Region, User
from portal.lib.text import fold
from practices.forms.fields import LinkField, ParagraphsField, RowField, TextField


class FindForm(forms.Form):
    """Looking for an organisation: by name, by province, by territory."""

    nome = TextField(
        label=_("Nome"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"data-chooser": "authorities", "data-source": reverse_lazy("desk:authorities")}),
    )
    provincia = RowField(label=_("Provincia"), queryset=Province.objects.all(), required=False, empty_label=_("tutte"))
    territorio = RowField(
        label=_("Territorio"),
        queryset=Region.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=_("tutti"),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and len(fold(data["nome"])) < 2 and not data["provincia"] and not data["territorio"]:
            self.add_error("nome", _("Scrivi almeno due lettere del nome, oppure scegli una provincia o un territorio."))
        return data


class RequestForm(forms.Form):
    """Asking to act for an organisation."""

    message = ParagraphsField(
        label=_("Presentati"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In quale ufficio lavori e con quale compito: aiuta chi deve rispondere."),
    )


class ProposalForm(forms.Form):
    """An organisation that is missing."""

    kind = forms.ChoiceField(label=_("Tipo"), choices=OrganisationProposal.KINDS)
    name = TextField(label=_("Nome ufficiale"), max_length=200, help_text=_("Per esempio «Unione dei Comuni della Valle»."))
    province = RowField(label=_("Provincia"), queryset=Province.objects.all(), empty_label=_("Scegli"))
    website = LinkField(label=_("Sito istituzionale"), required=False)
    text = ParagraphsField(
        label=_("Spiegazione"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Che cosa serve sapere: i Comuni che ne fanno parte, quando è nato, il tuo ufficio."),
    )


class InviteForm(forms.Form):
    """Inviting a colleague."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=_("Ruolo"),
        choices=Affiliation.Role.choices,
        help_text=_("Chi è responsabile può anche invitare, approvare e concludere gli incarichi."),
    )


class RoleForm(forms.Form):
    """In which role somebody acts for an organisation."""

    role = forms.ChoiceField(label=_("Ruolo"), choices=Affiliation.Role.choices)


class ColleagueForm(forms.Form):
    """To whom a case passes."""

    to = forms.ModelChoiceField(label=_("A chi"), queryset=User.objects.none(), empty_label=_("Scegli una persona"))

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["to"]
        choice.queryset = colleagues


class EndForm(ColleagueForm):
    """Ending an affiliation: what to say, and who looks after the open cases."""

    text = ParagraphsField(
        label=_("Messaggio"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facoltativo: lo riceve per e-mail insieme alla notizia."),
    )

    def __init__(self, *args: Any, cases: int, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["to"]
        choice.label, choice.empty_label, choice.required = _("Passa le schede aperte a"), _("nessuno in particolare"), False
        if not cases:
            del self.fields["to"]
        if is_own:
            del self.fields["text"]
