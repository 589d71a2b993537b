"""What the settings read from the environment: production is the default, and what is missing or wrong stops the start."""

import ast
import os
import re
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from environs import Env

from portal import environment
from portal.body import MISSING

ROOT = Path(settings.BASE_DIR)
KEY = secrets.token_urlsafe(50)
GATEWAY = {
    "OIDC_SERVER_URL": "https://accesso.example.gov.it/",
    "OIDC_CLIENT_ID": "portale",
    "OIDC_CLIENT_SECRET": "segreto",
    "OIDC_NAME": "SPID o CIE",
}
BUCKET = {"S3_BUCKET": "portale", "S3_ACCESS_KEY": "chiave", "S3_SECRET_KEY": "segreto"}
KEY_HINT = "SECRET_KEY is not set. Make one with `python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`"
HOSTS_HINT = "ALLOWED_HOSTS is not set. Set it to the host names that the portal answers to"


def start(tmp_path: Path, code: str = "", **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Start Django as production does, with these variables and no others; None takes one away."""
    wanted: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "example.org",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings; {code}"],
        cwd=ROOT,
        env={name: value for name, value in wanted.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "hint"),
    [
        ({"SECRET_KEY": None}, KEY_HINT),
        ({"SECRET_KEY": ""}, KEY_HINT),
        ({"SECRET_KEY": "x" * 49}, "SECRET_KEY has 49 characters; it needs at least 50."),
        ({"ALLOWED_HOSTS": None}, HOSTS_HINT),
        ({"ALLOWED_HOSTS": ""}, HOSTS_HINT),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may not be '*'."),
        ({"ALLOWED_HOSTS": "example.org,*"}, "ALLOWED_HOSTS may not be '*'."),
        ({"DATABASE_URL": "not-an-address"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": ""}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "mysql://user@localhost/name"}, "DATABASE_URL must name an sqlite:// or a postgres:// database."),
        ({"CACHE_URL": ""}, "CACHE_URL must name a folder that all processes share"),
        ({"CACHE_URL": "locmem://"}, "CACHE_URL must name a folder that all processes share"),
        ({"CACHE_URL": "redis://localhost:porta/0"}, "CACHE_URL cannot be read"),
        ({"S3_BUCKET": "file"}, "S3_ACCESS_KEY, S3_SECRET_KEY: not set, while other S3_ variables are."),
        ({"S3_REGION": "eu-south-1"}, "S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY: not set, while other S3_ variables are."),
        ({**BUCKET, "S3_ENDPOINT_URL": "files.example"}, "S3_ENDPOINT_URL must begin with https:// or http://."),
        ({"BEHIND_PROXY": "1"}, "BEHIND_PROXY is set and TRUSTED_PROXIES is not. Set TRUSTED_PROXIES to how many"),
        ({"TRUSTED_PROXIES": "uno"}, "Set TRUSTED_PROXIES to how many"),
        ({"TRUSTED_PROXIES": "-1"}, "Set TRUSTED_PROXIES to how many"),
        ({"CLAMAV_SOCKET": "clamd"}, "CLAMAV_SOCKET cannot be read: clamd."),
        ({"CLAMAV_SOCKET": "clamd:0"}, "CLAMAV_SOCKET cannot be read: clamd:0."),
        ({"OIDC_NAME": "SPID"}, "OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: not set, while other OIDC_"),
        ({**GATEWAY, "OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET: not set, while other OIDC_ variables are."),
        ({**GATEWAY, "OIDC_SERVER_URL": "http://accesso.example"}, "OIDC_SERVER_URL must begin with https://."),
    ],
    ids=lambda value: " ".join(f"{k}={v}"[:40] for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_what_is_missing_or_wrong_stops_the_start_and_says_what_to_set(
    tmp_path: Path, variables: dict[str, str | None], hint: str
) -> None:
    done = start(tmp_path, **variables)
    assert done.returncode != 0
    assert hint in done.stderr


def test_with_key_and_hosts_alone_it_starts_in_production(tmp_path: Path) -> None:
    done = start(tmp_path, "print(settings.DEBUG, settings.DEMO, settings.SITE_URL, settings.SECURE_SSL_REDIRECT)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False", "https://example.org", "True"]
    assert not (tmp_path / "secret-key").exists()


def test_debug_and_demo_stay_off_outside_development(tmp_path: Path) -> None:
    done = start(tmp_path, "print(settings.DEBUG, settings.DEMO, settings.SECOND_FACTOR_FOR_EDITORS)", DEBUG="1", DEMO="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False", "True"]


def test_proxies_and_the_gateway_are_what_the_environment_says(tmp_path: Path) -> None:
    asked = "print(settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.SOCIALACCOUNT_PROVIDERS)"
    without = start(tmp_path, asked)
    assert without.stdout.strip() == "0 {}", without.stderr
    done = start(tmp_path, asked, BEHIND_PROXY="1", TRUSTED_PROXIES="2", **GATEWAY)
    count, _space, providers = done.stdout.strip().partition(" ")
    assert (count, ast.literal_eval(providers)["openid_connect"]["APPS"]) == (
        "2",
        [
            {
                "provider_id": "ente",
                "name": "SPID o CIE",
                "client_id": "portale",
                "secret": "segreto",
                "settings": {"server_url": "https://accesso.example.gov.it"},
            }
        ],
    )


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("", None),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("clamd:3310", ("clamd", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_where_the_antivirus_listens(tmp_path: Path, said: str, read: object) -> None:
    done = start(tmp_path, "print(repr(settings.CLAMAV_SOCKET))", CLAMAV_SOCKET=said)
    assert (done.stdout.strip(), done.stderr) == (repr(read), "")


def test_the_shared_cache_keeps_more_than_three_hundred_counters(tmp_path: Path) -> None:
    code = (
        "from django.core.cache import cache; [cache.set(str(n), n, 600) for n in range(320)]; "
        "print(sum(cache.get(str(n)) == n for n in range(320)))"
    )
    assert start(tmp_path, code).stdout.strip() == "320"


def test_development_makes_its_own_key_and_keeps_it(tmp_path: Path) -> None:
    asked = {"SECRET_KEY": None, "ALLOWED_HOSTS": None, "DEVELOPMENT": "1", "DEBUG": "1"}
    first, second = (start(tmp_path, "print(settings.DEBUG, settings.SECRET_KEY)", **asked) for _n in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout.split()[0] == "True"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_postgresql_keeps_its_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:p%40ss@db.example.org:5433/portal")
    found = environment.database(Env(), tmp_path)
    assert {name: found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")} == {
        "HOST": "db.example.org",
        "PORT": 5433,
        "NAME": "portal",
        "USER": "user",
        "PASSWORD": "p@ss",
    }
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (600, True)


# SQLite ----------------------------------------------------------------------------------------------------------
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="these are settings of SQLite")


def test_sqlite_writes_ahead_waits_and_syncs(tmp_path: Path) -> None:
    pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    code = (
        "from django.db import connection; cursor = connection.cursor(); "
        f"print([cursor.execute(f'PRAGMA {{name}}').fetchone()[0] for name in {pragmas}])"
    )
    found = dict(zip(pragmas, ast.literal_eval(start(tmp_path, code).stdout), strict=True))
    # 2 is FULL; the timeout is in milliseconds.
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20_000, "foreign_keys": 1}


def test_sqlite_stays_open_between_requests(tmp_path: Path) -> None:
    """What every request does at its beginning and at its end."""
    code = (
        "from django.db import close_old_connections, connection; connection.ensure_connection(); "
        "opened = connection.connection; close_old_connections(); print(connection.connection is opened)"
    )
    assert start(tmp_path, code).stdout.strip() == "True"


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_transactions_lock_from_their_beginning() -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    finally:
        other.close()


# The list of variables -------------------------------------------------------------------------------------------
SOURCES = [path for app in ("portal", "networks", "agreements", "practices") for path in (ROOT / app).rglob("*.py")]


def variables_read() -> set[str]:
    """The names that the sources ask `env` for: `env.bool("DEBUG", …)`."""
    names = set()
    readers = [text for text in (path.read_text(encoding="utf-8") for path in SOURCES) if "from environs import Env" in text]
    assert len(readers) == 4
    for reader in readers:
        for node in ast.walk(ast.parse(reader)):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str(name)), *_]):
                    names.add(name)
    return names


def sampled(pattern: str = "(?:# )?") -> list[str]:
    """What `deploy/env.sample` explains; without the `#` before it, what is mandatory."""
    sample = (ROOT / "deploy" / "env.sample").read_text(encoding="utf-8")
    return re.findall(rf"^{pattern}([A-Z][A-Z0-9_]+)=", sample, re.MULTILINE)


def test_every_variable_is_explained_in_the_sample_and_no_other() -> None:
    explained = sampled()
    assert len(explained) == len(set(explained))
    assert set(explained) == variables_read()
    # As test_with_key_and_hosts_alone_it_starts_in_production has it.
    assert sampled("") == ["SECRET_KEY", "ALLOWED_HOSTS"]


def test_who_has_a_proxy_lead_to_https_is_not_told_to_do_it_too(tmp_path: Path) -> None:
    """As deploy/README.md has it: but for the public body nothing is left to say."""
    code = (
        "from django.core.checks import run_checks; "
        "print({said.id for said in run_checks(include_deployment_checks=True) if not said.is_silenced()})"
    )
    proxy = {"TRUSTED_PROXIES": "1", "HTTPS_REDIRECT": "0"}
    assert start(tmp_path, code, BEHIND_PROXY="1", **proxy).stdout.strip() == str({MISSING})
    assert "security.W008" in start(tmp_path, code, **proxy).stdout


def test_pages_and_scripts_name_no_variable_that_is_not_explained() -> None:
    """The environment that deploy/README.md writes, what units and scripts of `deploy/` take, and what the pages quote."""
    page = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    written = re.findall(r"^([A-Z][A-Z0-9_]+)=", page, re.MULTILINE)
    assert len(written) > 15
    # systemd's own are not the environment's, and those of compose.yaml are of its .env: tests/test_deploy.py.
    units = [path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix in {"", ".service"}]
    taken = {name for path in units for name in re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", path.read_text(encoding="utf-8"))}
    quoted = {
        name
        for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md"]
        for name in re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?:=[^`]*)?`", page.read_text(encoding="utf-8"))
    }
    # A setting of Django's, which the environment does not know.
    assert {*written, *taken, *quoted} - set(sampled()) == {"ABSOLUTE_URL_OVERRIDES"}


def test_nothing_else_reads_the_environment() -> None:
    """`manage.py` and the demo only write it, for what they start."""
    readers = re.compile(r"os\.environ\.get|os\.environ\[[^]]+\](?!\s*=[^=])|os\.getenv|\bEnv\(\)")
    found = {
        str(path.relative_to(ROOT))
        for path in [*SOURCES, ROOT / "manage.py"]
        if readers.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"portal/settings.py"}
