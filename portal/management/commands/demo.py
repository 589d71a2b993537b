"""`manage.py demo`: a complete portal with demo data, on one command."""

import os
import shutil
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from networks.models import User
from portal.demo.accounts import ACCOUNTS, create, keep, kept
from portal.demo.cases import Cases
from portal.demo.readings import followed
from portal.lib.content_version import raise_version
from portal.translations import compile_catalogues
from practices.importing import import_practices
from practices.models import Practice, SearchEntry
from practices.search.upkeep import rebuild

# What the demo writes into its folder; nothing else there is its own.
MADE_FILES = ["portale.sqlite3", "portale.sqlite3-wal", "portale.sqlite3-shm", "accounts.json"]
MADE_FOLDERS = ["media", "static", "cache"]
FIXTURES = [
    "regions",
    "provinces",
    "municipalities",
    "organisations",
    "networks",
    "agreements",
    "taxonomies",
    "reasons",
    "news",
]


class Command(BaseCommand):
    """Creates what is missing under var/demo, keeps what is there, serves."""

    help = "Avvia un portale dimostrativo completo su http://localhost:8000/"
    # The tables are made by the command itself.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="la porta su cui risponde (8000)")
        parser.add_argument("--reset", action="store_true", help="ricomincia da capo")
        parser.add_argument("--no-serve", action="store_true", help="prepara soltanto, senza avviare il server")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Questo comando si avvia come `manage.py demo`.")
        port = options["port"]
        if not options["no_serve"]:
            self._check_port(port)
        self._check_database()
        if options["reset"]:
            self._reset()
        self._step("Traduzioni", lambda: compile_catalogues(settings.BASE_DIR / "locale"))
        self._step("Tabelle della banca dati", lambda: call_command("migrate", verbosity=0, interactive=False))
        self._step("Fogli di stile e caratteri", lambda: call_command("collectstatic", verbosity=0, interactive=False))
        if not User.objects.exists():
            # The mails of the demo's cases link to where it answers.
            settings.SITE_URL = f"http://localhost:{port}"
            self._load()
        elif not SearchEntry.objects.exists():
            # A demo of an earlier version: the new tables of the search are empty.
            self._step("Indice della ricerca", lambda: list(rebuild()))
        self._tell(port)
        if not options["no_serve"]:
            self._serve(port)

    def _step(self, what: str, do: Any) -> Any:
        self.stdout.write(f"  {what} … ", ending="")
        self.stdout.flush()
        result = do()
        self.stdout.write("fatto")
        return result

    def _check_port(self, port: int) -> None:
        if not 0 < port < 65536:
            raise CommandError("La porta è un numero da 1 a 65535.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"La porta {port} non è libera ({error.strerror}). Prova un'altra: manage.py demo --port {port % 65535 + 1}"
                ) from error

    def _check_database(self) -> None:
        """The demo only touches a database that it made itself."""
        tables = set(connection.introspection.table_names())
        if not tables:
            return
        # One of its accounts is enough: an earlier version of the demo had fewer of them.
        accounts = [account.email for account in ACCOUNTS]
        ours = User._meta.db_table in tables and User.objects.filter(email__in=accounts).exists()
        untouched = not User.objects.exists() and not Practice.objects.exists() if User._meta.db_table in tables else False
        if not (ours or untouched):
            name = connection.settings_dict["NAME"]
            raise CommandError(f"La banca dati {name} non è quella della demo: non la tocco. Togli DATABASE_URL e DATA_DIR.")

    def _reset(self) -> None:
        if connection.vendor == "sqlite":
            connection.close()
            for name in MADE_FILES:
                (settings.DATA_DIR / name).unlink(missing_ok=True)
            for name in MADE_FOLDERS:
                shutil.rmtree(settings.DATA_DIR / name, ignore_errors=True)
        else:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("flush", verbosity=0, interactive=False)

    def _load(self) -> None:
        """All or nothing: a start that is interrupted leaves an empty portal, and the next one begins again."""
        now = timezone.now()
        with transaction.atomic():
            for name in FIXTURES:
                self._step(f"Dati di riferimento: {name}", lambda name=name: call_command("loaddata", name, verbosity=0))
            lines = (settings.BASE_DIR / "fixtures" / "practices.jsonl").read_text(encoding="utf-8").splitlines()
            report = self._step("Cinquanta pratiche reali", lambda: import_practices(lines, at=now, apply=True))
            if report.errors:
                raise CommandError("\n".join(report.errors))
            passwords = self._step("Utenze dimostrative", lambda: create(now))
            self._step("Casi in ogni fase della moderazione", lambda: Cases(now).make())
            self._step("Una pratica con le sue rilevazioni", lambda: followed(now))
            raise_version()
        keep(passwords, settings.DATA_DIR)

    def _tell(self, port: int) -> None:
        passwords = kept(settings.DATA_DIR)
        self.stdout.write(f"\nIl portale è su http://localhost:{port}/   (Ctrl+C per fermarlo)")
        self.stdout.write(f"Le e-mail della demo si leggono su http://localhost:{port}/demo/posta/\n\nUtenze:")
        width = max(len(account.email) for account in ACCOUNTS)
        for account in ACCOUNTS:
            self.stdout.write(
                f"  {account.email:<{width}}  {passwords.get(account.email, '(password non conservata)'):<40} {account.name}"
            )
        self.stdout.write("")
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", "2", "--threads", "4", "--log-level", "warning", "--chdir", str(settings.BASE_DIR)]
        os.environ["SITE_URL"] = f"http://localhost:{port}"
        os.execv(sys.executable, command)  # noqa: S606  # our own interpreter, no shell
