"""Which code is running."""

import hashlib
from pathlib import Path

SOURCES = ("portal", "networks", "agreements", "practices", "templates", "static", "locale")


def release(base: Path) -> str:
    """A short digest of the installed sources' names, sizes and times: it changes when the code changes.

    Every process of one installation computes the same; installations on several machines set RELEASE instead.
    """
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((base / folder).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".html", ".txt", ".css", ".js", ".svg", ".po"}:
                stat = path.stat()
                digest.update(f"{path.relative_to(base)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]
