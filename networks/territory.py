"""The official list of municipalities, brought into the portal: what is new, renamed, recoded, gone. See ADR 0011."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import ManyToOneRel

from networks import slugs
from networks.directory import name_of, signed_name_of
from networks.models import Municipality, OldSlug, Organisation, Province, Region
from networks.municipal_list import MunicipalList, Town, Unit
from networks.tables import WrongFile
from portal.lib.content_version import raise_version
from portal.lib.text import fold

BATCH = 500
Progress = Callable[[int], object]  # is told of so many towns more
WRITTEN = ["istat_code", "name", "other_name", "slug", "province", "is_provincial_capital", "sort_name"]


@dataclass
class Report:
    """What the list changes, in words; `touched` are the towns whose words in the search have changed, by Belfiore code."""

    added: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    recoded: list[str] = field(default_factory=list)
    capitals: list[str] = field(default_factory=list)
    provinces: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    ceased: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unchanged: int = 0
    touched: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be, or was, written of what anybody can see."""
        return not any(
            (self.added, self.renamed, self.recoded, self.capitals, self.provinces, self.organisations, self.ceased)
        )


@transaction.atomic
def import_list(
    found: MunicipalList, *, as_of: date | None = None, cease_missing: bool = False, progress: Progress = bool
) -> Report:
    """Bring the portal's municipalities and provinces to what the list says, by Belfiore and by ISTAT's code.

    `as_of` is the day of the list, which the file does not tell: with it no older list changes anything afterwards. Absence
    from the list changes nothing unless `cease_missing`: then whoever is not there has ceased on that day. Raises `WrongFile`.
    Who calls it rolls back a trial, and indexes the practices of the touched towns.
    """
    _check_age(as_of, cease_missing)
    report = Report(doubts=[*found.doubts])
    _write_provinces(found, report)
    provinces = Province.objects.select_related("region").in_bulk()
    known = Municipality.objects.select_related("province__region").in_bulk()
    new = [_new(town, provinces) for town in found.towns if town.belfiore not in known]
    report.added = [str(town) for town in new]
    changed, renamed, names = [], [], {}
    for town in found.towns:
        stored = known.get(town.belfiore)
        if stored is None:
            continue
        if stored.ceased_on:
            report.doubts.append(f"riga {town.line}: {stored} qui è soppresso dal {stored.ceased_on}; lasciato com'è.")
            continue
        called, base = _names_of(stored), slugs.base_of(stored)
        if _bring_up_to_date(stored, town, provinces, report):
            changed.append(stored)
            names[stored.pk] = called
            if slugs.base_of(stored) != base:
                renamed.append(stored)
    present = {town.belfiore for town in found.towns}
    absent = [town for town in known.values() if town.pk not in present and not town.ceased_on]
    report.absent = sorted(map(str, absent))
    report.unchanged = len(found.towns) - len(new) - len(changed)
    progress(report.unchanged)
    old = slugs.give_new([*renamed, *new], [*known.values(), *new])
    _save(new, changed, old, progress)
    _follow(changed, names, report)
    if cease_missing and absent:
        Municipality.objects.filter(pk__in=[town.pk for town in absent]).update(ceased_on=as_of)
        report.ceased, report.absent = report.absent, []
    if as_of:
        Municipality.objects.filter(pk__in=present, ceased_on__isnull=True).exclude(listed_on=as_of).update(listed_on=as_of)
    if not report.is_empty:
        raise_version()
    return report


def _check_age(as_of: date | None, cease_missing: bool) -> None:
    """No older list after a newer one: it would bring back old names, and close the towns that were made since."""
    if cease_missing and as_of is None:
        raise WrongFile("per chiudere i comuni che mancano serve la data dell'elenco (--as-of).")
    newest = Municipality.objects.filter(listed_on__isnull=False).order_by("-listed_on").first()
    if as_of and newest and newest.listed_on and newest.listed_on > as_of:
        raise WrongFile(f"il portale ha già l'elenco del {newest.listed_on}: quello del {as_of} è più vecchio.")


def _write_provinces(found: MunicipalList, report: Report) -> None:
    """A code that is new with an abbreviation that is known is a recoded province: all that points to it moves along."""
    regions = Region.objects.in_bulk()
    if missing := sorted({unit.region for unit in found.units.values()} - regions.keys()):
        raise WrongFile(f"mancano i territori {', '.join(missing)}: prima, manage.py loaddata regions.")
    stored = Province.objects.in_bulk()
    by_sign = {province.abbreviation: province for province in stored.values()}
    for unit in found.units.values():
        namesake = by_sign.get(unit.abbreviation)
        if unit.code not in stored and namesake and namesake.code not in found.units:
            report.provinces.append(f"{namesake}: codice {namesake.code} → {unit.code}")
            _recode(namesake.code, unit.code)
            stored[unit.code] = Province.objects.get(pk=unit.code)
        elif namesake and namesake.code != unit.code:
            raise WrongFile(f"la sigla {unit.abbreviation} della provincia {unit.code} è già di {namesake.code}.")
        province = stored.get(unit.code)
        if province is None:
            report.provinces.append(f"{unit.name} ({unit.abbreviation}): nuova, codice {unit.code}")
            Province.objects.create(code=unit.code, **_columns(unit))
        elif (province.abbreviation, province.name, province.region_id) != (unit.abbreviation, unit.name, unit.region):
            report.touched |= set(province.municipalities.values_list("pk", flat=True))
            report.provinces.append(f"{province} → {unit.name} ({unit.abbreviation}), {regions[unit.region]}")
            Province.objects.filter(pk=unit.code).update(**_columns(unit))


def _columns(unit: Unit) -> dict[str, str]:
    return {"abbreviation": unit.abbreviation, "name": unit.name, "region_id": unit.region}


def _recode(old: str, new: str) -> None:
    """Change a key and every row that names it; the databases look at the references at the commit."""
    Province.objects.filter(pk=old).update(code=new)
    for relation in Province._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            column = relation.field.attname
            relation.related_model._base_manager.filter(**{column: old}).update(**{column: new})


def _new(town: Town, provinces: dict[str, Province]) -> Municipality:
    made = Municipality(
        belfiore_code=town.belfiore,
        istat_code=town.istat,
        name=town.name,
        other_name=town.other_name or "",
        province=provinces[town.unit.code],
        is_provincial_capital=town.is_capital,
    )
    made.sort_name = fold(made.display_name)
    return made


def _bring_up_to_date(stored: Municipality, town: Town, provinces: dict[str, Province], report: Report) -> bool:
    """Write onto the object what the list says, and into the report what that changed. The name in use here stays."""
    before, codes = str(stored), (stored.istat_code, stored.province_id)
    other = stored.other_name if town.other_name is None else town.other_name
    is_renamed = (stored.name, stored.other_name) != (town.name, other)
    is_recoded = codes != (town.istat, town.unit.code)
    is_capital_changed = stored.is_provincial_capital != town.is_capital
    moves = stored.province_id != town.unit.code
    official = stored.name
    stored.name, stored.other_name, stored.istat_code = town.name, other, town.istat
    stored.province, stored.is_provincial_capital = provinces[town.unit.code], town.is_capital
    stored.sort_name = fold(stored.display_name)
    if is_renamed:
        shown = (before, str(stored)) if before != str(stored) else (official, town.name)
        report.renamed.append(" → ".join(shown))
    if is_recoded:
        province = f", {codes[1]} → {town.unit.code}" if moves else ""
        report.recoded.append(f"{stored}: {codes[0]} → {town.istat}{province}")
    if is_capital_changed:
        report.capitals.append(f"{stored}: {'capoluogo' if town.is_capital else 'non più capoluogo'}")
    if is_renamed or moves:
        report.touched.add(stored.pk)
    return is_renamed or is_recoded or is_capital_changed


def _save(new: list[Municipality], changed: list[Municipality], old: list[OldSlug], progress: Progress) -> None:
    for towns in _batches(changed):
        Municipality.objects.bulk_update(towns, WRITTEN)
        progress(len(towns))
    for towns in _batches(new):
        Municipality.objects.bulk_create(towns)
        progress(len(towns))
    slugs.keep(old)


def _batches(towns: list[Municipality]) -> Iterator[list[Municipality]]:
    for start in range(0, len(towns), BATCH):
        yield towns[start : start + BATCH]


def _names_of(town: Municipality) -> tuple[str, str]:
    """Both ways in which its organisation may be called after it."""
    return name_of(town), signed_name_of(town)


def _follow(changed: Collection[Municipality], names: dict[str, tuple[str, str]], report: Report) -> None:
    """A Comune that is called after its town goes on being so, with the sign or without, and lies where its town lies.

    Its address stays.
    """
    towns = {town.pk: town for town in changed}
    bodies = Organisation.objects.filter(municipality__in=towns)
    taken = set(Organisation.objects.values_list("name", flat=True)) if towns else set()
    followed = []
    for body in bodies:
        town = towns[str(body.municipality_id)]
        name, region = body.name, body.region_id
        new = dict(zip(names[town.pk], _names_of(town), strict=True)).get(name, name)
        if new not in taken:
            body.name, body.sort_name = new, fold(new)
        body.region = town.province.region
        if (body.name, body.region_id) != (name, region):
            report.organisations.append(f"{name} → {body.name}, {body.region}")
            followed.append(body)
    Organisation.objects.bulk_update(followed, ["name", "sort_name", "region"], batch_size=BATCH)
