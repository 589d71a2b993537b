"""The editors' forms."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from practices.forms.fields import ParagraphsField, TextField
from practices.models import Reason
from practices.notifications import Message
from practices.record import SECTIONS


def _field_choices() -> list[tuple[Any, Any]]:
    return [("", _("Scegli il campo")), *((s.label, [(f.name, f.label) for f in s.fields]) for s in SECTIONS)]


class RemarkForm(forms.Form):
    """A remark on a field."""

    prefix = "remark"

    field = forms.ChoiceField(label=_("Campo"), choices=_field_choices)
    text = ParagraphsField(label=_("Osservazione"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    """A note among editors."""

    prefix = "note"

    text = ParagraphsField(label=_("Nota"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))


RemarkRows = formset_factory(RemarkForm, extra=3, max_num=40)


class DecisionForm(forms.Form):
    """A decision: the last event that its page knew of and, where a reason is needed, the reason, a text and the mail.

    It is posted twice where there is a mail: first for the mail to be prepared, then, with the mail as edited, for good.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ModelChoiceField(label=_("Motivo"), queryset=Reason.objects.none(), empty_label=_("Scegli un motivo"))
    text = ParagraphsField(label=_("Spiegazione per il Comune"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    mail_subject = TextField(label=_("Oggetto della mail"), max_length=200)
    mail_body = ParagraphsField(label=_("Testo della mail"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, reasons_for: Reason.Verb | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons_for = reasons_for
        self.remarks: Any = None
        self.has_mail = self.is_bound and "mail_body" in self.data
        if reasons_for is None:
            for name in ("reason", "text", "mail_subject", "mail_body"):
                del self.fields[name]
            return
        choice: Any = self.fields["reason"]
        choice.queryset = Reason.objects.filter(verb=reasons_for, is_active=True)
        if reasons_for == Reason.Verb.REQUEST_CHANGES:
            self.remarks = RemarkRows(self.data if self.is_bound else None, prefix="remarks")
        if not self.has_mail:
            del self.fields["mail_subject"], self.fields["mail_body"]

    def is_valid(self) -> bool:
        remarks_valid = self.remarks is None or not self.is_bound or self.remarks.is_valid()
        return super().is_valid() and remarks_valid

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.remarks is not None and self.remarks.is_valid():
            data["remarks"] = [(row["field"], row["text"]) for row in self.remarks.cleaned_data if row]
        return data

    def with_mail(self, mail: Message) -> "DecisionForm":
        """The same form with the prepared mail, to be read and changed before it goes."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data.update({"mail_subject": mail.subject, "mail_body": mail.body})
        form = DecisionForm(data, reasons_for=self.reasons_for)
        form.is_valid()
        return form
