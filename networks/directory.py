"""The local authorities that an officer can ask for: the organisations, and the Comuni that are none yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from networks import affiliations
from networks.affiliations import Refused
from networks.models import Affiliation, Municipality, Organisation, Province, Region, User
from portal.lib.text import fold

SHOWN = 50
# Words that people write and that tell no authority from another.
_EMPTY = {"comune", "citta", "di", "del", "della", "dell", "dei"}


@dataclass(frozen=True)
class Entry:
    """A local authority in the results: an organisation, or a Comune that becomes one when it is asked for."""

    name: str
    kind: str
    place: str
    organisation: Organisation | None = None
    municipality: Municipality | None = None


def search(*, name: str = "", province: Province | None = None, region: Region | None = None) -> tuple[list[Entry], bool]:
    """Those that match all that is given, by name, and whether there are more than are shown."""
    organisations = Organisation.objects.local_authorities().exclude(municipality__ceased_on__isnull=False)
    towns = Municipality.objects.filter(organisation__isnull=True, ceased_on__isnull=True)
    for word in set(fold(name).split()) - _EMPTY:
        organisations = organisations.filter(Q(sort_name__contains=word) | _in_town(Q(sort_name__contains=word)))
        towns = towns.filter(sort_name__contains=word)
    if province:
        organisations, towns = organisations.filter(_in_town(Q(province=province))), towns.filter(province=province)
    if region:
        organisations, towns = organisations.filter(region=region), towns.filter(province__region=region)
    found = organisations.distinct().select_related("region", "municipality__province").order_by("sort_name")
    unions = found.prefetch_related("municipalities__province")
    entries = [
        *((_sort_name(row), _of_organisation(row)) for row in unions[: SHOWN + 1]),
        *((row.sort_name, _of_town(row)) for row in towns.select_related("province__region")[: SHOWN + 1]),
    ]
    entries.sort(key=lambda entry: entry[0])
    return [entry for _name, entry in entries[:SHOWN]], len(entries) > SHOWN


def _in_town(condition: Q) -> Q:
    """Of an organisation: its Comune, or one of its union's."""
    towns = Municipality.objects.filter(condition)
    return Q(municipality__in=towns) | Q(municipalities__in=towns)


def _sort_name(organisation: Organisation) -> str:
    return organisation.municipality.sort_name if organisation.municipality else organisation.sort_name


def _of_organisation(row: Organisation) -> Entry:
    towns = [row.municipality] if row.municipality else row.municipalities.all()
    return Entry(str(row), str(row.get_kind_display()), _place(towns, row.region), organisation=row)


def _of_town(row: Municipality) -> Entry:
    kind = str(Organisation.Kind.MUNICIPALITY.label)
    return Entry(name_of(row), kind, _place([row], row.province.region), municipality=row)


def _place(towns: Iterable[Municipality], region: Region | None) -> str:
    provinces = sorted({str(town.province) for town in towns})
    return ", ".join([*provinces, str(region or "")]).strip(", ")


def name_of(town: Municipality) -> str:
    """What its organisation is called: Comune di Bolzano, whatever its other name."""
    return _("Comune di %s") % (town.common_name or town.name)


def signed_name_of(town: Municipality) -> str:
    """What tells the organisations of homonyms: Comune di Castro (BG)."""
    return f"{name_of(town)} ({town.province.abbreviation})"


@transaction.atomic
def organisation_of(town: Municipality) -> Organisation:
    """The Comune's organisation, made from the official list the first time that somebody asks for it."""
    town = (
        Municipality.objects.select_for_update(of=("self",), no_key=True).select_related("province__region").get(pk=town.pk)
    )
    if existing := Organisation.objects.filter(municipality=town).first():
        return existing
    if town.ceased_on:
        raise Refused(_("Questo Comune non c'è più: cerca quello in cui è confluito."))
    name, slug = name_of(town), f"comune-di-{town.slug}"
    if Municipality.objects.exclude(pk=town.pk).filter(sort_name=town.sort_name).exists() or _taken(name=name):
        name = signed_name_of(town)
    if _taken(slug=slug):
        slug = f"{slug}-{town.pk.lower()}"
    return Organisation.objects.create(
        kind=Organisation.Kind.MUNICIPALITY, name=name, slug=slug, municipality=town, region=town.province.region
    )


@transaction.atomic
def request_for_town(town: Municipality, *, by: User, at: datetime, message: str = "") -> Affiliation:
    """Ask to act for a Comune that may not be an organisation yet."""
    return affiliations.request(organisation_of(town), by=by, at=at, message=message)


def _taken(**columns: str) -> bool:
    return Organisation.objects.filter(**columns).exists()
