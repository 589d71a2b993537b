"""Brings a backup back, into an empty database of either engine or in the place of what is there.

First the backup is verified, then the files are written, then all rows in one transaction, which ends only after they were compared with
the backup one by one: whatever goes wrong before, the database is as it was. Files that were written stay, with the backup's content.
Last the tables go on to the installed version: where that stops all rows are back already, and `migrate` goes on with it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from post_office.models import STATUS
from tqdm import tqdm

from portal.backup import schema, storage, verifying
from portal.backup.dumps import Dump
from portal.backup.refusal import Refusal
from portal.backup.sequences import go_on_after, last_numbers
from portal.backup.tables import Table, all_names, tables_of
from practices.search.upkeep import rebuild

# What `migrate` writes by itself: with nothing else in it a database is empty.
MADE_BY_MIGRATE = {
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "contenttypes.ContentType",
    "lib.ContentVersion",
}
# Numbers that are not given again after the last one that the backup knows: more than were given between it and the damage.
# Links and permanent identifiers that went out in those hours must not lead to something else.
GAP = 1_000
HELD = (
    "Era in coda nella copia del {at} e il ripristino l'ha fermata, perché potrebbe essere già partita. "
    "Per spedirla: selezionala nell'elenco e scegli «Requeue selected emails»."
)


@dataclass(frozen=True)
class Restored:
    """What came back, and how many mails wait for a person to decide."""

    rows: int
    files: int
    held: int
    migrated: bool


def present_rows() -> int:
    """How many rows a restore would replace. Raises Refusal where the database is none of the portal's."""
    applied = schema.applied()
    if not applied:
        if connection.introspection.table_names():
            raise Refusal("La banca dati contiene già altro, che non è un portale: usane una vuota.")
        return 0
    tables = tables_of(schema.models_of(applied))
    return sum(table.count() for table in tables if table.label not in MADE_BY_MIGRATE)


def check(dump: Dump) -> None:
    """Raises Refusal where this backup cannot come back into this database with this code."""
    if said := list(verifying.faults(dump)):
        raise Refusal("\n".join(["La copia è danneggiata, e nulla è stato cambiato. Usane un'altra.", *said]))
    if new := schema.unknown(dump.migrations):
        app, name = min(new)
        raise Refusal(
            f"La copia è di una versione più nuova del portale (release {dump.manifest['release']}, migrazione {app} {name}): "
            "installa quella, e ripeti."
        )
    # To change its tables first would leave it changed where the rows do not come in.
    if schema.foreign() or schema.applied() not in (set(), dump.migrations):
        raise Refusal(
            "La banca dati e la copia sono di versioni diverse del portale. Indica nell'ambiente una banca dati nuova e vuota (per SQLite "
            "basta spostare altrove i file portale.sqlite3*), senza eseguire migrate, e ripeti: il ripristino crea le tabelle come "
            "erano e poi le aggiorna."
        )


def restore(dump: Dump, *, at: datetime, moving: bool) -> Restored:
    """Bring it back. `check` has passed, and a person has agreed to what is replaced.

    `moving`: nothing happened since the backup was taken, so that mails that waited go on waiting for the sender.
    Raises Refusal, OSError and DatabaseError.
    """
    files = _files(dump)
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    schema.migrate_to(dump.migrations)
    registry = schema.models_of(dump.migrations)
    tables = tables_of(registry)
    with transaction.atomic():
        numbers, given = last_numbers(tables), dump.manifest["last_numbers"]
        version = _version(registry)
        _empty(registry)
        _write(dump, tables)
        if said := list(verifying.of_rows(dump, tables)):
            raise Refusal("\n".join(["Le righe scritte non sono quelle della copia, e nulla è stato cambiato.", *said]))
        held = 0 if moving else _hold_mails(registry, dump, at)
        _raise_version(registry, version, at)
        for table in tables:
            last = max(numbers.get(table.label, 0), given.get(table.label, 0))
            go_on_after(table, last + (0 if moving else GAP))
    ContentType.objects.clear_cache()
    return Restored(sum(dump.rows.values()), files, held, _migrate())


def _files(dump: Dump) -> int:
    """Write those that the storages have not, or have otherwise; how many. Others that are there stay."""
    written, files = 0, list(dump.files())
    with tqdm(total=sum(file.size for file in files), unit="B", unit_scale=True, desc="File", disable=None) as bar:
        for file in files:
            if storage.fault(file):
                with dump.content(file.sha256).open("rb") as content:
                    storage.put_back(file, content)
                written += 1
            bar.update(file.size)
    return written


def _empty(registry: Any) -> None:
    """No row in any table, sessions included: who was logged in logs in again."""
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), all_names(registry)))


def _write(dump: Dump, tables: list[Table]) -> None:
    # In any order: both engines look at the relations when the transaction ends.
    with tqdm(total=sum(dump.rows.values()), unit=" righe", desc="Banca dati", disable=None) as bar:
        for table in tables:
            table.write(dump.lines(table.label), bar.update)


def _hold_mails(registry: Any, dump: Dump, at: datetime) -> int:
    """Mails that waited when the backup was taken have probably been sent since: a person decides. How many."""
    emails, logs = (registry.get_model("post_office", name)._base_manager for name in ("Email", "Log"))
    waiting = emails.filter(status__in=(STATUS.queued, STATUS.requeued))
    message = HELD.format(at=f"{dump.made_at:%d/%m/%Y %H:%M} UTC")
    logs.bulk_create(
        logs.model(email_id=pk, status=STATUS.failed, message=message, date=at)
        for pk in waiting.values_list("pk", flat=True)
    )
    return int(waiting.update(status=STATUS.failed, last_updated=at))


def _version(registry: Any) -> int:
    """The content version of what is replaced; 0 where there is none."""
    return registry.get_model("lib", "ContentVersion")._base_manager.values_list("number", flat=True).first() or 0


def _raise_version(registry: Any, before: int, at: datetime) -> None:
    """Beyond every number that a lost change can have reached: pages that browsers and caches keep under those are not these.

    Seconds since 1970 are more than there were changes.
    """
    versions = registry.get_model("lib", "ContentVersion")._base_manager
    number = max(before, _version(registry), int(at.timestamp())) + 1
    versions.update_or_create(pk=1, defaults={"number": number, "changed_at": at})


def _migrate() -> bool:
    """On to the tables of the code that is installed; whether there was anything to do."""
    before = schema.applied()
    call_command("migrate", interactive=False, verbosity=0)
    if schema.applied() == before:
        return False
    for _done in tqdm(rebuild(), unit=" pratiche", desc="Indice della ricerca", disable=None):
        pass
    return True
