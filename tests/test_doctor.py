"""`manage.py doctor`: an installation where all is well, and each thing of it that is not."""

import io
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as ours
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone
from environs import Env

from networks.models import User
from portal import environment
from portal.backup import dumps
from portal.body import Body
from portal.doctor import database, files
from portal.lib import timed
from practices.models.choices import Status
from tests import clamd, make, s3
from tests.conftest import MadeOnce
from tests.demo import free_port
from tests.mail_server import Inbox, server

pytestmark = pytest.mark.django_db
BODY = Body("Ente", "Via", "", "a@example.org", "p@example.org", "", "d@example.org", "", "https://a", "https://t", "")
IN_PRODUCTION = {
    "DEVELOPMENT": False,
    "BODY": BODY,
    "DEFAULT_FROM_EMAIL": "portale@example.org",
    "ADMIN_MAIL": ["sistemi@example.org"],
    "SOURCE_URL": "https://example.org/codice",
    "SITE_URL": "https://portale.example.org",
    "ALLOWED_HOSTS": ["portale.example.org"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
}


@pytest.fixture(scope="module")
def beginning(rows_of_module: None) -> None:
    """The data that a portal begins with, and who looks after it."""
    call_command("loaddata", "regions", "provinces", "municipalities", "taxonomies", "reasons", verbosity=0)
    make.editor_user("capo@example.org", chief=True)
    person = User.objects.create_superuser("amministra@example.org")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "prova"})


@pytest.fixture(scope="module")
def static(made_once: MadeOnce) -> Path:
    """Collected, with a list of hashed names."""

    def collect(folder: Path) -> None:
        with override_settings(STATIC_ROOT=folder):
            call_command("collectstatic", interactive=False, verbosity=0)
        paths = {"css/site.css": "css/site.css"}
        (folder / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": paths, "hash": ""}))

    return made_once("collected", collect)


@pytest.fixture
def installation(
    beginning: None, static: Path, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """All is well: its data folder, with the backups beside it."""
    data, now = tmp_path / "data", timezone.now()
    (data / "media").mkdir(parents=True)
    data.chmod(0o700)
    for name, value in IN_PRODUCTION.items():
        setattr(settings, name, value)
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT = data, data / "media", static
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "portal.assets.HashedStorage"}}
    cache = {"BACKEND": "portal.lib.folder_cache.FolderCache", "LOCATION": str(data / "cache")}
    settings.CACHES = {**settings.CACHES, "default": cache}
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}}
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    monkeypatch.setattr(database, "FEWEST", 100)
    monkeypatch.setattr(files, "NEARLY_FULL", 1)
    # The machine's own clock is not the portal's business here.
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "backups" / dumps.name_at(now - timedelta(hours=20))).mkdir(parents=True)
    for name in [timed.FIRST, *(name for name, _every in timed.commands())]:
        ran(data, name, timedelta())
    with server(Inbox(), settings.EMAIL_PORT):
        yield data


def ran(data: Path, name: str, ago: timedelta) -> None:
    """A command ended well so long ago."""
    (data / "runs").mkdir(exist_ok=True)
    mark, moment = data / "runs" / name, (timezone.now() - ago).timestamp()
    mark.touch()
    os.utime(mark, (moment, moment))


def doctor(data: Path, **options: Any) -> tuple[list[str], list[str]]:
    """What is wrong, and what could not be looked at; the last line counts them, and the exit code agrees."""
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", stdout=out, no_color=True, **{"backups": data.parent / "backups", **options})
    except CommandError as error:
        code = error.returncode
        out.write(str(error))
    *lines, last = out.getvalue().splitlines()
    found = {mark: [line[4:] for line in lines if line.startswith(f"  {mark} ")] for mark in "✓✗–"}
    numbers = {mark: len(said) for mark, said in found.items()}
    assert last == f"A posto: {numbers['✓']}. Da riparare: {numbers['✗']}. Non viste da qui: {numbers['–']}."
    assert code == (1 if found["✗"] else 0)
    # Each wrong line has what to do about it on the next.
    after = [lines[n + 1] for n, line in enumerate(lines) if line.startswith("  ✗ ")]
    assert [line[:8] for line in after] == ["      → "] * len(found["✗"])
    return found["✗"], found["–"]


UNSEEN = [
    "{mail}, e accetta senza utente",
    "Il portale come lo vede chi legge",
    "Antivirus: nessuno impostato (CLAMAV_SOCKET)",
    "L'orologio della macchina: qui non c'è timedatectl",
]


def test_where_all_is_well(installation: Path, settings: Any) -> None:
    def kept() -> list[Path]:
        return sorted(path for path in installation.rglob("*") if "cache" not in path.parts and path.is_file())

    before = kept()
    mail = f"Il server di posta 127.0.0.1:{settings.EMAIL_PORT} risponde"
    assert doctor(installation) == ([], [said.format(mail=mail) for said in UNSEEN])
    # Nothing of what it tried is left, and looking is no run of a command.
    assert kept() == before


def test_what_stops_the_start_is_a_line_and_no_traceback(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "ALLOWED_HOSTS": "example.org"}
    command = [sys.executable, str(Path(ours.BASE_DIR) / "manage.py"), "doctor"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == "Impostazioni"
    assert done.stderr.splitlines()[1].startswith("  ✗ SECRET_KEY is not set. Make one with")


def test_the_address_outside_is_https(installation: Path) -> None:
    with pytest.raises(CommandError, match="--url comincia con https://"):
        call_command("doctor", url="http://portale.example.org")


# The settings ----------------------------------------------------------------------------------------------------
def test_settings(installation: Path, settings: Any) -> None:
    settings.DEVELOPMENT, settings.ADMIN_MAIL, settings.SOURCE_URL = True, [], ""
    settings.BODY = Body(**{**vars(BODY), "pec": ""})
    settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "buonepratiche@localhost", "https://altro.example.org"
    settings.SESSION_COOKIE_SECURE = False
    wrong, _unseen = doctor(installation)
    [cookie] = [said for said in wrong if said.startswith("check --deploy: ")]
    assert cookie.endswith("(security.W012)")
    assert [said for said in wrong if said != cookie] == [
        "DEVELOPMENT=1: il portale gira come sulla macchina di chi sviluppa",
        "BODY_PEC manca: la vuole art. 13, c. 1, lett. d, D.Lgs. 33/2013",
        "MAIL_FROM manca: quasi nessun server accetta il mittente predefinito",
        "ADMIN_MAIL manca: `watch` non avvisa nessuno",
        "SOURCE_URL manca: la licenza AGPL vuole che si dica dov'è il codice",
        "SITE_URL è https://altro.example.org, ma il suo nome non è in ALLOWED_HOSTS",
    ]


# The database ----------------------------------------------------------------------------------------------------
def test_a_database_that_is_away(installation: Path) -> None:
    def away(*_args: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        wrong, unseen = doctor(installation)
    assert wrong == ["La banca dati non risponde: OperationalError"]
    # Of the people and of the queue nothing is known; the mail server was asked before.
    assert unseen.count("Il resto, senza la banca dati") == 2


def test_migrations_reference_data_search_and_people(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = MigrationRecorder(connection).migration_qs.filter(app="practices").order_by("-pk").first()
    assert row is not None
    row.delete()
    published = make.submission(Status.PUBLISHED)
    published.practice.search_entry.delete()
    Authenticator.objects.all().delete()
    User.objects.filter(is_superuser=True).delete()
    monkeypatch.setattr(database, "FEWEST", 7000)
    towns = database.Municipality.objects.count()
    wrong, _unseen = doctor(installation)
    assert wrong[:4] == [
        "Migrazioni da fare: 1",
        f"Comuni: {towns}, e in Italia sono più di 7000",
        "Pratiche che mancano nell'indice della ricerca: 1",
        "Chi amministra il portale: nessuna utenza",
    ]
    assert wrong[4].startswith("Caporedazione: con il secondo fattore 0 su ")
    assert len(wrong) == 5


# Files -----------------------------------------------------------------------------------------------------------
def test_files_that_others_read_and_static_files_that_are_not_there(
    installation: Path, settings: Any, static: Path, tmp_path: Path
) -> None:
    root = tmp_path / "static"
    shutil.copytree(static, root)
    (root / "css" / "site.css").unlink()
    settings.STATIC_ROOT = root
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # Up to the root everybody may enter.
    with open_to_all(installation / "media"):
        wrong, _unseen = doctor(installation)
    assert wrong == [
        f"{installation}/media: ogni utente della macchina vi entra, e nginx potrebbe servirne i file",
        "La cache non è condivisa: ogni processo conta per sé i tentativi di accesso",
        "File statici da raccogliere: 1",
        "File statici: l'elenco (staticfiles.json) ne nomina 1, 1 non ci sono",
    ]


class open_to_all:  # noqa: N801  # a context
    def __init__(self, folder: Path) -> None:
        self.modes = {each: each.stat().st_mode for each in (folder, *folder.parents) if not each.stat().st_mode & 0o001}

    def __enter__(self) -> None:
        for folder, mode in self.modes.items():
            folder.chmod(mode | 0o001)

    def __exit__(self, *args: object) -> None:
        for folder, mode in self.modes.items():
            folder.chmod(mode)


def test_a_storage_and_a_cache_that_cannot_be_written(installation: Path, settings: Any) -> None:
    (installation / "media").rmdir()
    (installation / "media").write_text("no folder")
    shutil.rmtree(installation / "cache", ignore_errors=True)
    (installation / "cache").write_text("no folder")
    wrong, _unseen = doctor(installation)
    assert wrong == [
        "L'archivio dei file non si può scrivere: NotADirectoryError",
        "La cache non risponde: FileExistsError",
    ]


def test_a_bucket_that_everybody_reads(installation: Path, settings: Any) -> None:
    with s3.serving() as bucket:
        settings.STORAGES = {**settings.STORAGES, **s3_storages(bucket)}
        assert doctor(installation)[0] == []
        rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{s3.BUCKET}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
        bucket.client().put_bucket_policy(Bucket=s3.BUCKET, Policy=policy)
        assert doctor(installation)[0] == ["Il contenitore S3 è pubblico: chi conosce un indirizzo ne legge i file"]
        assert bucket.names() == set()


def s3_storages(bucket: s3.Storage) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in bucket.environment.items():
            patch.setenv(name, value)
        return environment.storages(Env(), ours.DATA_DIR)


# Mail, timers, backups, antivirus --------------------------------------------------------------------------------
def test_a_mail_server_that_is_away(installation: Path, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    assert doctor(installation)[0] == [
        f"Il server di posta 127.0.0.1:{settings.EMAIL_PORT} non risponde o rifiuta: ConnectionRefusedError"
    ]


def test_timers_that_do_not_run_and_an_old_backup(installation: Path, tmp_path: Path) -> None:
    ran(installation, "send_queued_mail", timedelta(minutes=20))
    ran(installation, "backup", timedelta(hours=29))
    ran(installation, "verify", timedelta(hours=31))
    (installation / "runs" / "snapshot").unlink()
    shutil.rmtree(tmp_path / "backups")
    assert [said.partition(": ")[::2][0] for said in doctor(installation)[0]] == [
        "send_queued_mail",
        "verify",
        "Copie di sicurezza",
    ]
    ran(installation, timed.FIRST, timedelta(days=3))
    assert "snapshot: mai andato a buon fine" in doctor(installation)[0]
    shutil.rmtree(installation / "runs")
    assert doctor(installation)[0] == [
        "Nessun comando dei timer è ancora andato a buon fine su questa macchina",
        f"Copie di sicurezza: {tmp_path}/backups non c'è.",
    ]


def test_a_run_that_fails_or_only_tries_leaves_no_mark(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    call_command("send_reminders", dry_run=True, stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("verify", tmp_path / "nowhere")
    assert not (tmp_path / "runs").exists()
    call_command("send_reminders", stdout=io.StringIO())
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["first", "send_reminders"]


def test_an_antivirus_that_is_away(installation: Path, settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd.ctl")
    wrong, _unseen = doctor(installation)
    assert wrong == ["L'antivirus non risponde: FileNotFoundError: [Errno 2] No such file or directory"]
    with clamd.listening() as scanner:
        settings.CLAMAV_SOCKET = scanner.address
        assert doctor(installation)[0] == []


# From outside ----------------------------------------------------------------------------------------------------
class Page(BaseHTTPRequestHandler):
    """As the portal answers behind its proxy."""

    protocol_version = "HTTP/1.1"
    shown = "/"

    def do_GET(self) -> None:
        self.send_response(200 if self.path == self.shown else 404)
        if self.shown == "/":
            self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def certificate(made_once: MadeOnce) -> Path:
    def make_one(folder: Path) -> None:
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
        subprocess.run([*command.split(), *names], check=True, capture_output=True)

    return made_once("certificate", make_one)


def outside(certificate: Path, handler: type[Page]) -> HTTPServer:
    """On a port of its own."""
    found = HTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    found.socket = context.wrap_socket(found.socket, server_side=True)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    return found


def test_the_portal_as_readers_see_it(installation: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = outside(certificate, Page)
    url = f"https://localhost:{running.server_port}"
    try:
        [wrong] = doctor(installation, url=url)[0]
        assert wrong.startswith(f"{url}: il certificato non vale (self")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        assert doctor(installation, url=url)[0] == []
        monkeypatch.setattr(Page, "shown", "/media/")
        assert doctor(installation, url=url)[0] == [
            f"{url}/ risponde 404",
            "Manca l'intestazione Strict-Transport-Security",
            "/readyz, /media/ e /allegati/ rispondono [404, 200, 404], e non 404",
        ]
    finally:
        running.shutdown()
        running.server_close()


def test_an_address_that_nobody_answers(installation: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"https://localhost:{taken.getsockname()[1]}"
        assert doctor(installation, url=url)[0] == [f"{url} non risponde: ConnectionRefusedError"]


# What timers run -------------------------------------------------------------------------------------------------
EVERY = {"*:*:00": timedelta(minutes=1), "/5": timedelta(minutes=5), "*-*-* *:05": timedelta(hours=1)}


def test_the_commands_that_are_looked_at_are_those_of_the_timers_as_often(settings: Any) -> None:
    settings.CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    said = {}
    for path in (Path(ours.BASE_DIR) / "deploy" / "systemd").glob("*.timer"):
        [when] = [line for line in path.read_text().splitlines() if line.startswith("OnCalendar=")]
        every = next((each for part, each in EVERY.items() if part in when), timedelta(days=1))
        names = ["backup", "verify"] if "copia" in path.name else [path.stem.partition("@")[2]]
        said |= dict.fromkeys(names, every)
    assert dict(timed.commands()) == said
