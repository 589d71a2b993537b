"""The rows of a field that holds rows: partners, funding lines, indicators, the practices it was adapted from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.formsets import BaseFormSet, formset_factory
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.text import fold
from practices.forms import fields
from practices.forms.choices import options
from practices.models import CommonIndicator, Indicator, Practice, Submission
from practices.presentation import money
from practices.record import Column, Field, Type

EXTRA_ROWS = 2


def _column_field(column: Column, submission: Submission, chosen: set[str]) -> forms.Field:
    common: dict[str, Any] = {"label": column.label, "required": column.required}
    if column.choices:
        return forms.ChoiceField(choices=[("", _("Scegli")), *column.choices.choices], **common)
    match column.type:
        case Type.REFERENCE:
            return forms.ChoiceField(choices=options(column.name, submission, chosen), **common)
        case Type.MONEY:
            return fields.AmountField(**common)
        case Type.INTEGER:
            return fields.YearField(**common)
        case Type.URL:
            return fields.LinkField(max_length=column.max_length, **common)
    if column.name == "origin":
        chooser = {"data-chooser": "origins", "data-source": reverse("desk:origins")}
        return fields.TextField(max_length=column.max_length, widget=forms.TextInput(attrs=chooser), **common)
    if column.max_length > 300:
        return fields.ParagraphsField(max_length=column.max_length, widget=forms.Textarea(attrs={"rows": 2}), **common)
    return fields.TextField(max_length=column.max_length, **common)


def as_typed(of: Field | Column, value: Any) -> Any:
    """A stored value as somebody in Italy would type it."""
    return money(value) if of.type is Type.MONEY and value is not None else value


class RowForm(forms.Form):
    """A row of a field; what its columns say together is checked here."""

    # Whose row it is.
    practice_id: int | None = None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("from_year") and data.get("to_year") and data["to_year"] < data["from_year"]:
            self.add_error("to_year", _("Viene prima dell'anno di inizio."))
        if "origin" in self.fields:
            self._check_origin(data)
        if data.get("direction") == "":
            data["direction"] = "neutral"
        if "common" in self.fields:
            self._check_indicator(data)
        return data

    def _check_indicator(self, data: dict[str, Any]) -> None:
        """A common one brings its words with it; a name of one's own beside it would be lost, and is refused."""
        code, name = data.get("common"), data.get("name")
        data["common"] = code or None
        if code:
            shared = CommonIndicator.objects.get(slug=code)
            if name and not CommonIndicator.objects.filter(name=name).exists():
                self.add_error(
                    "name", _("L'indicatore comune ha già il suo nome: lascia vuoto questo campo, o non sceglierne uno.")
                )
            data.update(name=shared.name, unit=shared.unit, direction=shared.direction)
            return
        for part in ("name", "unit"):
            if not data.get(part) and part not in self.errors:
                self.add_error(part, _("Scrivilo, oppure scegli un indicatore comune."))

    def _check_origin(self, data: dict[str, Any]) -> None:
        code, name = (data.get("origin") or "").upper(), data.get("origin_name") or ""
        if bool(code) == bool(name):
            self.add_error("origin", _("Indica il codice di una pratica del portale, oppure il nome di una esterna."))
        elif code:
            origin = published_by_number(code.removeprefix("BP-"))
            if origin is None:
                self.add_error("origin", _("Non c'è una pratica pubblicata con questo codice."))
            elif origin.pk == self.practice_id:
                self.add_error("origin", _("È il codice di questa stessa pratica."))
            else:
                data["origin"] = origin.code


def published_by_number(number: str) -> Practice | None:
    """The practice that has a page by this number, or the one that it was merged into."""
    if not number.isdecimal() or len(number) > 18:
        return None
    merged_here = Q(merged_from=int(number), merged_from__removed_at__isnull=True)
    return Practice.objects.visible().filter(Q(pk=int(number)) | merged_here).first()


class RowSet(BaseFormSet):  # type: ignore[type-arg]
    """The rows of a field."""

    def kept_forms(self) -> list[forms.Form]:
        """Those of the filled rows that are not to be removed."""
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]

    def rows(self) -> list[dict[str, Any]]:
        """The rows as `practices.content` wants them."""
        kept = self.kept_forms()
        return [{name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in kept]


class IndicatorSet(RowSet):
    """What a submission proposes to measure, beside what is public of its practice already and never changes."""

    public: Iterable[Indicator] = ()

    def clean(self) -> None:
        """No indicator twice: readings tell them apart by their names."""
        taken: dict[str, str] = {}
        for one in self.public:
            for key in _keys(one.name, one.common.slug if one.common else None):
                taken[key] = _("È già tra gli indicatori pubblici della pratica: si segue lì.")
        for form in self.kept_forms():
            common = form.cleaned_data.get("common")
            keys = _keys(form.cleaned_data.get("name"), common)
            if found := [key for key in keys if key in taken]:
                form.add_error("common" if common else "name", taken[found[0]])
            taken = dict.fromkeys(keys, _("È già in un'altra riga.")) | taken


def _keys(name: str | None, common: str | None) -> list[str]:
    """By what an indicator is known: its name, however it is written, and the common one that it names."""
    return [f"{kind} {text}" for kind, text in (("name", fold(name or "")), ("common", common)) if text]


def row_set(field: Field, submission: Submission, initial: list[dict[str, Any]], data: Any) -> RowSet:
    declared: dict[str, Any] = {}
    for column in field.columns:
        chosen = {row[column.name] for row in initial} if column.type is Type.REFERENCE else set()
        declared[column.name] = _column_field(column, submission, chosen)
    form_class = type("Row", (RowForm,), {**declared, "practice_id": submission.practice_id})
    shown = [{c.name: as_typed(c, row[c.name]) for c in field.columns} for row in initial]
    made = formset_factory(
        form_class,
        formset=IndicatorSet if field.name == "indicators" else RowSet,
        extra=EXTRA_ROWS,
        can_delete=True,
        max_num=field.max_rows,
        absolute_max=field.max_rows + EXTRA_ROWS,
        validate_max=True,
    )
    # What is posted stands for itself: compared with what is stored, an equal row would count as unchanged and be lost. A row
    # that is blank altogether is none, whether it was there before or not.
    blank_allowed = {"empty_permitted": True, "use_required_attribute": False}
    formset: RowSet = made(  # type: ignore[assignment]
        data, initial=shown if data is None else None, prefix=field.name, form_kwargs=blank_allowed
    )
    if isinstance(formset, IndicatorSet):
        others = submission.practice.indicators.exclude(submission=submission).filter(published_at__isnull=False)
        formset.public = others.select_related("common")
    return formset
