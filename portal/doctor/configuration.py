"""The variables, and Django's own checks of an installation. What stops the start is told before anything is looked at."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.http.request import validate_host

from portal.body import MANDATORY, MISSING
from portal.doctor.findings import Asked, Finding, judged, right, wrong

CHANGE = "in /etc/buone-pratiche/env, spiegata in deploy/env.sample; poi `systemctl restart buone-pratiche`"


def look(asked: Asked) -> Iterator[Finding]:
    """What the environment says."""
    yield right("SECRET_KEY, ALLOWED_HOSTS e le variabili che vanno insieme: ci sono e si leggono")
    yield judged(
        not settings.DEVELOPMENT,
        "DEVELOPMENT: spenta",
        "DEVELOPMENT=1: il portale gira come sulla macchina di chi sviluppa",
        f"togli DEVELOPMENT {CHANGE}",
    )
    missing = [variable for name, (variable, _norm) in MANDATORY.items() if not getattr(settings.BODY, name)]
    for variable, norm in MANDATORY.values():
        if variable in missing:
            yield wrong(f"{variable} manca: la vuole {norm}", f"imposta {variable} {CHANGE}")
    if not missing:
        yield right("BODY_…: c'è tutto ciò che la legge vuole in un sito pubblico")
    for variable, why, is_there in (
        ("MAIL_FROM", "quasi nessun server accetta il mittente predefinito", "localhost" not in settings.DEFAULT_FROM_EMAIL),
        ("ADMIN_MAIL", "`watch` non avvisa nessuno", bool(settings.ADMIN_MAIL)),
        ("SOURCE_URL", "la licenza AGPL vuole che si dica dov'è il codice", bool(settings.SOURCE_URL)),
    ):
        yield judged(is_there, f"{variable}: impostata", f"{variable} manca: {why}", f"imposta {variable} {CHANGE}")
    host = urlsplit(settings.SITE_URL).hostname or ""
    yield judged(
        validate_host(host, settings.ALLOWED_HOSTS),
        f"SITE_URL: {settings.SITE_URL}, un nome a cui il portale risponde",
        f"SITE_URL è {settings.SITE_URL}, ma il suo nome non è in ALLOWED_HOSTS",
        f"correggi SITE_URL o ALLOWED_HOSTS {CHANGE}",
    )
    yield from _checks()
    yield _user()


def _checks() -> Iterator[Finding]:
    """`check --deploy`, without what was told above."""
    found = [
        message
        for message in run_checks(include_deployment_checks=True)
        if message.level >= WARNING and not message.is_silenced() and message.id != MISSING
    ]
    for message in found:
        yield wrong(f"check --deploy: {message.msg} ({message.id})", message.hint or "`portale check --deploy` dice di più")
    if not found:
        yield right("check --deploy: nulla da segnalare")


def _user() -> Finding:
    """Files that another user leaves in the data folder could not be written by the portal."""
    own, owner = os.geteuid(), settings.DATA_DIR.stat().st_uid
    return judged(
        own == owner,
        f"{settings.DATA_DIR}: è dell'utente che esegue il comando",
        f"{settings.DATA_DIR} è di un altro utente (uid {owner}, qui {own})",
        f"usa `portale doctor`, oppure `chown --recursive buone-pratiche: {settings.DATA_DIR}`",
    )
