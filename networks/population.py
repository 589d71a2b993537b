"""Residents of the municipalities, from ISTAT's files of *Demo – demografia in cifre* (https://demo.istat.it).

Two downloads serve, by municipality and at the same day: *Popolazione residente* and *Stranieri residenti*. Each has one row a
town, or one for each age and a last one, 999, with the total; the column is `Totale`, or males and females to be added. One
file with a column of residents and one of foreign residents serves too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from networks.models import Municipality
from networks.tables import Column, Row, WrongFile, read_table
from portal.lib.content_version import raise_version

ALL_AGES = "999"
CODE = Column("Codice comune", ("codice comune", "codice istat"))
RESIDENTS = {
    "code": CODE,
    "age": Column("Età", ("eta",), is_required=False),
    "males": Column("Maschi", ("totale maschi", "maschi"), is_required=False),
    "females": Column("Femmine", ("totale femmine", "femmine"), is_required=False),
    # After males and females, which may be called totals too.
    "total": Column(
        "Totale", ("totale popolazione", "popolazione residente", "popolazione totale", "residenti", "totale"), False
    ),
    "foreign": Column("Stranieri", ("stranieri", "popolazione straniera"), is_required=False),
}
# Of the second file; there the total may be called after the foreign residents.
FOREIGN = {name: column for name, column in RESIDENTS.items() if name != "foreign"} | {
    "total": Column("Totale", ("totale stranieri", "stranieri", "popolazione straniera", "totale"), is_required=False)
}


@dataclass
class Report:
    """What the figures change; codes that the portal does not know, with their line, are in `unplaced`."""

    updated: int = 0
    unchanged: int = 0
    newer: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    without: int = 0


@dataclass(frozen=True)
class Figures:
    """Of each ISTAT code the persons, and the line on which they were found."""

    persons: dict[str, int]
    lines: dict[str, int]


def import_population(residents: bytes, foreign: bytes | None, *, on: date, apply: bool) -> Report:
    """Write residents and foreign residents, both or neither, as on a day. Raises `WrongFile`; then nothing was written.

    A town whose figures are of a later day keeps them. The file has current ISTAT codes: import the list of towns first.
    """
    rows = read_table(residents, RESIDENTS)
    everybody = _sums(rows, RESIDENTS)
    if foreign is not None:
        strangers = _sums(read_table(foreign, FOREIGN), FOREIGN)
    elif rows and "foreign" in rows[0].cells:
        strangers = _sums(rows, {**RESIDENTS, "total": RESIDENTS["foreign"]}, total="foreign")
    else:
        raise WrongFile(
            "servono anche gli stranieri residenti allo stesso giorno: una colonna «Stranieri», o --foreign FILE."
        )
    both = everybody.persons.keys() & strangers.persons.keys()
    if more := sorted(code for code in both if strangers.persons[code] > everybody.persons[code]):
        raise WrongFile(*(f"riga {everybody.lines[code]}: {code} ha più stranieri che residenti." for code in more))
    report = Report()
    towns = {town.istat_code: town for town in Municipality.objects.filter(ceased_on=None).select_related("province")}
    for code in sorted(everybody.persons.keys() | strangers.persons.keys()):
        if code not in towns:
            line = everybody.lines.get(code) or strangers.lines[code]
            report.unplaced.append(f"riga {line}: nessun comune ha il codice ISTAT {code}.")
        elif code not in both:
            report.unplaced.append(f"{towns[code]}: uno dei due dati manca.")
    changed = []
    for code, town in towns.items():
        if code not in both:
            report.without += 1
            continue
        figures = (everybody.persons[code], strangers.persons[code], on)
        if town.population_on and town.population_on > on:
            report.newer.append(f"{town}: ha già i dati del {town.population_on}.")
        elif (town.population, town.foreign_residents, town.population_on) == figures:
            report.unchanged += 1
        else:
            town.population, town.foreign_residents, town.population_on = figures
            changed.append(town)
    report.updated = len(changed)
    if apply and changed:
        _write(changed)
    return report


@transaction.atomic
def _write(changed: list[Municipality]) -> None:
    Municipality.objects.bulk_update(changed, ["population", "foreign_residents", "population_on"], batch_size=300)
    raise_version()


def _sums(rows: Iterable[Row], columns: dict[str, Column], total: str = "total") -> Figures:
    """The persons of each town: its total over the ages where the file gives it, else the sum of its rows."""
    sums: dict[str, int] = {}
    totals: dict[str, int] = {}
    lines: dict[str, int] = {}
    mistakes = []
    for row in rows:
        # Notes under the table have no code.
        if not (code := row.cells["code"]) or not code[0].isdecimal():
            continue
        if total in row.cells:
            texts = [row.cells[total]]
        elif "males" in row.cells and "females" in row.cells:
            texts = [row.cells["males"], row.cells["females"]]
        else:
            raise WrongFile(f"manca la colonna {columns['total'].label}, o Maschi e Femmine.")
        code = code.zfill(6)
        counts = [text.replace(".", "") for text in texts]
        if len(code) != 6 or not all(count.isascii() and count.isdecimal() for count in [code, *counts]):
            mistakes.append(f"riga {row.line}: «{code}», «{'», «'.join(texts)}»: non sono un codice ISTAT e delle persone.")
            continue
        persons, age = sum(map(int, counts)), row.cells.get("age", "")
        if code in sums and not age:
            mistakes.append(f"riga {row.line}: {code} è già alla riga {lines[code]}.")
        if age in (ALL_AGES, "Totale"):
            totals[code] = persons
        sums[code] = sums.get(code, 0) + persons
        lines.setdefault(code, row.line)
    if mistakes:
        raise WrongFile(*mistakes)
    return Figures({**sums, **totals}, lines)
