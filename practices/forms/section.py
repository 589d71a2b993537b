"""The form of one section, made from `practices.record`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.lib.dates import PartialDate
from portal.lib.text import count_words
from practices import content
from practices.content import Content
from practices.forms import fields
from practices.forms.choices import options
from practices.forms.files import FileRows
from practices.forms.places import PlacesField, at_hand
from practices.forms.rows import RowSet, as_typed, row_set
from practices.models import Submission
from practices.record import PERIOD, THEMES, Field, Needed, Section, Type


def _form_field(field: Field, submission: Submission, value: Any, data: Any) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.needed is Needed.TO_SAVE}
    match field.type:
        case Type.LINE if field.name == "cup":
            return fields.CupField(**common)
        case Type.LINE:
            return fields.TextField(max_length=field.max_length, **common)
        case Type.PARAGRAPHS:
            rows = 3 if (field.max_words or 0) <= 100 else 8
            return fields.ParagraphsField(max_length=field.max_length, widget=forms.Textarea(attrs={"rows": rows}), **common)
        case Type.CHOICE:
            known = field.choices.choices if field.choices else []
            return forms.ChoiceField(choices=[("", _("Scegli")), *known], **common)
        case Type.REFERENCE:
            return forms.ChoiceField(choices=options(field.name, submission, {value} if value else set()), **common)
        case Type.REFERENCES if field.name == "municipalities":
            chosen = at_hand(value, data, field.name)
            return PlacesField(choices=options(field.name, submission, chosen), **common)
        case Type.REFERENCES:
            choices = options(field.name, submission, set(value or ()))
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case Type.TAGS:
            return fields.TagsField(max_length=field.max_length, **common)
        case Type.DATE:
            return fields.PartialDateField(**common)
        case Type.INTEGER:
            return fields.WholeNumberField(**common)
        case Type.MONEY:
            return fields.AmountField(**common)
        case Type.URL:
            return fields.LinkField(max_length=field.max_length, **common)
        case Type.EMAIL:
            return forms.EmailField(max_length=field.max_length, **common)
        case Type.DECLARATION:
            return forms.BooleanField(**common)
    raise TypeError(field.type)


@dataclass(frozen=True)
class Entry:
    """One field of the section as the page shows it: a form field, rows, or files."""

    field: Field
    bound: forms.BoundField | None = None
    rows: RowSet | None = None
    files: FileRows | None = None

    @property
    def words(self) -> int:
        """Words written so far."""
        return count_words(str(self.bound.value() or "")) if self.bound and self.field.max_words else 0

    @property
    def too_long(self) -> bool:
        """Whether the limit is passed: the text is kept, but the submission cannot be sent."""
        return bool(self.field.max_words) and self.words > (self.field.max_words or 0)


class SectionForm:
    """A section's fields and rows, filled from the submission or from what was posted.

    Nothing of what is posted is lost when it cannot be saved: the page shows it again with the reasons beside the fields.
    """

    def __init__(
        self, section: Section, submission: Submission, data: Any = None, refused: Sequence[tuple[str, str]] = ()
    ) -> None:
        """`refused`: names of files that came along and were not accepted, and why."""
        self.section = section
        self.refused = refused
        self.stored: Content = content.read(submission, [field.name for field in section.fields])
        declared = {
            field.name: _form_field(field, submission, self.stored[field.name], data)
            for field in section.fields
            if field.type is not Type.ROWS
        }
        form_class = type("Fields", (forms.Form,), declared)
        self.form: forms.Form = form_class(data, initial={f.name: as_typed(f, self.stored[f.name]) for f in section.fields})
        self.row_sets = {
            field.name: row_set(field, submission, self.stored[field.name], data)
            for field in section.fields
            if field.type is Type.ROWS and field.name != "attachments"
        }
        self.files = FileRows(submission.attachments.all(), data) if "attachments" in self.stored else None

    def entries(self) -> Iterator[Entry]:
        """In the order of the record."""
        for field in self.section.fields:
            if field.name in self.form.fields:
                yield Entry(field, bound=self.form[field.name])
            elif field.name in self.row_sets:
                yield Entry(field, rows=self.row_sets[field.name])
            else:
                yield Entry(field, files=self.files)

    @cached_property
    def valid(self) -> bool:
        """Whether everything can be saved; too many words can, and are said in the checklist."""
        rows_valid = [rows.is_valid() for rows in self.row_sets.values()]
        if self.files:
            rows_valid.append(self.files.is_valid())
        self.form.full_clean()
        self._check_together()
        return self.form.is_valid() and all(rows_valid) and not self.refused

    def _check_together(self) -> None:
        """Whatever else is wrong: what is refused here is not among the sound values either."""
        data = self.form.cleaned_data
        for field in self.section.fields:
            if field.max_chosen and len(data.get(field.name) or ()) > field.max_chosen:
                self.form.add_error(field.name, ValidationError(_("Scegline al massimo %d.") % field.max_chosen))
        if data.get("started_on") and data.get("ended_on"):
            if PartialDate.parse(data["ended_on"]).last_day < PartialDate.parse(data["started_on"]).first_day:
                self.form.add_error("ended_on", _("La fine viene prima dell'inizio."))
        if data.get("main_theme") and data["main_theme"] in (data.get("other_themes") or ()):
            self.form.add_error("other_themes", _("L'ambito principale non va ripetuto."))

    def values(self) -> Content:
        """What to save; only after `valid`."""
        found = {field.name: self._value(field) for field in self.section.fields}
        if self.files:
            found["attachments"] = self.files.kept_rows()
        return found

    def sound_values(self) -> Content:
        """What can be saved when something else cannot; only after `valid` was asked.

        No file is taken away: until somebody presses the button it can be put back.
        """
        sound = {"attachments", *self.form.cleaned_data, *(name for name, rows in self.row_sets.items() if rows.is_valid())}
        for pair in (PERIOD, THEMES):
            if not sound >= pair:
                # One of the two alone may contradict the other as it is stored.
                sound -= pair
        return {field.name: self._value(field) for field in self.section.fields if field.name in sound}

    def _value(self, field: Field) -> object:
        if field.name in self.row_sets:
            return self.row_sets[field.name].rows()
        if self.files and field.name == "attachments":
            return self.files.rows()
        value = self.form.cleaned_data[field.name]
        match field.type:
            case Type.REFERENCE:
                return value or None
            case Type.REFERENCES:
                return sorted(value)
        return value

    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the control or of a group's legend, label, message) of everything that keeps the section from being saved."""
        found = [
            (self.form[name].id_for_label or f"id_{name}_legend", str(self.form[name].label), str(message))
            for name, messages in self.form.errors.items()
            for message in messages
        ]
        for rows in self.row_sets.values():
            for form in rows.forms:
                found += [
                    (form[name].id_for_label, str(form[name].label), str(message))
                    for name, messages in form.errors.items()
                    if name in form.fields
                    for message in messages
                ]
            found += [("", "", str(message)) for message in rows.non_form_errors()]
        if self.files:
            found += self.files.errors()
        return found + [("id_files", name, reason) for name, reason in self.refused]
