"""The stored files of the portal: what people upload, and the snapshots of the open data."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.files.base import File
from django.core.files.storage import storages

from portal.backup.dumps import Kept, sha256_of
from portal.backup.refusal import Refusal

STORAGES = ("default", "open_data")
# A file of this name is the one whose content has this hash: see `practices.attachments`.
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Stored(NamedTuple):
    """A file as its storage tells of it. Size in bytes."""

    name: str
    size: int
    modified: str


def everything_in(storage: str) -> Iterator[Stored]:
    """Each file of a storage that is still there when it is its turn."""
    found: Any = storages[storage]
    if hasattr(found, "bucket"):
        # A thousand files in one request, where asking for each would be two requests a file.
        start = f"{found.location}/"
        for one in found.bucket.objects.filter(Prefix=start):
            yield Stored(one.key.removeprefix(start), one.size, one.last_modified.isoformat())
        return
    for name in _names(found, ""):
        try:
            yield Stored(name, found.size(name), found.get_modified_time(name).isoformat())
        except FileNotFoundError:
            continue


def _names(storage: Any, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for inside in sorted(folders):
        yield from _names(storage, f"{folder}{inside}/")


def is_damaged(file: Kept) -> bool:
    """Whether its name tells another content than it has."""
    stem = file.name.rpartition("/")[2].partition(".")[0]
    return bool(_HASH.fullmatch(stem)) and stem != file.sha256


def fault(file: Kept) -> str:
    """What is wrong with it in the storage, in words; empty when it is there as the backup has it."""
    storage = storages[file.storage]
    try:
        if storage.size(file.name) == file.size:
            with storage.open(file.name) as found:
                return "" if sha256_of(found) == file.sha256 else f"{file.name} ha un altro contenuto."
        return f"{file.name} ha un'altra dimensione."
    except FileNotFoundError:
        return f"{file.name} non c'è."


def put_back(file: Kept, content: Any) -> None:
    """Into the storage, in the place of what has its name, and read again. Raises Refusal where that does not succeed."""
    storage = storages[file.storage]
    storage.delete(file.name)
    name = storage.save(file.name, File(content))
    said = fault(file)
    if name != file.name or said:
        raise Refusal(f"Il file {file.name} non si riesce a scrivere nell'archivio dei file ({said or name}).")
