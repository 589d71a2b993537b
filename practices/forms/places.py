"""Choosing municipalities: boxes for those at hand, and a name to write for any other.

With JavaScript the name is a combo box fed by `practices.views.choosers`, and what is chosen there becomes one more box.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from networks.models import Municipality

BELFIORE = re.compile(r"[A-Z]\d{3}", re.ASCII)
SAID = 90  # characters of a name that is not known
MOST_NAMES = 60
# What is written and not yet found, among the codes of the boxes.
WRITTEN = "+"


class PlacesWidget(forms.CheckboxSelectMultiple):
    """The boxes, and one line for the names of others."""

    template_name = "desk/_places.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        codes = super().value_from_datadict(data, files, name) or []
        written = str(data.get(f"{name}-more") or "").strip()
        return [*codes, WRITTEN + written] if written else codes

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        written = next((item[1:] for item in value or [] if str(item).startswith(WRITTEN)), "")
        context["widget"]["more"] = {"name": f"{name}-more", "value": written}
        return context


class PlacesField(forms.MultipleChoiceField):
    """Belfiore codes; a name that is written is looked up among all municipalities."""

    widget = PlacesWidget

    def clean(self, value: Any) -> Any:
        codes = [item for item in value or [] if not item.startswith(WRITTEN)]
        written = [item[1:] for item in value or [] if item.startswith(WRITTEN)]
        return super().clean(list(dict.fromkeys([*codes, *(_code(name) for text in written for name in _names(text))])))

    def valid_value(self, value: Any) -> bool:
        """Any municipality, not only those that have a box."""
        known = Municipality.objects.filter(belfiore_code=value)
        return super().valid_value(value) or (bool(BELFIORE.fullmatch(value)) and known.exists())


def at_hand(stored: list[str], data: Any, name: str) -> set[str]:
    """The codes that have a box: those stored, and those just chosen."""
    posted = data.getlist(name) if data is not None else []
    return {*stored, *(code for code in posted if BELFIORE.fullmatch(code))}


def _names(text: str) -> list[str]:
    names = [name for name in re.split(r"[,;\n]", text) if name.strip()]
    if len(names) > MOST_NAMES:
        raise ValidationError(_("Scrivi al massimo %d nomi.") % MOST_NAMES)
    return names


def _code(name: str) -> str:
    found = Municipality.objects.all().named(name)
    if not found:
        raise ValidationError(_("Non conosciamo un Comune di nome «%s»: controlla come si scrive.") % name.strip()[:SAID])
    if len(found) > 1:
        homonyms = ", ".join(str(town) for town in found)
        raise ValidationError(_("Ci sono più Comuni con questo nome: scrivi uno di questi, con la sigla: %s.") % homonyms)
    return found[0].belfiore_code
