"""Whether what timers run ran when it should, and how old the last backup is."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import FileSystemStorage, default_storage
from django.template.defaultfilters import date as formatted
from django.utils import timezone

from portal.backup import dumps
from portal.backup.refusal import Refusal
from portal.doctor.findings import Asked, Finding, judged, unseen, wrong
from portal.lib import timed

ENABLE = "`systemctl enable --now {}`; `systemctl list-timers 'buone-pratiche*'` dice quando"
DAY = timedelta(days=1)


def look(asked: Asked) -> Iterator[Finding]:
    """Each command, then the backup."""
    now = timezone.now()
    first = timed.ended_at(timed.FIRST)
    if first is None:
        yield wrong(
            "Nessun comando dei timer è ancora andato a buon fine su questa macchina",
            ENABLE.format("buone-pratiche@*.timer buone-pratiche-copia.timer") + "; da /etc/systemd/system",
        )
    else:
        for name, every in timed.commands():
            yield _of(name, every, first, now)
    yield _backup(asked, now)


def _of(name: str, every: timedelta, first: datetime, now: datetime) -> Finding:
    unit = "buone-pratiche-copia" if name in {"backup", "verify"} else f"buone-pratiche@{name}"
    remedy = f"`journalctl -u {unit}` dice perché; {ENABLE.format(f'{unit}.timer')}"
    last = timed.ended_at(name)
    if last is not None:
        words = f"{name}: l'ultima volta {_moment(last)}"
        return judged(not timed.is_late(last, every, now), words, f"{words}, troppo tempo fa", remedy)
    if not isinstance(default_storage, FileSystemStorage):
        return unseen(f"{name}: mai, su questa macchina; con più macchine va su una sola")
    if timed.is_late(first, every, now):
        return wrong(f"{name}: mai andato a buon fine", remedy)
    return unseen(f"{name}: non ancora; il suo momento non è venuto")


def _backup(asked: Asked, now: datetime) -> Finding:
    if asked.backups is None:
        return unseen("La cartella delle copie", "dilla con --backups /var/backups/buone-pratiche")
    try:
        last = dumps.chosen(asked.backups)
    except (Refusal, OSError) as error:
        return wrong(f"Copie di sicurezza: {error}", "`systemctl start buone-pratiche-copia.service`")
    words = f"Copie di sicurezza: {len(dumps.all_in(last.path.parent))}, l'ultima del {_moment(last.made_at)}"
    return judged(
        not timed.is_late(last.made_at, DAY, now),
        words,
        f"{words}, troppo tempo fa",
        "`systemctl start buone-pratiche-copia.service`; `journalctl -u buone-pratiche-copia` dice perché non è andata",
    )


def _moment(at: datetime) -> str:
    return formatted(timezone.localtime(at), "j F Y, H:i")
