"""What editors say when they do something to a practice after its publication, and the mail that tells of it."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Organisation
from portal.lib.text import fold
from practices.forms.fields import ParagraphsField, TextField
from practices.models import Practice
from practices.models.choices import RemovalReason
from practices.moderation import Refusal, masking, merging
from practices.moderation.practice import check_transferable
from practices.notifications import Message
from practices.record import FIELDS

# Organisations whose name holds what was written, when none is called so.
OFFERED = 6


class VerbForm(forms.Form):
    """Posted twice: what is said here prepares the mail; then it goes along unseen, and the mail can be changed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    text = ParagraphsField(
        label=gettext_lazy("Motivo, per il registro"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    mail_subject = TextField(label=gettext_lazy("Oggetto dell'e-mail"), max_length=200)
    mail_body = ParagraphsField(
        label=gettext_lazy("Testo dell'e-mail"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.has_mail = self.is_bound and "mail_body" in self.data and "back" not in self.data
        if not self.has_mail:
            del self.fields["mail_subject"], self.fields["mail_body"]
            return
        for name in self.fields.keys() - {"mail_subject", "mail_body"}:
            self.fields[name].widget = forms.HiddenInput()

    def said(self) -> list[tuple[str, Any]]:
        """What the mail was prepared from, to be read again at the second step."""
        kept = [name for name in self.fields if name not in {"seen", "mail_subject", "mail_body"}]
        return [(str(self.fields[name].label), self[name].value()) for name in kept if self[name].value()]

    def with_mail(self, mail: Message) -> Self:
        """The second step."""
        return self._with(mail_subject=mail.subject, mail_body=mail.body)

    def knowing(self, last: int) -> Self:
        """The same step with all that was typed, of a page that knows what has happened since."""
        return self._with(seen=str(last))

    def _with(self, **changes: str) -> Self:
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in changes.items():
            data[name] = value
        form = type(self)(data, practice=self.practice)
        form.is_valid()
        return form


class NoticeForm(VerbForm):
    """Archiving."""

    text = ParagraphsField(
        label=gettext_lazy("Avviso sulla pagina"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lo legge chiunque: per esempio, che il progetto si è concluso e quando."),
    )


class RemovalForm(VerbForm):
    """Removing."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Motivo pubblico"),
        choices=[("", gettext_lazy("Scegli un motivo")), *RemovalReason.choices],
        help_text=gettext_lazy("È tutto ciò che la pagina dirà."),
    )
    text = ParagraphsField(
        label=gettext_lazy("Spiegazione, per il registro"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Non è pubblica. Non ripetere i dati personali che vanno tolti."),
    )

    field_order = ("seen", "reason", "text")


class MaskForm(VerbForm):
    """Which field's earlier texts go."""

    field = forms.ChoiceField(
        label=gettext_lazy("Campo da oscurare"),
        help_text=gettext_lazy("Solo i campi di cui la storia ha un testo diverso da quello pubblicato."),
    )
    text = ParagraphsField(
        label=gettext_lazy("Motivo, per il registro"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Non ripetere i dati personali che vanno tolti."),
    )

    field_order = ("seen", "field", "text")

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, practice=practice, **kwargs)
        choices = [(name, FIELDS[name].label) for name in masking.maskable(practice)]
        self.fields["field"].choices = [("", gettext_lazy("Scegli un campo")), *choices]  # type: ignore[attr-defined]

    def said(self) -> list[tuple[str, Any]]:
        labels = {name: str(field.label) for name, field in FIELDS.items()}
        return [(label, labels.get(value, value)) for label, value in super().said()]


class OptionalForm(VerbForm):
    """What may be said, and need not."""

    text = ParagraphsField(
        label=gettext_lazy("Annotazione per il registro (facoltativa)"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MergeForm(VerbForm):
    """Into which other."""

    into = TextField(
        label=gettext_lazy("Codice della pratica che resta"),
        max_length=15,
        help_text=gettext_lazy("Per esempio BP-000123. Si trova nell'elenco delle pratiche."),
    )

    field_order = ("seen", "into", "text")

    def clean_into(self) -> Practice:
        number = self.cleaned_data["into"].upper().removeprefix("BP-")
        found = Practice.objects.visible().filter(pk=int(number)).first() if is_number(number) else None
        if found is None:
            raise ValidationError(_("Non c'è una pratica pubblicata con questo codice."))
        try:
            merging.check_mergeable(self.practice, found)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        return found


class TransferForm(VerbForm):
    """To which other organisation."""

    to = TextField(
        label=gettext_lazy("Ente che la riceve"),
        max_length=200,
        help_text=gettext_lazy("Il nome per intero, per esempio Comune di Reggio Emilia."),
    )

    field_order = ("seen", "to", "text")

    def clean_to(self) -> Organisation:
        name = fold(self.cleaned_data["to"])
        if found := Organisation.objects.filter(sort_name=name).first():
            try:
                check_transferable(self.practice, found)
            except Refusal as refusal:
                raise ValidationError(str(refusal)) from refusal
            return found
        near = Organisation.objects.filter(sort_name__contains=name)[:OFFERED]
        if not near:
            raise ValidationError(_("Non conosciamo un ente di questo nome: controlla come si scrive."))
        raise ValidationError(_("Scrivi il nome per intero: %s?") % _(", oppure ").join(str(body) for body in near))


def is_number(text: str) -> bool:
    """Whether it can be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= 18
