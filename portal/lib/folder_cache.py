"""A cache in a folder that several processes share: what only one of them may add, only one adds."""

from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class FolderCache(FileBasedCache):
    """Django's own looks whether there is such a key and then writes it, while another process does the same.

    Attempts are counted by who has added the key that stands for a lock.
    """

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Whether it was not there."""
        self._createdir()  # type: ignore[attr-defined]  # its types leave out what it keeps to itself
        with (Path(self._dir) / "adding.lock").open("a") as lock:  # type: ignore[attr-defined]
            locks.lock(lock, locks.LOCK_EX)
            return super().add(key, value, timeout, version)
