"""Takes a backup: the database at one moment, then the files, and last the name that makes it one.

The database first: a file is stored before the row that names it, so that every file of the database's moment is there when the files
are read. The other way round a file that came in between would be named and missing.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.db import connection
from tqdm import tqdm

from portal.backup import dumps, schema
from portal.backup.dumps import Dump
from portal.backup.files import Files
from portal.backup.refusal import Refusal
from portal.backup.sequences import last_numbers
from portal.backup.snapshot import snapshot
from portal.backup.tables import Table, as_line, tables_of


@dataclass(frozen=True)
class Taken:
    """A new backup, and what was found on the way."""

    dump: Dump
    files: Files


def take(folder: Path, at: datetime) -> Taken:
    """Take one into the folder. Raises Refusal, OSError and DatabaseError; then nothing of it is left."""
    if schema.foreign():
        raise Refusal("La banca dati è di una versione più nuova del portale: la copia va fatta con quella.")
    if not schema.applied():
        raise Refusal("Nella banca dati non c'è ancora un portale: non c'è nulla da copiare.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with dumps.locked(folder, alone=True):
        # What an interrupted one left behind.
        for left in folder.glob(f"{dumps.UNFINISHED}*"):
            shutil.rmtree(left)
        unfinished = Path(mkdtemp(prefix=dumps.UNFINISHED, dir=folder))
        try:
            manifest = {"format": dumps.FORMAT, "made_at": at.isoformat(timespec="seconds"), "release": settings.RELEASE}
            database, named = _database(unfinished)
            files = Files(folder, unfinished)
            files.keep(named)
            _describe(unfinished, {**manifest, **database, **files.told()})
            # From here it has its name, and would be taken for a whole one.
            unfinished = unfinished.rename(_free_name(folder, at))
            dumps.settle(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    return Taken(Dump(unfinished), files)


def _free_name(folder: Path, at: datetime) -> Path:
    """After the moment; a second one in the same second gets a number."""
    final, number = folder / dumps.name_at(at), 1
    while final.exists():
        number += 1
        final = folder / f"{dumps.name_at(at)}-{number}"
    return final


def _database(unfinished: Path) -> tuple[dict[str, Any], set[str]]:
    """Write every table; what the manifest says of them, and the stored files that their rows name."""
    named: set[str] = set()
    with snapshot(unfinished):
        migrations = sorted(schema.applied())
        tables = tables_of(schema.models_of(migrations))
        total = sum(table.count() for table in tables)
        with tqdm(total=total, unit=" righe", desc="Banca dati", disable=None) as bar:
            rows = {
                table.label: dumps.write_lines(unfinished / dumps.table_file(table.label), _lines(table, named), bar.update)
                for table in tables
            }
        told = {
            "engine": f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}",
            "migrations": migrations,
            "tables": rows,
            "last_numbers": last_numbers(tables),
        }
    return told, named


def _lines(table: Table, named: set[str]) -> Iterator[str]:
    columns = table.file_columns
    for row in table.rows():
        named.update(row[column] for column in columns if row[column])
        yield as_line(row)


def _describe(unfinished: Path, manifest: dict[str, Any]) -> None:
    """The manifest and the checksums, which cover it too."""
    with dumps.private(unfinished / dumps.MANIFEST) as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    sums = {}
    for path in sorted(unfinished.iterdir()):
        with path.open("rb") as written:
            sums[path.name] = dumps.sha256_of(written)
    with dumps.private(unfinished / dumps.SUMS) as file:
        file.write(dumps.as_sums(sums).encode())
    dumps.settle(*unfinished.iterdir(), unfinished)
