"""What editors change in a record: the sections of the Scrivania's form on one page, and the mail that tells of it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.content import Content
from practices.forms.fields import ParagraphsField, TextField
from practices.forms.moderation import said, typed
from practices.forms.rows import EXTRA_ROWS
from practices.forms.section import SectionForm
from practices.models import Submission
from practices.notifications import Message
from practices.record import FIELDS, SECTIONS, Section

# What is posted and is no part of the record: it does not go along from step to step.
_STEP = {"csrfmiddlewaretoken", "mail_subject", "mail_body", "back", "confirm"}


class LetterForm(forms.Form):
    """What goes with the text: the last event that the page knew of, why it is changed, and at the second step the mail."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    explanation = ParagraphsField(
        label=_("Spiegazione per l'ente"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Che cosa cambia e perché: la legge nell'e-mail, insieme al confronto."),
    )
    mail_subject = TextField(label=_("Oggetto dell'e-mail"), max_length=200)
    mail_body = ParagraphsField(label=_("Testo dell'e-mail"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, explains: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_mail = self.is_bound and "mail_body" in self.data and "back" not in self.data
        if not self.has_mail:
            del self.fields["mail_subject"], self.fields["mail_body"]
        elif explains:
            self.fields["explanation"].widget = forms.HiddenInput()
        if not explains:
            del self.fields["explanation"]


class EditForm:
    """The public fields of a submission but its files, and a letter. It is posted twice: to be read again, then to be done.

    Declarations, the contact person and the notes to the editors are the organisation's own words: nobody else writes them.
    """

    def __init__(
        self, submission: Submission, data: Any = None, *, seen: int, explains: bool, without: Collection[str] = ()
    ) -> None:
        self.submission = submission
        self.data = data
        self.options: dict[str, Any] = {"explains": explains, "without": without}
        self.letter = LetterForm(data, initial={"seen": seen}, explains=explains)
        if data is not None and "back" in data:
            data = self._with_room(data)
        self.sections = [SectionForm(section, submission, data) for section in _sections(without)]

    def _with_room(self, data: Any) -> Any:
        """Blank rows again below those that were filled, for who has no JavaScript."""
        roomy = data.copy()
        for field in (field for field in FIELDS.values() if field.columns):
            name = f"{field.name}-TOTAL_FORMS"
            total = data.get(name, "")
            if total.isdecimal() and len(total) < 4 and int(total) < field.max_rows:
                roomy[name] = str(min(int(total) + EXTRA_ROWS, field.max_rows))
        return roomy

    def look(self) -> bool:
        """Whether all that is not the mail can be taken; every section is looked at, so that all mistakes are told at once."""
        sound = [section.valid for section in self.sections]
        return all(sound) and not self.letter.errors.keys() & {"seen", "explanation"}

    @property
    def seen(self) -> int | None:
        """The last event that the page knew of; None when what was posted is no number."""
        if not self.letter.is_bound or self.letter.errors.keys() & {"seen"}:
            return None
        found: int | None = self.letter.cleaned_data.get("seen")
        return found

    def values(self) -> Content:
        """The fields that differ from what is stored; only when the text is sound."""
        return {
            name: value
            for section in self.sections
            for name, value in section.values().items()
            if section.stored[name] != value
        }

    def shown(self) -> list[tuple[SectionForm, bool]]:
        """The sections, and whether each stands open: those with a mistake."""
        return [(section, self.data is not None and bool(section.errors())) for section in self.sections]

    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the control, label, message) of everything that keeps the page from going on."""
        of_letter = [
            (self.letter[name].id_for_label, str(self.letter[name].label), str(message))
            for name, messages in self.letter.errors.items()
            for message in messages
        ]
        return [*(error for section in self.sections for error in section.errors()), *of_letter]

    def typed(self) -> list[tuple[str, str]]:
        """What differs from what is stored, and the letter: to be copied where nothing can be done with it any more."""
        if self.data is None:
            return []
        self.look()
        found = []
        for section in self.sections:
            sound = section.sound_values()
            for entry in section.entries():
                name = entry.field.name
                if name in sound and sound[name] == section.stored[name]:
                    continue
                if entry.bound:
                    found += said(entry.bound)
                found += [pair for row in entry.rows or () for pair in typed(row)]
        return [*found, *typed(self.letter)]

    def carried(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be posted again as it is."""
        return [(name, value) for name, values in self.data.lists() if name not in _STEP for value in values]

    def with_mail(self, mail: Message) -> "EditForm":
        """The second step: the prepared mail, to be read and changed before it goes."""
        return self._with(mail_subject=mail.subject, mail_body=mail.body)

    def at_first(self, *, seen: int) -> "EditForm":
        """The first step again with all that was typed, knowing what has happened since."""
        form = self._with(seen=str(seen), back="1")
        form.look()
        return form

    def _with(self, **changes: str) -> "EditForm":
        data = self.data.copy()
        for name, value in changes.items():
            data[name] = value
        return EditForm(self.submission, data, seen=0, **self.options)


def _sections(without: Collection[str]) -> list[Section]:
    """The sections with their fields that an editor may change."""
    kept = [
        replace(section, fields=tuple(field for field in section.fields if field.public and field.name not in without))
        for section in SECTIONS
        if section.name != "attachments"
    ]
    return [section for section in kept if section.fields]
