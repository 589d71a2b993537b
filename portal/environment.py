"""What the settings read from the environment. A missing or wrong variable stops the start and says what to set."""

import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

KEY_HINT = (
    "SECRET_KEY is not set. Make one with "
    "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'` and put it in the environment."
)
ALLOWED_HOSTS_HINT = (
    "ALLOWED_HOSTS is not set. Set it to the host names that the portal answers to, separated by commas, "
    "for example ALLOWED_HOSTS=buonepratiche.example.gov.it."
)

PROXIES_HINT = (
    "Set TRUSTED_PROXIES to how many proxies of yours, one behind the other, add to X-Forwarded-For (usually 1), "
    "or to 0 if none does: everybody then shares one limit of attempts."
)
GATEWAY_HINT = (
    "To sign in through an OpenID Connect gateway set OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_NAME, "
    "all four; without one, none."
)

CACHE_HINT = "CACHE_URL must name a folder that all processes share, file:///a/folder, or a Redis, redis://host:6379/0."
STORAGE_HINT = (
    "To keep files in an S3-compatible storage set S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY, all three, and S3_ENDPOINT_URL "
    "unless it is Amazon's; without them files are kept in DATA_DIR."
)

CLAMAV_HINT = "CLAMAV_SOCKET must be the path of clamd's socket, /run/clamav/clamd.ctl, or host:port."


def secret_key(env: Env, development_folder: Path | None) -> str:
    """The key that signs sessions and links; in development one is made once and kept in the data folder."""
    key: str = env.str("SECRET_KEY", "")
    if not key and development_folder is not None:
        kept = development_folder / "secret-key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
            kept.chmod(0o600)
        key = kept.read_text(encoding="ascii")
    if not key:
        raise ImproperlyConfigured(KEY_HINT)
    if len(key) < 50:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(key)} characters; it needs at least 50. {KEY_HINT}")
    return key


def allowed_hosts(env: Env, *, development: bool) -> list[str]:
    """The names that the portal answers to. `*` would let a forged Host header into mails, so it is refused."""
    default = ["localhost", "127.0.0.1", "[::1]"] if development else []
    hosts = [host.strip() for host in env.list("ALLOWED_HOSTS", default) if host.strip()]
    if not hosts:
        raise ImproperlyConfigured(ALLOWED_HOSTS_HINT)
    if any(host in {"*", "."} for host in hosts):
        raise ImproperlyConfigured(f"ALLOWED_HOSTS may not be '*'. {ALLOWED_HOSTS_HINT}")
    return hosts


def database(env: Env, data_dir: Path) -> dict[str, object]:
    """SQLite inside the data folder, or what DATABASE_URL names (postgres://user:password@host/name)."""
    try:
        config: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", f"sqlite:///{data_dir / 'portale.sqlite3'}"))
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # With Django's defaults most read-then-write transactions of concurrent writers end in "database is locked";
        # with these none does. FULL: what was acknowledged survives a power cut.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        # To open it with these settings takes several times as long as all else of a page that is kept. Not for long: a file
        # that somebody puts into its place while the portal runs is not seen before.
        config["CONN_MAX_AGE"] = 60
    elif config["ENGINE"] == "django.db.backends.postgresql":
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True
        # A server that says nothing must not hold a worker for as long as the network waits, which is minutes.
        config["OPTIONS"] = {"connect_timeout": 5, **config.get("OPTIONS", {})}
    else:
        raise ImproperlyConfigured("DATABASE_URL must name an sqlite:// or a postgres:// database.")
    return config


def storages(env: Env, data_dir: Path) -> dict[str, dict[str, Any]]:
    """`default`: what people upload. `open_data`: the snapshots, one a month, kept for good. In folders, or in a bucket that
    several machines share: a private one, since files are only ever served through the permission check.
    """
    needed: dict[str, str] = {
        "S3_BUCKET": env.str("S3_BUCKET", ""),
        "S3_ACCESS_KEY": env.str("S3_ACCESS_KEY", ""),
        "S3_SECRET_KEY": env.str("S3_SECRET_KEY", ""),
    }
    endpoint: str = env.str("S3_ENDPOINT_URL", "").rstrip("/")
    region: str = env.str("S3_REGION", "")
    missing = [name for name, value in needed.items() if not value]
    if missing and (endpoint or region or len(missing) < len(needed)):
        raise ImproperlyConfigured(f"{', '.join(missing)}: not set, while other S3_ variables are. {STORAGE_HINT}")
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"S3_ENDPOINT_URL must begin with https:// or http://. {STORAGE_HINT}")
    if missing:
        return {
            "default": {"BACKEND": "portal.lib.files.WholeStorage"},
            "open_data": {"BACKEND": "portal.lib.files.ReplacingStorage", "OPTIONS": {"location": data_dir / "open-data"}},
        }
    bucket = {
        "bucket_name": needed["S3_BUCKET"],
        "access_key": needed["S3_ACCESS_KEY"],
        "secret_key": needed["S3_SECRET_KEY"],
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        # Above this a file that is read goes through the temporary folder.
        "max_memory_size": 2 * 1024 * 1024,
        "client_config": _s3_client(is_amazon=not endpoint),
    }
    return {
        name: {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**bucket, "location": location, "file_overwrite": replaces},
        }
        for name, location, replaces in (("default", "media", False), ("open_data", "open-data", True))
    }


def _s3_client(*, is_amazon: bool) -> object:
    """How the storage is spoken to. Imported here: it is large, and where files are in folders nobody needs it."""
    from botocore.config import Config

    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "auto" if is_amazon else "path"},
        # Seconds: below those after which gunicorn takes a worker for dead.
        connect_timeout=3,
        read_timeout=20,
        # Newer checksums, which not every other storage knows.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


# Some 2 KB each: the cards of two hundred pages of a list.
FRAGMENTS = 4_000


def caches(env: Env, data_dir: Path) -> dict[str, dict[str, Any]]:
    """`default`: a folder that all processes share, or a Redis. `pages`: public pages as they were sent; `fragments`:
    parts that many pages share.

    Fragments stay in the memory of each process, with Redis too: a list has some twenty, and to ask for each over the network would
    cost more than it saves.

    Past its maximum Django's cache in files throws out any entry, counters of attempts too, and its own maximum is 300.
    """
    url: str = env.str("CACHE_URL", f"file://{data_dir / 'cache'}")
    if not url.startswith(("file:///", "redis://", "rediss://")):
        raise ImproperlyConfigured(CACHE_HINT)
    try:
        default = {"max_entries": 10_000, **env.dj_cache_url("CACHE_URL", url)}
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"CACHE_URL cannot be read: {error}. {CACHE_HINT}") from error
    if url.startswith("file:"):
        default["BACKEND"] = "portal.lib.folder_cache.FolderCache"
    most = env.int("PAGE_CACHE_ENTRIES", 500)
    if most < 1:
        pages: dict[str, Any] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    elif "redis" in str(default["BACKEND"]).lower():
        # Shared by all machines, and bounded by Redis itself. A Redis that is silent must not hold up whoever reads.
        default["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1, **default.get("OPTIONS", {})}
        pages = {**default, "KEY_PREFIX": "pages", "TIMEOUT": 24 * 60 * 60}
    else:
        # In the memory of each process: files would cost more than the query that they save.
        pages = _in_memory("pages", most)
    return {"default": default, "pages": pages, "fragments": _in_memory("fragments", FRAGMENTS)}


def _in_memory(name: str, most: int) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": most},
    }


def bounce_address(env: Env) -> str:
    """Where undeliverable alerts come back to; empty: to the sender, and nobody reads them."""
    address: str = env.str("BOUNCE_ADDRESS", "").strip()
    local, at, domain = address.rpartition("@")
    if address and not (local and at and domain and "+" not in local and len(local) <= 30):
        raise ImproperlyConfigured(f"BOUNCE_ADDRESS is not an address that a part with + can be added to: {address}")
    return address


def clamav_socket(env: Env) -> str | tuple[str, int] | None:
    """Where ClamAV's daemon listens: a path, or a host and a port. None: nobody looks into the files."""
    said: str = env.str("CLAMAV_SOCKET", "").strip()
    if not said or said.startswith("/"):
        return said or None
    host, colon, port = said.rpartition(":")
    if not (host and colon and port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ImproperlyConfigured(f"CLAMAV_SOCKET cannot be read: {said}. {CLAMAV_HINT}")
    return host.strip("[]"), int(port)


def trusted_proxies(env: Env) -> int:
    """How many proxies of ours write X-Forwarded-For: the address that counts for the limits is the one the first of them saw."""
    said: str = env.str("TRUSTED_PROXIES", "")
    if not said and env.bool("BEHIND_PROXY", False):
        raise ImproperlyConfigured(f"BEHIND_PROXY is set and TRUSTED_PROXIES is not. {PROXIES_HINT}")
    if said and not said.isdecimal():
        raise ImproperlyConfigured(f"TRUSTED_PROXIES is not a number. {PROXIES_HINT}")
    return int(said or 0)


def idle_minutes(env: Env) -> int:
    """After how many minutes of doing nothing the session of an editor ends."""
    minutes: int = env.int("EDITOR_IDLE_MINUTES", 60)
    if not 5 <= minutes <= 12 * 60:
        raise ImproperlyConfigured("EDITOR_IDLE_MINUTES must be between 5 and 720: a session lasts twelve hours at most.")
    return minutes


def gateway(env: Env, *, development: bool) -> dict[str, Any]:
    """The administration's OpenID Connect gateway, as allauth wants to be told of it; empty when there is none."""
    found: dict[str, str] = {
        "OIDC_SERVER_URL": env.str("OIDC_SERVER_URL", "").rstrip("/"),
        "OIDC_CLIENT_ID": env.str("OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET", ""),
        "OIDC_NAME": env.str("OIDC_NAME", ""),
    }
    missing = [name for name, value in found.items() if not value]
    if len(missing) == len(found):
        return {}
    if missing:
        raise ImproperlyConfigured(f"{', '.join(missing)}: not set, while other OIDC_ variables are. {GATEWAY_HINT}")
    if not found["OIDC_SERVER_URL"].startswith("https://" if not development else ("https://", "http://")):
        raise ImproperlyConfigured(f"OIDC_SERVER_URL must begin with https://. {GATEWAY_HINT}")
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "ente",
                    "name": found["OIDC_NAME"],
                    "client_id": found["OIDC_CLIENT_ID"],
                    "secret": found["OIDC_CLIENT_SECRET"],
                    "settings": {"server_url": found["OIDC_SERVER_URL"]},
                }
            ],
        }
    }
