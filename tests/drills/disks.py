"""A disk that is small enough to be filled: a tmpfs of so many megabytes. Only root may mount one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


class Disk:
    """What is mounted at a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self, leave: int = 0) -> None:
        """Until so many bytes are left."""
        with self.filler.open("ab", buffering=0) as file:
            try:
                while self.left() > leave:
                    file.write(b"x" * min(1024 * 1024, max(self.left() - leave, 1)))
            except OSError:
                return

    def left(self) -> int:
        """Bytes that are free."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def free(self) -> None:
        """As whoever runs the machine does it: something else goes."""
        self.filler.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int, owner: str = "") -> Iterator[Disk]:
    """It is there until the end, even where somebody still has a file of it open."""
    folder.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@cache
def may_mount() -> bool:
    """Whether this machine lets us."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder) / "disk", 1):
                return True
        except (OSError, subprocess.SubprocessError):
            return False
