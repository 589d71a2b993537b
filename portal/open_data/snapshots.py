"""Snapshots: the whole of the open data as it was in a month, kept so that a paper can cite it.

A folder a month under OPEN_DATA_DIR, with each dataset as CSV and JSON Lines, compressed, the codebook, a manifest and the
checksums. It is written elsewhere and put in place at once; what is in place changes for one reason only, the removal of a
practice: see `portal.open_data.masking`.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.lib import open_data, sheets
from portal.lib.content_version import current_version
from portal.lib.open_data import Dataset, Record, Text
from portal.open_data.codebook import CODES, LINES
from portal.open_data.files import FILES
from practices.open_data.practice import removed

MANIFEST, SUMS = "manifesto.json", "SHA256SUMS"
# What the manifest says of a change of the codebook.
KINDS: dict[str, Text] = {"aggiunto": _("aggiunto"), "tolto": _("tolto"), "cambiato": _("cambiato")}
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Snapshot:
    """One month. The manifest says which files there are, what changed in the codebook, and which practices were masked."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def month(self) -> str:
        """2026-11."""
        return self.folder.name

    @property
    def first_day(self) -> date:
        """For showing the month in words."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def files(self) -> list[dict[str, Any]]:
        """Name, rows, bytes and checksum of each."""
        return list(self.manifest["file"])

    @property
    def size(self) -> int:
        """Of all files together, in bytes."""
        return sum(int(file["byte"]) for file in self.files)

    @property
    def made_at(self) -> datetime:
        """When."""
        return datetime.fromisoformat(self.manifest["creato_il"])

    @property
    def codebook_changes(self) -> list[tuple[Text, str, str]]:
        """What happened to which field or code since the snapshot before, and to what of it."""
        return [(KINDS[one["modifica"]], one["che_cosa"], one["in"]) for one in self.manifest["modifiche_al_dizionario"]]

    @property
    def bare(self) -> set[str]:
        """Codes of the practices of which it holds no more than that they were removed, from the start or by masking."""
        return {one["codice"] for one in self.manifest["mascherate"]} | set(self.manifest["rimosse_prima"])

    def path_of(self, name: str) -> Path | None:
        """A file of it; nothing for any other name."""
        known = {MANIFEST, SUMS, *(file["nome"] for file in self.files)}
        return self.folder / name if name in known else None


def all_of() -> list[Snapshot]:
    """The newest first."""
    folders = settings.OPEN_DATA_DIR.iterdir() if settings.OPEN_DATA_DIR.is_dir() else ()
    return [read(folder) for folder in sorted(folders, reverse=True) if _MONTH.fullmatch(folder.name)]


def find(month: str) -> Snapshot | None:
    """Of a month, if there is one."""
    folder = settings.OPEN_DATA_DIR / month
    return read(folder) if _MONTH.fullmatch(month) and folder.is_dir() else None


def read(folder: Path) -> Snapshot:
    """From its manifest."""
    return Snapshot(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def take(at: datetime) -> Snapshot | None:
    """Write the snapshot of the month; nothing where there is one already."""
    folder: Path = settings.OPEN_DATA_DIR / f"{at:%Y-%m}"
    if folder.exists():
        return None
    before = next(iter(all_of()), None)
    unfinished = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        # Who is removed while it is written is masked at the next run.
        gone, version = [row["codice"] for row in removed()], current_version()
        files = [file for dataset in FILES.values() for file in _write(dataset, unfinished)]
        manifest = {
            "mese": folder.name,
            "creato_il": at.isoformat(timespec="seconds"),
            "versione_dei_contenuti": [version, current_version()],
            "licenza": open_data.LICENCE,
            "file": files,
            "modifiche_al_dizionario": changes(before, unfinished) if before else [],
            "rimosse_prima": gone,
            "mascherate": [],
        }
        write_manifest(unfinished, manifest)
        # Whoever was quicker has made it.
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return read(folder)


def _write(dataset: Dataset[Any], folder: Path) -> list[dict[str, Any]]:
    """Both files of a dataset from one reading of its rows."""
    names = (f"{dataset.name}.csv.gz", f"{dataset.name}.jsonl.gz")
    rows = 0
    with ExitStack() as open_files:
        table, lines = (open_files.enter_context(writing(folder / name)) for name in names)

        def told() -> Iterator[Record]:
            nonlocal rows
            for row in dataset.records():
                rows += 1
                lines.write(next(iter(sheets.json_lines([row]))))
                yield row

        table.writelines(open_data.as_csv(dataset.fields, told()))
    return [described(folder / name, rows) for name in names]


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A compressed file without name or time in it: the same rows give the same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="") as file,
    ):
        yield file


def described(path: Path, rows: int) -> dict[str, Any]:
    """What the manifest says of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return {"nome": path.name, "righe": rows, "byte": path.stat().st_size, "sha256": digest.hexdigest()}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """And the checksums beside it, as `sha256sum -c` reads them; each at once."""
    sums = "".join(f"{file['sha256']}  {file['nome']}\n" for file in manifest["file"])
    for name, text in ((SUMS, sums), (MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")):
        new = folder / f".{name}"
        new.write_text(text, encoding="utf-8")
        new.replace(folder / name)


def rows_of(folder: Path, dataset: Dataset[Any]) -> Iterator[Record]:
    """The rows of a dataset as a snapshot keeps them."""
    with gzip.open(folder / f"{dataset.name}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def changes(before: Snapshot, folder: Path) -> list[dict[str, str]]:
    """What is new, gone or different in the codebook: fields first, then codes."""
    found: list[dict[str, str]] = []
    for dataset in (LINES, CODES):
        old, new = (_by_key(rows_of(place, dataset), dataset.key) for place in (before.folder, folder))
        both = {key for key in old.keys() & new.keys() if old[key] != new[key]}
        kinds = dict(zip(KINDS, (new.keys() - old.keys(), old.keys() - new.keys(), both), strict=True))
        for kind, keys in kinds.items():
            for key in sorted(keys):
                what = [name for name in new[key] if new[key][name] != old[key].get(name)] if kind == "cambiato" else []
                found.append({"dove": dataset.name, "che_cosa": key, "modifica": kind, "in": ", ".join(what)})
    return found


def _by_key(rows: Iterable[Record], key: str) -> dict[str, Record]:
    return {row[key]: row for row in rows}
