"""What a request for records asks for, read strictly: what the pages put aside and say is refused here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from practices.filters.fields import MAX_TEXT, MAX_VALUES

PAGE, SIZE = "pagina", "per_pagina"
# Of pages, and of records on a page.
LAST_PAGE = 1_000_000
DEFAULT_SIZE, MOST = 20, 100
# As JSON Schema writes it too. Text that somebody searches for has no control characters.
TEXT = r"^[^\u0000-\u001f\u007f]*$"
_NUMBER = re.compile(r"[1-9]\d{0,6}", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """A parameter that is refused, and why."""

    name: str
    value: str
    reason: str

    def as_record(self) -> dict[str, str]:
        """As the answer says it."""
        return {"nome": self.name[:60], "valore": self.value[:60], "motivo": self.reason}


class Refused(Exception):
    """The request asks for something that is not understood."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


def check(query: QueryDict, known: Mapping[str, bool]) -> None:
    """Refuse what cannot be meant; `known`: the names, with whether a name may have several values."""
    if faults := tuple(_faults(query, {**known, PAGE: False, SIZE: False})):
        raise Refused(*faults)


def _faults(query: QueryDict, known: Mapping[str, bool]) -> Iterator[Fault]:
    for name, values in query.lists():
        if name not in known:
            yield Fault(name, "", _("Questo parametro non esiste."))
        elif not known[name] and len(values) > 1:
            yield Fault(name, values[1], _("Questo parametro può avere un solo valore."))
        elif len(values) > MAX_VALUES:
            yield Fault(name, "", _("I valori possono essere al massimo %d.") % MAX_VALUES)
        else:
            for value in values:
                if not value:
                    yield Fault(name, value, _("Il valore è vuoto."))
                elif len(value) > MAX_TEXT or not re.fullmatch(TEXT[1:-1], value):
                    yield Fault(name, value, _("Il valore è troppo lungo o contiene caratteri non ammessi."))


def page_of(query: QueryDict) -> tuple[int, int]:
    """The number of the page, and how many records are on one."""
    return _number(query, PAGE, 1, LAST_PAGE), _number(query, SIZE, DEFAULT_SIZE, MOST)


def _number(query: QueryDict, name: str, default: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise Refused(Fault(name, text, _("Il valore è un numero intero da 1 a %d.") % most))
    return int(text)
