"""Snapshots: the whole of the open data as it was in a month, kept so that a paper can cite it.

A folder a month in the storage `open_data`, with each dataset as CSV and JSON Lines, compressed, the codebook, the checksums and
a manifest. It is there once its manifest is, which comes last; then it changes for one reason only, the removal of a practice: see
`portal.open_data.masking`. The command that writes here runs on one machine.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, TextIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
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

    month: str  # 2026-11
    manifest: dict[str, Any]

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

    def has(self, name: str) -> bool:
        """Whether it has a file of this name."""
        return name in {MANIFEST, SUMS, *(file["nome"] for file in self.files)}

    def open(self, name: str) -> "File[bytes]":
        """A file of it."""
        return _storage().open(f"{self.month}/{name}")


def _storage() -> Storage:
    return storages["open_data"]


def all_of() -> list[Snapshot]:
    """The newest first."""
    try:
        months, _files = _storage().listdir("")
    except FileNotFoundError:
        return []
    return [found for month in sorted(months, reverse=True) if (found := find(month))]


def find(month: str) -> Snapshot | None:
    """Of a month, if there is one: told by its manifest."""
    if not _MONTH.fullmatch(month):
        return None
    try:
        with _storage().open(f"{month}/{MANIFEST}") as file:
            return Snapshot(month, json.loads(file.read()))
    except FileNotFoundError:
        return None


def take(at: datetime) -> Snapshot | None:
    """Write the snapshot of the month; nothing where there is one already."""
    month = f"{at:%Y-%m}"
    if find(month):
        return None
    before = next(iter(all_of()), None)
    with TemporaryDirectory() as folder:
        unfinished = Path(folder)
        # Who is removed while it is written is masked at the next run.
        gone, version = [row["codice"] for row in removed()], current_version()
        files = [file for dataset in FILES.values() for file in _write(dataset, unfinished)]
        manifest = {
            "mese": month,
            "creato_il": at.isoformat(timespec="seconds"),
            "versione_dei_contenuti": [version, current_version()],
            "licenza": open_data.LICENCE,
            "file": files,
            "modifiche_al_dizionario": changes(before, unfinished) if before else [],
            "rimosse_prima": gone,
            "mascherate": [],
        }
        for file in files:
            put(month, unfinished / file["nome"])
    write_manifest(month, manifest)
    return Snapshot(month, manifest)


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


def put(month: str, path: Path) -> None:
    """A file into the storage, in the place of the one of its name: whoever is downloading the old one goes on."""
    with path.open("rb") as file:
        _storage().save(f"{month}/{path.name}", File(file))


def write_manifest(month: str, manifest: dict[str, Any]) -> None:
    """And the checksums beside it, as `sha256sum -c` reads them."""
    sums = "".join(f"{file['sha256']}  {file['nome']}\n" for file in manifest["file"])
    for name, text in ((SUMS, sums), (MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")):
        _storage().save(f"{month}/{name}", ContentFile(text.encode()))


def _rows(packed: IO[bytes]) -> Iterator[Record]:
    """The rows of a dataset as a snapshot keeps them."""
    with packed, gzip.open(packed, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def changes(before: Snapshot, folder: Path) -> list[dict[str, str]]:
    """What is new, gone or different in the codebook: fields first, then codes."""
    found: list[dict[str, str]] = []
    for dataset in (LINES, CODES):
        name = f"{dataset.name}.jsonl.gz"
        old, new = (_by_key(_rows(file), dataset.key) for file in (before.open(name), (folder / name).open("rb")))
        both = {key for key in old.keys() & new.keys() if old[key] != new[key]}
        kinds = dict(zip(KINDS, (new.keys() - old.keys(), old.keys() - new.keys(), both), strict=True))
        for kind, keys in kinds.items():
            for key in sorted(keys):
                what = [name for name in new[key] if new[key][name] != old[key].get(name)] if kind == "cambiato" else []
                found.append({"dove": dataset.name, "che_cosa": key, "modifica": kind, "in": ", ".join(what)})
    return found


def _by_key(rows: Iterable[Record], key: str) -> dict[str, Record]:
    return {row[key]: row for row in rows}
