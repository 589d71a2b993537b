"""The content of stored files in a folder of backups: each once, by its SHA-256, for all the backups that name it."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from tqdm import tqdm

from portal.backup import dumps, storage
from portal.backup.dumps import Kept
from portal.backup.refusal import Refusal
from portal.backup.storage import Stored

# New files that go to their place at once.
TOGETHER = 200


class Files:
    """Those of the backup that is being taken. What the backup before it has is not read again."""

    def __init__(self, folder: Path, unfinished: Path) -> None:
        self.folder, self.unfinished = folder, unfinished
        self.known = _of_last(folder)
        self.kept: dict[tuple[str, str], Kept] = {}
        self.copied = self.copied_bytes = 0
        # Read and not in their place yet, by their hash.
        self._new: dict[str, Path] = {}
        self.named: set[str] = set()
        # Named by a row and gone before they were copied.
        self.missing: list[str] = []

    @property
    def damaged(self) -> list[str]:
        """Those that rows name and whose content is not the one that their name tells: the storage's copy is bad."""
        return [file.name for file in self.kept.values() if file.name in self.named and storage.is_damaged(file)]

    def keep(self, named: set[str]) -> None:
        """Copy what is new, and write the list of all. `named`: by the rows of the database."""
        self.named = named
        found = [(label, stored) for label in storage.STORAGES for stored in storage.everything_in(label)]
        size = sum(stored.size for _label, stored in found)
        with tqdm(total=size, unit="B", unit_scale=True, desc="File", disable=None) as bar:
            for label, stored in found:
                self._keep(label, stored)
                bar.update(stored.size)
        self._settle()
        for name in sorted(named - {name for label, name in self.kept if label == "default"}):
            # Deleted since the database's moment: an earlier backup may have it.
            earlier = self.known.get(("default", name))
            if earlier and self._has(earlier):
                self.kept[earlier.place] = earlier
            else:
                self.missing.append(name)
        dumps.write_files(self.unfinished / dumps.FILES, (self.kept[place] for place in sorted(self.kept)))

    def told(self) -> dict[str, Any]:
        """What the manifest says of them."""
        return {
            "files": len(self.kept),
            "bytes": sum(file.size for file in self.kept.values()),
            "missing_files": self.missing,
            "damaged_files": self.damaged,
        }

    def _keep(self, label: str, stored: Stored) -> None:
        known = self.known.get((label, stored.name))
        is_same = known is not None and (known.size, known.modified) == (stored.size, stored.modified)
        kept = known if known and is_same and self._has(known) else self._copy(label, stored)
        if kept:
            self.kept[kept.place] = kept

    def _copy(self, label: str, stored: Stored) -> Kept | None:
        """Read it from its storage; nothing where it is gone meanwhile."""
        new, digest, size = self.unfinished / f"file-{len(self._new)}", hashlib.sha256(), 0
        try:
            source = storages[label].open(stored.name)
        except FileNotFoundError:
            return None
        with source, dumps.private(new) as target:
            for piece in dumps.pieces(source):
                digest.update(piece)
                size += target.write(piece)
        kept = Kept(label, stored.name, digest.hexdigest(), size, stored.modified)
        if kept.sha256 in self._new or self._has(kept):
            new.unlink()
            return kept
        self._new[kept.sha256] = new
        self.copied, self.copied_bytes = self.copied + 1, self.copied_bytes + size
        if len(self._new) >= TOGETHER:
            self._settle()
        return kept

    def _settle(self) -> None:
        """What was read goes to its place once it is on the disk: a file there is whole, or the next backup would trust half of it."""
        dumps.settle(*self._new.values())
        places = {sha256: dumps.content_path(self.folder, sha256) for sha256 in self._new}
        for sha256, place in places.items():
            for parent in (place.parent.parent, place.parent):
                parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(self._new[sha256], place)
        parents = {place.parent for place in places.values()}
        dumps.settle(*parents, *{parent.parent for parent in parents})
        self._new = {}

    def _has(self, file: Kept) -> bool:
        place = dumps.content_path(self.folder, file.sha256)
        return place.is_file() and place.stat().st_size == file.size


def _of_last(folder: Path) -> dict[tuple[str, str], Kept]:
    """What the last backup has, by where it belongs; nothing where that cannot be read, so that everything is read anew."""
    found = dumps.all_in(folder)
    try:
        return {file.place: file for file in found[-1].files()} if found else {}
    except (Refusal, OSError, ValueError, TypeError):
        return {}
