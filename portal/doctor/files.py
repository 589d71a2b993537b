"""Where the portal writes, and what it serves: uploads, cache, space, static files."""

import io
import secrets
import stat
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from portal.doctor.findings import Asked, Finding, judged, right, wrong
from portal.observation import checks
from portal.observation.watching import NEARLY_FULL

PATIENCE = 10  # seconds
COLLECT = "`portale collectstatic --no-input`, poi `systemctl restart buone-pratiche`"


def look(asked: Asked) -> Iterator[Finding]:
    """Everything that is in files."""
    yield _written()
    yield _private()
    free = checks.space().figures["free_megabytes"]
    yield judged(
        free * checks.MEGABYTE >= NEARLY_FULL,
        f"Spazio libero: {free} MB",
        f"Spazio libero: {free} MB, meno di {NEARLY_FULL // checks.MEGABYTE}",
        "libera spazio, o ingrandisci il disco di DATA_DIR e della cartella temporanea (`df -h`)",
    )
    yield _cache()
    yield from _static()


def _written() -> Finding:
    try:
        checks.storage()
    except Exception as error:  # whatever a folder or a bucket raises
        remedy = "guarda di chi è DATA_DIR, o le variabili S3_… (deploy/env.sample)"
        return wrong(f"L'archivio dei file non si può scrivere: {type(error).__name__}", remedy)
    return right("L'archivio dei file si scrive e si rilegge")


def _private() -> Finding:
    """Only the portal gives files out: no web server may read the folder, and nobody the bucket without a key."""
    if isinstance(default_storage, FileSystemStorage):
        media = Path(default_storage.location)
        chain = [folder for folder in (media, *media.parents) if folder.exists()]
        return judged(
            any(not folder.stat().st_mode & stat.S_IXOTH for folder in chain),
            f"{media}: altri utenti della macchina, come nginx, non vi entrano",
            f"{media}: ogni utente della macchina vi entra, e nginx potrebbe servirne i file",
            f"`chmod 700 {settings.DATA_DIR}`",
        )
    name = default_storage.save(f"allegati/prova/{secrets.token_hex(8)}", ContentFile(b"x"))
    try:
        status = _status_without_key(default_storage.url(name))
    finally:
        default_storage.delete(name)
    return judged(
        status >= 400,
        "Il contenitore S3 è privato: senza chiave i suoi file non si leggono",
        "Il contenitore S3 è pubblico: chi conosce un indirizzo ne legge i file",
        "togli dal contenitore la lettura pubblica",
    )


def _status_without_key(url: str) -> int:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    finally:
        connection.close()


def _cache() -> Finding:
    key, said = f"doctor-{secrets.token_hex(8)}", secrets.token_hex(8)
    try:
        cache.set(key, said, 60)
        is_there = cache.get(key) == said
        cache.delete(key)
    except Exception as error:  # whatever a folder or Redis raises
        return wrong(f"La cache non risponde: {type(error).__name__}", "guarda CACHE_URL: senza cache nessuno può accedere")
    # Of the settings of production none is of one process alone.
    is_shared = not isinstance(caches[DEFAULT_CACHE_ALIAS], LocMemCache)
    return judged(
        is_there and is_shared,
        "La cache risponde, ed è la stessa per tutti i processi",
        "La cache non è condivisa: ogni processo conta per sé i tentativi di accesso",
        "togli CACHE_URL, o indica una cartella o un Redis",
    )


def _static() -> Iterator[Finding]:
    """What `collectstatic` would still copy, and what the pages would name and not find."""
    collect = Collect(stdout=io.StringIO(), stderr=io.StringIO())
    collect.set_options(
        interactive=False,
        verbosity=0,
        link=False,
        clear=False,
        dry_run=True,
        ignore_patterns=[],
        use_default_ignore_patterns=True,
        post_process=False,
    )
    late = len(collect.collect()["modified"])
    yield judged(not late, "File statici: raccolti", f"File statici da raccogliere: {late}", COLLECT)
    if isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        manifest: dict[str, str] = staticfiles_storage.hashed_files
        gone = [name for name in manifest.values() if not staticfiles_storage.exists(name)]
        yield judged(
            bool(manifest) and not gone,
            f"File statici: l'elenco (staticfiles.json) ne nomina {len(manifest)}, e ci sono",
            f"File statici: l'elenco (staticfiles.json) ne nomina {len(manifest)}, {len(gone)} non ci sono",
            COLLECT,
        )
