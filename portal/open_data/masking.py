"""Removes from the snapshots what had to leave the portal: of a removed practice only the bare row stays.

A snapshot that still holds one is not served until the command has rewritten it; the manifest then says which practice was
masked, when, and which checksums the files had before.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.lib import sheets
from portal.lib.open_data import Record
from portal.open_data import snapshots
from portal.open_data.snapshots import Snapshot
from practices.open_data.practice import removed

# Whose rows a practice has, and in which of their fields it is named.
PRACTICES = "pratiche"
OF_PRACTICE = ("indicatori", "rilevazioni", "adattamenti")


def waiting(snapshot: Snapshot) -> set[str]:
    """Codes of the practices that were removed and that this snapshot may still hold. One query."""
    return {row["codice"] for row in removed()} - snapshot.bare


def mask(snapshot: Snapshot, at: datetime) -> list[str]:
    """Rewrite the files that hold removed practices; the codes that it masked."""
    gone = {row["codice"]: row for row in removed() if row["codice"] not in snapshot.bare}
    if not gone:
        return []
    manifest = dict(snapshot.manifest)
    before, files = {}, []
    for file in snapshot.files:
        name = str(file["nome"]).partition(".")[0]
        if name == PRACTICES or name in OF_PRACTICE:
            rewritten = _rewrite(snapshot, file["nome"], gone)
            if rewritten["sha256"] != file["sha256"]:
                before[file["nome"]] = file["sha256"]
            files.append(rewritten)
        else:
            files.append(file)
    manifest["file"] = files
    noted = {"il": at.isoformat(timespec="seconds"), "sha256_di_prima": before}
    manifest["mascherate"] = [*manifest["mascherate"], *({"codice": code, **noted} for code in sorted(gone))]
    snapshots.write_manifest(snapshot.month, manifest)
    return sorted(gone)


def _rewrite(snapshot: Snapshot, file_name: str, gone: dict[str, Record]) -> dict[str, Any]:
    """Elsewhere, then in its place."""
    name, is_table = file_name.partition(".")[0], file_name.endswith(".csv.gz")
    rows = 0

    def counted(lines: Iterator[str]) -> Iterator[str]:
        nonlocal rows
        for line in lines:
            rows += 1
            yield line

    encoding = "utf-8-sig" if is_table else "utf-8"
    with TemporaryDirectory() as folder:
        new = Path(folder) / file_name
        with (
            snapshot.open(file_name) as packed,
            gzip.open(packed, "rt", encoding=encoding, newline="") as old,
            snapshots.writing(new) as file,
        ):
            file.writelines(counted((_table if is_table else _lines)(old, name, gone)))
        snapshots.put(snapshot.month, new)
        return snapshots.described(new, rows - is_table)


def _table(old: Any, name: str, gone: dict[str, Record]) -> Iterator[str]:
    """The columns are those that the snapshot has, not those of today."""
    rows = csv.reader(old)
    header = next(rows)

    def kept() -> Iterator[list[Any]]:
        for cells in rows:
            row = dict(zip(header, cells, strict=True))
            if name == PRACTICES and row["codice"] in gone:
                yield [gone[row["codice"]].get(column) for column in header]
            elif name == PRACTICES or row["pratica"] not in gone:
                yield cells

    # What is already written as a cell is not neutralised twice: an apostrophe is no formula.
    return sheets.lines(header, kept())


def _lines(old: Any, name: str, gone: dict[str, Record]) -> Iterator[str]:
    def kept() -> Iterator[Record]:
        for row in map(_parsed, old):
            if name == PRACTICES and row["codice"] in gone:
                yield {field: [] if isinstance(value, list) else None for field, value in row.items()} | {
                    field: value for field, value in gone[row["codice"]].items() if field in row
                }
            elif name == PRACTICES:
                yield row | {
                    field: [one for one in row[field] if one["pratica"] not in gone]
                    for field in ("adattata_da_altri",)
                    if field in row
                }
            elif row["pratica"] not in gone:
                yield row

    return sheets.json_lines(kept())


def _parsed(line: str) -> Record:
    row: Record = json.loads(line)
    return row
