"""Several readings as a table: what an office fills in with a spreadsheet, and what is made of it when it comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.tables import Column, Row, WrongFile, read_table
from portal.lib import sheets
from portal.lib.text import fold
from practices.forms.readings import ReadingForm
from practices.models import Indicator, Reading
from practices.monitoring import Said, taken

# Indicator, period as it is stated, day that it refers to.
Key = tuple[int, str, date]
LARGEST = 200_000  # bytes
MOST_LINES = 500
_IN_FILE = {
    "code": Column("codice", ("codice",), is_required=False),
    "indicator": Column("indicatore", ("indicatore",)),
    "period": Column("periodo", ("periodo",)),
    "on": Column("data", ("data",)),
    "value": Column("valore", ("valore",)),
    "approximation": Column("approssimato", ("approssimato",), is_required=False),
    "source": Column("fonte", ("fonte",), is_required=False),
}
# What people write for it, folded.
_ABOUT = {"": "", "no": "", "esatto": "", "si": "about", "x": "about", "circa": "about", "oltre": "over", "meno di": "under"}
_TO_FILL = (
    sheets.Column[Indicator]("codice", lambda one: one.pk),
    sheets.Column[Indicator]("indicatore", lambda one: one.name),
    sheets.Column[Indicator]("unità", lambda one: one.unit),
    *(sheets.Column[Indicator](name, lambda one: "") for name in ("periodo", "data", "valore", "approssimato", "fonte")),
)


def to_fill(indicators: Sequence[Indicator]) -> Iterator[str]:
    """The empty table: a line for each indicator."""
    return sheets.as_csv(_TO_FILL, indicators)


class ReadingsFileForm(forms.Form):
    """The file; or its text, once it was looked at."""

    file = forms.FileField(label=gettext_lazy("File CSV"), required=False)
    table = forms.CharField(required=False, strip=False, max_length=LARGEST, widget=forms.HiddenInput)

    def data_sent(self) -> bytes:
        """What to read; nothing, with the reason at the field, when there is nothing or too much of it."""
        if not self.is_valid():
            return b""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            self.add_error("file", _("Il file supera i 200 KB."))
            return b""
        data: bytes = file.read() if file else str(self.cleaned_data["table"]).encode()
        if not data.strip():
            self.add_error("file", _("Scegli il file compilato."))
        return data


@dataclass
class ReadTable:
    """What a table says: the readings in its order, and what is wrong, with the line."""

    said: list[tuple[Indicator, Said]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @property
    def shown(self) -> list[tuple[Indicator, Reading]]:
        """As they would be written."""
        return [(indicator, Reading(indicator=indicator, **said.columns)) for indicator, said in self.said]


def read(data: bytes, indicators: Sequence[Indicator]) -> ReadTable:
    """The readings of open indicators that a file holds. Lines without a value are passed over."""
    found = ReadTable()
    try:
        rows = [row for row in read_table(data, _IN_FILE) if row.cells["value"]]
    except WrongFile as wrong:
        found.mistakes += [str(what) for what in wrong.args]
        return found
    if not rows:
        found.mistakes.append(_("Nessuna riga ha un valore."))
    if len(rows) > MOST_LINES:
        found.mistakes.append(_("Ha più di %d righe: dividilo.") % MOST_LINES)
        return found
    seen: dict[Key, int] = {}
    current = Reading.objects.current().filter(indicator__in=indicators)
    declared = {(one.indicator_id, one.period, one.on): one for one in current}
    for row in rows:
        _read_row(row, indicators, found, seen, declared)
    return found


def _read_row(
    row: Row, indicators: Sequence[Indicator], found: ReadTable, seen: dict[Key, int], declared: dict[Key, Reading]
) -> None:
    def wrong(what: str) -> None:
        found.mistakes.append(_("riga %(line)d: %(what)s") % {"line": row.line, "what": what})

    code, name, about = row.cells.get("code", ""), row.cells["indicator"], fold(row.cells.get("approximation", ""))
    named = [one for one in indicators if (str(one.pk) == code if code else fold(one.name) == fold(name))]
    if len(named) != 1:
        wrong(_("l'indicatore «%s» non è tra quelli aperti della pratica.") % (name or code))
    if about not in _ABOUT:
        wrong(_("«%s» non si capisce: scrivi circa, oltre, meno di, oppure niente.") % row.cells["approximation"])
    form = ReadingForm({**row.cells, "approximation": _ABOUT.get(about, "")})
    if not form.is_valid():
        for part, errors in form.errors.items():
            wrong(f"{form.fields[part].label}: {' '.join(str(error) for error in errors)}")
        return
    if len(named) == 1 and about in _ABOUT:
        said = form.said
        key = (named[0].pk, said.period, said.on)
        if (before := seen.setdefault(key, row.line)) != row.line:
            wrong(_("lo stesso periodo è già alla riga %d.") % before)
        if key in declared and said.differs_from(declared[key]):
            wrong(taken(named[0], said))
        found.said.append((named[0], said))
