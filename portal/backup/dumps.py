"""A folder of backups, and one of them: a folder named by its moment, beside the files that all of them share.

    DIR/2026-11-29T180501Z/manifest.json           what it is: when, of which version, how many rows of each table
    DIR/2026-11-29T180501Z/networks.User.jsonl.gz  each table, one JSON object a row
    DIR/2026-11-29T180501Z/files.jsonl.gz          each stored file: where it belongs, and its SHA-256
    DIR/2026-11-29T180501Z/SHA256SUMS              of all of these, as `sha256sum -c` reads them
    DIR/files/ab/abcd…                             the content of each stored file, once, named by its SHA-256

While it is written a backup has another name, so that one of this name is whole.
"""

import fcntl
import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from portal.backup.refusal import Refusal
from portal.backup.schema import Migration

FORMAT = 1
MANIFEST, SUMS, FILES = "manifest.json", "SHA256SUMS", "files.jsonl.gz"
UNFINISHED = ".unfinished-"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?", re.ASCII)
PIECE = 1 << 20


@dataclass(frozen=True)
class Kept:
    """A stored file: in which storage and under which name it belongs. Size in bytes."""

    storage: str
    name: str
    sha256: str
    size: int
    modified: str

    @property
    def place(self) -> tuple[str, str]:
        """What it is found by."""
        return self.storage, self.name


@dataclass(frozen=True)
class Dump:
    """One backup, whole."""

    path: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What it says of itself. Raises Refusal where that cannot be read."""
        try:
            found: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except ValueError as error:
            raise Refusal(f"{self.path / MANIFEST} è danneggiato: usa un'altra copia.") from error
        if found.get("format") != FORMAT:
            raise Refusal(f"{self.path} ha un formato che questa versione del portale non conosce.")
        return found

    @property
    def made_at(self) -> datetime:
        """When, as its name says."""
        return datetime.strptime(self.path.name[:18], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)

    @property
    def migrations(self) -> set[Migration]:
        """Those of its database."""
        return {(app, name) for app, name in self.manifest["migrations"]}

    @property
    def rows(self) -> dict[str, int]:
        """How many of each table."""
        return dict(self.manifest["tables"])

    def lines(self, label: str) -> Iterator[str]:
        """The rows of a table."""
        return read_lines(self.path / table_file(label))

    def files(self) -> Iterator[Kept]:
        """The stored files."""
        return (Kept(**json.loads(line)) for line in read_lines(self.path / FILES))

    def content(self, sha256: str) -> Path:
        """Where a stored file's content is."""
        return content_path(self.path.parent, sha256)


def content_path(folder: Path, sha256: str) -> Path:
    """In a folder of backups."""
    return folder / "files" / sha256[:2] / sha256


def as_sums(hashes: dict[str, str]) -> str:
    """The hashes of a backup's files, by their names, as its `SHA256SUMS` has them."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def table_file(label: str) -> str:
    """The name of a table's file."""
    return f"{label}.jsonl.gz"


def name_at(at: datetime) -> str:
    """Of a backup of this moment."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"


def all_in(folder: Path) -> list[Dump]:
    """The whole ones, the oldest first."""
    return [Dump(path) for path in sorted(folder.iterdir()) if _NAME.fullmatch(path.name) and path.is_dir()]


def chosen(path: Path) -> Dump:
    """The backup that a person names: itself, or the folder, whose last one is meant. Raises Refusal where there is none."""
    path = path.resolve()
    if not path.is_dir():
        raise Refusal(f"{path} non c'è.")
    if path.name.startswith(UNFINISHED):
        raise Refusal(f"{path} è una copia interrotta: usane una intera.")
    if _NAME.fullmatch(path.name):
        return Dump(path)
    found = all_in(path)
    if not found:
        raise Refusal(f"In {path} non c'è nessuna copia intera.")
    return found[-1]


@contextmanager
def locked(folder: Path, *, alone: bool) -> Iterator[None]:
    """Nobody writes there meanwhile, or, `alone`, reads. Raises Refusal at once where somebody does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"Un altro comando sta usando {folder}: ripeti quando ha finito.") from None
        yield
    finally:
        os.close(handle)


# Reading and writing ------------------------------------------------------------------------------------------------
def read_lines(path: Path) -> Iterator[str]:
    """Of a compressed file. Raises Refusal where it is damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise Refusal(f"{path} è danneggiato: usa un'altra copia.") from error


def write_lines(path: Path, lines: Iterable[str], tell: Callable[[int], object] = lambda _n: None) -> int:
    """Compressed, without a name or a moment in it; how many."""
    written = 0
    with private(path) as raw, gzip.GzipFile("", "wb", compresslevel=4, fileobj=raw, mtime=0) as packed:
        for line in lines:
            packed.write(line.encode() + b"\n")
            tell(1)
            written += 1
    return written


def write_files(path: Path, files: Iterable[Kept]) -> None:
    """The list of stored files."""
    write_lines(path, (json.dumps(asdict(file), ensure_ascii=False) for file in files))


def private(path: Path) -> IO[bytes]:
    """A new file that nobody else reads."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def settle(*paths: Path) -> None:
    """Files, or the names in folders, are on the disk when this returns: a power cut after that leaves them whole.

    Many at once: the first takes most of the others along, and each by itself would hold up whoever else writes to the disk.
    """
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """A file, a megabyte at a time."""
    return iter(lambda: file.read(PIECE), b"")


def sha256_of(file: IO[bytes], tell: Callable[[int], object] = lambda _n: None) -> str:
    """The hash of its content."""
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
        tell(len(piece))
    return digest.hexdigest()
