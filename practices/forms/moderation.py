"""The editors' forms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import formset_factory
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from networks.models import Editor
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
    """A decision: the last event that its page knew of; a reason, a text and remarks, or a person, where it needs them; its mail.

    With a reason it is posted twice: first for the mail to be prepared; then what the mail was made from can no longer change
    apart from it, and the mail, as edited, goes out with the decision.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.ModelChoiceField(label=_("A chi"), queryset=Editor.objects.none(), empty_label=_("Scegli"))
    reason = forms.ModelChoiceField(label=_("Motivo"), queryset=Reason.objects.none(), empty_label=_("Scegli un motivo"))
    text = ParagraphsField(label=_("Spiegazione per l'ente"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    mail_subject = TextField(label=_("Oggetto dell'e-mail"), max_length=200)
    mail_body = ParagraphsField(label=_("Testo dell'e-mail"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(
        self,
        *args: Any,
        reasons_for: Reason.Verb | None,
        has_mail: bool,
        editors: QuerySet[Editor] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options: dict[str, Any] = {"reasons_for": reasons_for, "has_mail": has_mail, "editors": editors}
        self.remarks: Any = None
        # With a reason the mail comes at the second step.
        self.has_mail = has_mail and (reasons_for is None or (self.is_bound and "mail_body" in self.data))
        if editors is None:
            del self.fields["to"]
        else:
            somebody: Any = self.fields["to"]
            somebody.queryset = editors
        if reasons_for is None:
            del self.fields["reason"], self.fields["text"]
        else:
            choice: Any = self.fields["reason"]
            choice.queryset = Reason.objects.filter(verb=reasons_for, is_active=True)
        if reasons_for == Reason.Verb.REQUEST_CHANGES:
            self.remarks = RemarkRows(self.data if self.is_bound else None, prefix="remarks")
        if not self.has_mail:
            del self.fields["mail_subject"], self.fields["mail_body"]
        elif reasons_for is not None:
            self._keep()

    def _keep(self) -> None:
        """What the mail was made from goes along unseen."""
        for name in ("reason", "text"):
            self.fields[name].widget = forms.HiddenInput()
        for row in self.remarks or ():
            for field in row.fields.values():
                field.widget = forms.HiddenInput()

    def is_valid(self) -> bool:
        remarks_valid = self.remarks is None or not self.is_bound or self.remarks.is_valid()
        return super().is_valid() and remarks_valid

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.remarks is not None and self.remarks.is_valid():
            data["remarks"] = [(row["field"], row["text"]) for row in self.remarks.cleaned_data if row]
        return data

    def with_mail(self, mail: Message) -> "DecisionForm":
        """The second step: the prepared mail, to be read and changed before it goes."""
        return self._with(mail_subject=mail.subject, mail_body=mail.body)

    def knowing(self, last: int) -> "DecisionForm":
        """The same step with all that was typed, of a page that knows what has happened since."""
        return self._with(seen=str(last))

    def first_step(self) -> "DecisionForm":
        """Back from the second step, to change the reason or the text: the mail will be prepared anew."""
        data = self.data.copy()  # type: ignore[attr-defined]
        del data["mail_subject"], data["mail_body"]
        return DecisionForm(data, **self.options)

    def _with(self, **changes: str) -> "DecisionForm":
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in changes.items():
            data[name] = value
        form = DecisionForm(data, **self.options)
        form.is_valid()
        return form


def typed(form: forms.Form, rows: Iterable[forms.Form] = ()) -> list[tuple[str, str]]:
    """What was written and chosen in a form and its rows, to be copied where nothing can be done with it any more."""
    found = [each[name] for each in (form, *rows) if each.is_bound for name in each.changed_data if name != "seen"]
    return [pair for bound in found for pair in said(bound)]


def said(bound: forms.BoundField) -> list[tuple[str, str]]:
    """Label and value, where there is one: choices as the page names them, parts of a day one after the other."""
    choices: Any = flatten_choices(getattr(bound.field, "choices", ()))
    names = {str(key): str(label) for key, label in choices}
    value = bound.value()
    values = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one]
    return [(str(bound.label), ", ".join(names.get(one, one) for one in values))] if values else []
