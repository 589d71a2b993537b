"""Old backups go when their time is up, and files when no backup names them any more."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from portal.backup import dumps
from portal.backup.refusal import Refusal


class Removed(NamedTuple):
    """How many backups, and how many files that none of the others names."""

    backups: int
    files: int


def remove_before(folder: Path, moment: datetime) -> Removed:
    """Remove the backups from before this moment, never the last one. It can be interrupted and run again at any time."""
    with dumps.locked(folder, alone=True):
        old = [dump for dump in dumps.all_in(folder)[:-1] if dump.made_at < moment]
        for dump in old:
            # First the name: half a backup is none.
            gone = folder / f"{dumps.UNFINISHED}{dump.path.name}"
            os.rename(dump.path, gone)
            shutil.rmtree(gone)
        return Removed(len(old), _sweep(folder))


def _sweep(folder: Path) -> int:
    try:
        named = {file.sha256 for dump in dumps.all_in(folder) for file in dump.files()}
    except (Refusal, OSError, ValueError, TypeError):
        # A backup that cannot be read may need any of them: `verify` tells what is wrong with it.
        return 0
    unnamed = [path for path in (folder / "files").glob("??/*") if path.name not in named]
    for path in unnamed:
        path.unlink()
    return len(unnamed)
