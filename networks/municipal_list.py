"""ISTAT's *Elenco dei comuni italiani* as it is downloaded (https://www.istat.it, *Codici dei comuni, delle province e delle
regioni*): what each row says, whatever the year of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from networks.tables import Column, Row, WrongFile, read_table
from portal.lib.text import control_characters

# A whole list has some 7,900; fewer than these are a part of it, or a download that was cut.
FEWEST = 7_000
LONGEST_NAME, LONGEST_UNIT = 80, 60  # characters, as in the database

COLUMNS = {
    "region": Column("Codice Regione", ("codice regione",)),
    # Since 2019 in one column; before, provinces and metropolitan cities had each their own.
    "unit": Column(
        "Codice dell'Unità territoriale sovracomunale",
        ("codice dell unita territoriale sovracomunale", "codice provincia"),
    ),
    "metropolitan": Column("Codice Città Metropolitana", ("codice citta metropolitana",), is_required=False),
    "unit_name": Column(
        "Denominazione dell'Unità territoriale sovracomunale",
        ("denominazione dell unita territoriale sovracomunale", "denominazione provincia"),
    ),
    "metropolitan_name": Column("Denominazione Città metropolitana", ("denominazione citta metropolitana",), False),
    "istat": Column("Codice Comune formato alfanumerico", ("codice comune formato alfanumerico",)),
    "name": Column("Denominazione in italiano", ("denominazione in italiano",)),
    "other_name": Column("Denominazione altra lingua", ("denominazione altra lingua",), is_required=False),
    "capital": Column("Flag Comune capoluogo", ("flag comune capoluogo",)),
    "abbreviation": Column("Sigla automobilistica", ("sigla automobilistica",)),
    "belfiore": Column("Codice Catastale del comune", ("codice catastale",)),
}
# ISTAT's code of the region, and the NUTS 2 code that keys it here. Of 04 the unit tells Bolzano from Trento.
REGIONS = {
    "01": "ITC1", "02": "ITC2", "03": "ITC4", "05": "ITH3", "06": "ITH4", "07": "ITC3", "08": "ITH5", "09": "ITI1",
    "10": "ITI2", "11": "ITI3", "12": "ITI4", "13": "ITF1", "14": "ITF2", "15": "ITF3", "16": "ITF4", "17": "ITF5",
    "18": "ITF6", "19": "ITG1", "20": "ITG2",
}  # fmt: skip
AUTONOMOUS_PROVINCES = {"021": "ITH1", "022": "ITH2"}


@dataclass(frozen=True)
class Unit:
    """A province or metropolitan city: ISTAT's code, car plate's abbreviation, name, NUTS 2 code of its territory."""

    code: str
    abbreviation: str
    name: str
    region: str


@dataclass(frozen=True)
class Town:
    """A municipality; the other name is none where the file does not tell it."""

    line: int
    belfiore: str
    istat: str
    name: str
    other_name: str | None
    unit: Unit
    is_capital: bool


@dataclass(frozen=True)
class MunicipalList:
    """What the file says, and what in it is doubtful."""

    towns: list[Town]
    doubts: list[str]

    @property
    def units(self) -> dict[str, Unit]:
        """Provinces and metropolitan cities by code."""
        return {town.unit.code: town.unit for town in self.towns}


def read_list(data: bytes, *, partial: bool = False) -> MunicipalList:
    """Everything that the file says, or `WrongFile` with everything that is wrong with it.

    `partial` admits a file with a part of the list. Codes that a spreadsheet has robbed of their first zeros get them back.
    """
    towns: list[Town] = []
    mistakes: list[str] = []
    doubts: list[str] = []
    seen: dict[str, int] = {}
    units: dict[str, Unit] = {}
    signs: dict[str, str] = {}
    rows = read_table(data, COLUMNS)
    for row in rows:
        town = _town(row)
        wrong = [*_mistakes(town)]
        for code in (town.belfiore, town.istat):
            if (line := seen.setdefault(code, row.line)) != row.line:
                wrong.append(f"il codice «{code}» è già alla riga {line}")
        if units.setdefault(town.unit.code, town.unit) != town.unit:
            wrong.append(f"la provincia «{town.unit.code}» ha altro nome, sigla o regione in una riga precedente")
        elif (code := signs.setdefault(town.unit.abbreviation, town.unit.code)) != town.unit.code:
            wrong.append(f"la sigla «{town.unit.abbreviation}» è anche della provincia {code}")
        if wrong:
            mistakes.append(f"riga {row.line}: {'; '.join(wrong)}.")
        if "?" in row.cells.get("other_name", ""):
            doubts.append(f"riga {row.line}: in «{row.cells['other_name']}» il file ha perso una lettera; nome non ripreso.")
        towns.append(town)
    if len(rows) < FEWEST and not partial:
        mistakes.append(
            f"il file ha {len(rows)} comuni, un elenco intero più di {FEWEST}: è troncato? (altrimenti --partial)"
        )
    if mistakes:
        raise WrongFile(*mistakes)
    return MunicipalList(towns, doubts)


def _town(row: Row) -> Town:
    cells = row.cells
    metropolitan = cells.get("metropolitan", "")
    is_metropolitan = metropolitan.isdecimal()
    code = (metropolitan if is_metropolitan else cells["unit"]).zfill(3)
    name = cells["metropolitan_name"] if is_metropolitan and "metropolitan_name" in cells else cells["unit_name"]
    region = AUTONOMOUS_PROVINCES.get(code) or REGIONS.get(cells["region"].zfill(2), "")
    other = cells.get("other_name")
    return Town(
        line=row.line,
        belfiore=cells["belfiore"].upper(),
        istat=cells["istat"].zfill(6),
        name=cells["name"],
        other_name=None if other is None or "?" in other else other,
        unit=Unit(code, cells["abbreviation"].upper(), name, region),
        is_capital=cells["capital"] == "1",
    )


def _mistakes(town: Town) -> Iterator[str]:
    """What of a row cannot be, beside what other rows say."""
    unit = town.unit
    for what, value, shape in (
        ("codice catastale", town.belfiore, r"[A-Z]\d{3}"),
        ("codice ISTAT", town.istat, r"\d{6}"),
        ("codice della provincia", unit.code, r"\d{3}"),
        ("sigla della provincia", unit.abbreviation, r"[A-Z]{2}"),
    ):
        if not re.fullmatch(shape, value, re.ASCII):
            yield f"«{value}» non è un {what}" if what.startswith("codice") else f"«{value}» non è una {what}"
    if not unit.region:
        yield "il codice della regione non è tra quelli noti"
    for name, longest in ((town.name, LONGEST_NAME), (town.other_name or "", LONGEST_NAME), (unit.name, LONGEST_UNIT)):
        if len(name) > longest or control_characters(name) or "\n" in name:
            yield f"«{name[:40]}…» non è un nome"
    if not town.name or not unit.name or "?" in town.name:
        yield f"«{town.name or unit.name}»: il nome manca o non è intero"
