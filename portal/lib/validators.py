"""Checks of values that the database takes as they come."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def list_of_texts(value: Any) -> None:
    """A JSON list of texts, as sources and domains are kept."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError(_('Scrivi un elenco di testi, per esempio ["https://…"].'))
