"""What needs a person: a mail to the administrators when it begins and one when it is over, and none in between.

Mails of the portal wait in its database; these do not, since either may be what is broken. What was told is in a file of this
machine: `watch` runs on each, and each tells what it sees. Where that cannot be written, as on a full disk, the same is told again,
but once an hour.
"""

import json
import os
import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.formats import date_format
from django.utils.timezone import localtime
from post_office.settings import get_backend

from portal.lib import timed
from portal.lib.mail import compose
from portal.observation import failures
from portal.observation.checks import MEGABYTE, Check, look

# Told long before `/readyz` turns readers away.
NEARLY_FULL = 1024 * MEGABYTE
# Of each hour, in minutes: one run of a timer that runs as often.
ONE_RUN = 5
# While it does not answer nobody knows how these are: nothing of them begins, and nothing is over.
OF_THE_DATABASE = ("migrations", "mails")


def problems(now: datetime) -> dict[str, str]:
    """What is not as it should be, by a name that stays the same while it lasts."""
    found = look()
    space = found["space"].figures.get("free_megabytes", 0)
    is_wrong = {**{name: not check.ok for name, check in found.items()}, "space": space * MEGABYTE < NEARLY_FULL}
    if is_wrong["database"]:
        is_wrong |= dict.fromkeys(OF_THE_DATABASE, False)
    told = {name: _sentence(name, found[name]) for name, wrong in is_wrong.items() if wrong}
    for where, times in failures.repeated(now).items():
        told[f"failure {where}"] = f"Una pagina non funziona: {where}, {times} volte nell'ultima ora."
    # It is `watch` that runs now.
    for name, last in ((name, last) for name, last in timed.late(now).items() if name != "watch"):
        told[f"late {name}"] = f"Il comando {name} non va a buon fine dal {date_format(localtime(last), 'j F Y, H:i')}."
    return told


def _sentence(name: str, check: Check) -> str:
    figures = check.figures
    return {
        "database": "La banca dati non risponde.",
        "migrations": f"La banca dati non è aggiornata a questa versione: {figures.get('missing', '?')} migrazioni da fare.",
        "storage": "L'archivio dei file non si può scrivere.",
        "space": f"Lo spazio sta finendo: {figures.get('free_megabytes', '?')} MB liberi.",
        "mails": f"La posta non parte da {figures.get('minutes', '?')} minuti. Messaggi in coda: {figures.get('waiting', '?')}.",
    }[name]


class NotKept(Exception):
    """What was told cannot be written down."""


def tell(now: datetime) -> tuple[list[str], list[str]]:
    """What has begun and what is over since the last time, having written it to `ADMIN_MAIL`.

    Raises what the mail server raises: nothing counts as told then, and the next run tries again. Raises NotKept.
    """
    # First, since it makes room; a disk that nobody can write on is no reason to say nothing.
    with suppress(OSError):
        failures.sweep(now)
    known, found = _known(), problems(now)
    if "database" in found:
        found |= {name: known[name] for name in OF_THE_DATABASE if name in known}
    begun = [sentence for name, sentence in found.items() if name not in known]
    over = [sentence for name, sentence in known.items() if name not in found]
    if begun or over:
        _send_and_keep(begun, over, {**found, **{name: known[name] for name in known if name in found}}, now)
    return begun, over


def _send_and_keep(begun: list[str], over: list[str], told: dict[str, str], now: datetime) -> None:
    """The file is written before the mail is sent and takes its name after: what is sent is kept, and what is not is not."""
    new = _file().with_suffix(".new")
    try:
        new.parent.mkdir(exist_ok=True)
        new.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        if now.minute < ONE_RUN:
            _send(begun, over)
        raise NotKept(type(error).__name__) from error
    _send(begun, over)
    try:
        os.replace(new, _file())
    except OSError as error:
        raise NotKept(type(error).__name__) from error


def _send(begun: list[str], over: list[str]) -> None:
    machine = socket.gethostname()
    subject, body = compose("observation/watch", {"begun": begun, "over": over, "machine": machine})
    if settings.ADMIN_MAIL:
        server = get_connection(get_backend())
        EmailMessage(subject, body, settings.SERVER_EMAIL, settings.ADMIN_MAIL, connection=server).send()


def _file() -> Path:
    """Beside the marks of the commands: one folder to keep where a machine is made anew with each version."""
    return timed.folder() / "watch.json"


def _known() -> dict[str, str]:
    """By name, in the words in which it was told."""
    try:
        known: dict[str, str] = json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known
