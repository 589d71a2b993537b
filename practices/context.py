"""The territory as it was when a practice began: a snapshot that is proposed, and that its author may correct."""

from collections.abc import Iterable

from networks.models import Municipality, Organisation
from practices.content import Content


def snapshot(towns: Iterable[Municipality]) -> Content:
    """Residents of these municipalities together, with source and date; nothing where a figure or a common date is missing.

    The figures are those of ISTAT's resident population that the municipalities were loaded with.
    """
    rows = [(town.population, town.foreign_residents, town.population_on) for town in towns]
    days = {day for _population, _foreign, day in rows}
    if len(days) != 1 or None in days or any(None in row for row in rows):
        return {}
    return {
        "context_population": sum(population or 0 for population, _foreign, _day in rows),
        "context_foreign_residents": sum(foreign or 0 for _population, foreign, _day in rows),
        "context_source": "ISTAT",
        "context_on": str(days.pop()),
    }


def territory_of(organisation: Organisation) -> Content:
    """Where the organisation's practices usually are, with the figures that the portal has of it."""
    towns = list(organisation.own_municipalities())
    return {"municipalities": sorted(town.belfiore_code for town in towns), **snapshot(towns)}
