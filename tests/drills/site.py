"""A portal with the settings of production for each drill: a database, a folder and nodes of its own, on either engine."""

import glob
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.demo import free_port
from tests.nodes import Node

COMMAND = 600  # seconds


@dataclass
class Site:
    """One portal: a folder (DATA_DIR), a database and what else its processes are told."""

    folder: Path
    variables: dict[str, str]
    started: list[Node] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of it."""
        return {**self.variables, "DATA_DIR": str(self.folder)}

    @property
    def world(self) -> dict[str, Any]:
        """Who and what is in it: `tests.drills.world.world`."""
        return json.loads((self.folder / "world.json").read_text())

    def python(self, *arguments: str, given: object = None, **variables: str) -> str:
        """What a process of it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**self.environment, **variables},
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=COMMAND,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *command: str, **variables: str) -> str:
        """A command of the project."""
        return self.python("manage.py", *command, **variables)

    def inside(self, name: str, **given: Any) -> Any:
        """What a function of `tests.drills.inside` finds, in a process of this site."""
        return json.loads(self.python("-m", "tests.drills.inside", name, given=given))

    def node(self, workers: int = 1, **variables: str) -> Node:
        """A server that answers, until the site is left."""
        node = Node({**self.environment, **variables}, self.folder, workers=workers)
        self.started.append(node)
        node.begin()
        node.wait()
        return node

    def prepare(self) -> None:
        """Schema, people, static files: once for each engine."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        (self.folder / "world.json").write_text(json.dumps(self.inside("world.world")))


class Engine:
    """Makes sites that all begin alike, as copies of one that is prepared once."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, secrets.token_urlsafe(50)
        self.model = self._site("model")
        self.model.prepare()

    @contextmanager
    def site(self, name: str, **variables: str) -> Iterator[Site]:
        """A site whose nodes end with it."""
        made = self._site(name, **variables)
        self._copy_database(made)
        shutil.copy(self.model.folder / "world.json", made.folder)
        (made.folder / "static").symlink_to(self.model.folder / "static")
        try:
            yield made
        finally:
            for node in made.started:
                if node.process.poll() is None:
                    node.kill()
            self._drop_database(made)

    def end(self) -> None:
        """What is left of it goes."""
        raise NotImplementedError

    def _site(self, name: str, **variables: str) -> Site:
        folder = self.folder / name
        folder.mkdir()
        common = {
            "SECRET_KEY": self.key,
            "ALLOWED_HOSTS": "localhost",
            "BEHIND_PROXY": "1",
            "TRUSTED_PROXIES": "1",
            "RELEASE": "drill",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        kept = {name: value for name, value in os.environ.items() if name == "PATH"}
        return Site(folder, {**kept, **common, **self._address(name), **variables})

    def _address(self, name: str) -> dict[str, str]:
        raise NotImplementedError

    def _copy_database(self, site: Site) -> None:
        raise NotImplementedError

    def _drop_database(self, site: Site) -> None:
        raise NotImplementedError


class Sqlite(Engine):
    """A file for each site: in its folder, or where DATABASE_URL says."""

    name = "SQLite"

    def _address(self, name: str) -> dict[str, str]:
        return {}

    def _copy_database(self, site: Site) -> None:
        target = site.variables.get("DATABASE_URL", "").removeprefix("sqlite:///") or site.folder / "portale.sqlite3"
        source = self.model.folder / "portale.sqlite3"
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)

    def _drop_database(self, site: Site) -> None:
        """It goes with the folder."""

    def end(self) -> None:
        """Likewise."""


class Postgresql(Engine):
    """A server of its own, of Debian's package, on loopback; a database for each site."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        self.bin = _server_programs()
        # The server refuses to run as root, and its user cannot enter ours, which TMPDIR may be.
        self.data = Path(tempfile.mkdtemp(prefix="drills-postgresql-", dir="/tmp"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self.data, "postgres", "postgres")
        self.run("initdb", f"--pgdata={self.data}/data", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start()
        try:
            self.execute("CREATE DATABASE model")
            super().__init__(folder)
        except BaseException:
            self.end()
            raise

    def run(self, program: str, *arguments: str) -> None:
        """One of the server's programs, as its user."""
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with (self.data / f"{program}.out").open("ab") as said:
            subprocess.run(
                [*as_owner, f"{self.bin}/{program}", *arguments],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=COMMAND,
                check=True,
            )

    def start(self) -> None:
        """Until it takes connections."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.data}"
        self.run("pg_ctl", f"--pgdata={self.data}/data", f"--log={self.data}/log", f"--options={options}", "--wait", "start")

    def stop(self, mode: str) -> None:
        """`fast` ends what runs and writes everything down; `immediate` is a crash."""
        self.run("pg_ctl", f"--pgdata={self.data}/data", f"--mode={mode}", "--wait", "stop")

    def end(self) -> None:
        """With all that is in it."""
        self.stop("immediate")
        shutil.rmtree(self.data)

    def execute(self, query: str, database: str = "postgres") -> list[Any]:
        """A query of the administrator's; what it returns."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(query)  # type: ignore[call-overload]
            return done.fetchall() if done.description else []

    def url(self, database: str) -> str:
        """Where a database of it is."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def _address(self, name: str) -> dict[str, str]:
        return {"DATABASE_URL": self.url(name)}

    def _copy_database(self, site: Site) -> None:
        self.execute(f'CREATE DATABASE "{site.folder.name}" TEMPLATE model')

    def _drop_database(self, site: Site) -> None:
        self.execute(f'DROP DATABASE "{site.folder.name}" WITH (FORCE)')


def _server_programs() -> str:
    """Where they are; empty where PostgreSQL's server is not installed."""
    return max(glob.glob("/usr/lib/postgresql/*/bin"), default="", key=lambda path: int(path.split("/")[4]))


@contextmanager
def engines(*names: str) -> Iterator[list[Engine]]:
    """Those that are asked for, ready to make sites; without names those that this machine has."""
    names = names or (Sqlite.name, *([Postgresql.name] if _server_programs() else []))
    made: list[Engine] = []
    with tempfile.TemporaryDirectory(prefix="drills-") as folder:
        try:
            for name in names:
                own = Path(folder) / name
                own.mkdir()
                made.append(Sqlite(own) if name == Sqlite.name else Postgresql(own))
            yield made
        finally:
            for engine in made:
                engine.end()
