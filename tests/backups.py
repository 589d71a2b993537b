"""Portals of their own for the tests of backups: real processes, each on a database and folders that are its alone."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

Content = dict[str, list[dict[str, Any]]]
# Every row of every model, told without anything of the backup's own code.
TELL_ROWS = """
import json
from django.apps import apps
found = {
    model._meta.label: sorted(model._base_manager.values(), key=lambda row: str(row[model._meta.pk.attname]))
    for model in apps.get_models(include_auto_created=True)
    if not model._meta.proxy
}
print(json.dumps(found, default=lambda value: value.isoformat() if hasattr(value, 'isoformat') else str(value)))
"""


@dataclass(frozen=True)
class Portal:
    """A folder for everything, and a database in it or the one that is named."""

    folder: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Its variables."""
        kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")}
        url = self.database_url or f"sqlite:///{self.folder / 'portale.sqlite3'}"
        return {**kept, "DEVELOPMENT": "1", "DEMO": "1", "DATA_DIR": str(self.folder), "DATABASE_URL": url}

    def begin(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """One of its commands, which goes on."""
        command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(command, env=self.environment, cwd=settings.BASE_DIR, text=True, **{**piped, **options})

    def run(self, *arguments: str) -> str:
        """What one of its commands prints; it must succeed."""
        process = self.begin(*arguments)
        said, complained = process.communicate(timeout=300)
        assert process.returncode == 0, complained
        return said

    def python(self, code: str) -> str:
        """What this prints inside it."""
        return self.run("shell", "--verbosity", "0", "--command", code)

    def rows(self) -> Content:
        """Of every table."""
        found: Content = json.loads(self.python(TELL_ROWS))
        return found

    def files(self) -> dict[str, str]:
        """The hash of every stored file, by its path."""
        return {**hashes(self.folder / "media"), **hashes(self.folder / "open-data")}


def hashes(folder: Path) -> dict[str, str]:
    """Of every file in a folder, by the path from the folder above it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def own_database_url() -> str:
    """The address of the tests' own database."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found)


@contextmanager
def empty_postgresql(server: str, name: str) -> Iterator[str]:
    """The address of a new database on the server of this address; it is deleted afterwards."""
    base = server.rpartition("/")[0]
    with closing(psycopg.connect(f"{base}/postgres", autocommit=True)) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{base}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
