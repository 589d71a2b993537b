"""The database: that it answers, its version, its tables, the data that the portal begins with, its clock."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import NotSupportedError, connection
from django.utils import timezone

from networks.models import Municipality, Province, Region
from networks.municipal_list import FEWEST
from portal.backup import schema
from portal.doctor.findings import Asked, Finding, judged, right, wrong
from portal.observation import checks
from practices.models import Practice, Reason, TargetGroup, Theme

CLOCKS_APART = timedelta(seconds=5)
LOAD = "`portale loaddata regions provinces municipalities organisations networks agreements taxonomies reasons`"


def look(asked: Asked) -> Iterator[Finding]:
    """Everything, or that it does not answer."""
    try:
        checks.database()
    except NotSupportedError as error:
        yield wrong(f"{connection.display_name}: versione troppo vecchia ({error})", "aggiorna il server della banca dati")
        return
    found, least = connection.get_database_version(), connection.features.minimum_database_version or ()
    yield right(f"{connection.display_name} {_dotted(found)} risponde (serve almeno la {_dotted(least)})")
    yield _migrations()
    yield from _reference()
    yield _search()
    if connection.vendor == "postgresql":
        yield _clock()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _migrations() -> Finding:
    if newer := schema.foreign():
        return wrong(
            f"La banca dati è di una versione più nuova del portale: {len(newer)} migrazioni che questo codice non conosce",
            "aggiorna il codice, o ripristina la copia fatta prima di aggiornare (docs/backup.md)",
        )
    check = checks.migrations()
    missing = check.figures["missing"]
    return judged(
        check.ok, "Le migrazioni ci sono tutte", f"Migrazioni da fare: {missing}", "`portale migrate`, dopo una copia"
    )


def _reference() -> Iterator[Finding]:
    least = [len(json.loads((settings.FIXTURE_DIRS[0] / f"{name}.json").read_text())) for name in ("regions", "provinces")]
    regions, provinces, towns = Region.objects.count(), Province.objects.count(), Municipality.objects.count()
    lists = [Theme.objects.exists(), TargetGroup.objects.exists(), Reason.objects.exists()]
    yield judged(
        regions >= least[0] and provinces >= least[1] and all(lists),
        f"Dati di partenza: {regions} territori regionali, {provinces} province, ambiti, destinatari e motivi",
        f"I dati di partenza non ci sono tutti: {regions} territori regionali su {least[0]}, {provinces} province su {least[1]}",
        LOAD,
    )
    yield judged(
        towns >= FEWEST,
        f"Comuni: {towns}",
        f"Comuni: {towns}, e in Italia sono più di {FEWEST}",
        "`portale import_municipalities Elenco-comuni-italiani.csv --as-of GIORNO --apply`, con il file dell'ISTAT",
    )


def _search() -> Finding:
    """By number: word by word it is `rebuild_search --verify` that looks, which takes its time."""
    lacking = Practice.objects.listed().filter(search_entry=None).count()
    return judged(
        not lacking,
        "L'indice della ricerca ha tutte le pratiche",
        f"Pratiche che mancano nell'indice della ricerca: {lacking}",
        "`portale rebuild_search`",
    )


def _clock() -> Finding:
    """Of the database's machine, which may be another."""
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # the moment, no table
        cursor.execute("SELECT clock_timestamp()")
        said: datetime = cursor.fetchone()[0]
    apart = abs(timezone.now() - said)
    return judged(
        apart < CLOCKS_APART,
        "L'orologio della banca dati è come quello di questa macchina",
        f"L'orologio della banca dati e quello di questa macchina differiscono di {apart.total_seconds():.0f} secondi",
        "`timedatectl set-ntp true`, sulle due macchine",
    )
