"""What is around the portal: its address as readers see it, the antivirus, the clock of the machine."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from portal.doctor.findings import Asked, Finding, judged, right, unseen, wrong
from portal.lib import antivirus

PATIENCE = 10  # seconds
# Certificates are renewed some thirty days before their end.
CERTIFICATE_ENDS = timedelta(days=14)
NGINX = "`nginx -t`, poi `systemctl reload nginx`; deploy/nginx-una-macchina.conf mostra come"
CLOCK = "`timedatectl set-ntp true`"


def look(asked: Asked) -> Iterator[Finding]:
    """From this machine."""
    if asked.url:
        yield from _address(asked.url)
    else:
        yield unseen("Il portale come lo vede chi legge", "dillo con --url https://buonepratiche.example.gov.it")
    yield _antivirus()
    yield _clock()


def _address(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    secure = HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    try:
        secure.connect()
        ends = _end_of_certificate(secure)
        page = _asked(secure, "/")
        hidden = [_asked(secure, path).status for path in ("/readyz", "/media/", "/allegati/")]
    except ssl.SSLCertVerificationError as error:
        yield wrong(f"{url}: il certificato non vale ({error.verify_message})", f"rinnovalo; {NGINX}")
        return
    except (OSError, HTTPException) as error:
        yield wrong(f"{url} non risponde: {type(error).__name__}", f"`systemctl status buone-pratiche nginx`; {NGINX}")
        return
    finally:
        secure.close()
    yield judged(
        page.status == 200,
        f"{url}/ risponde 200",
        f"{url}/ risponde {page.status}",
        "`journalctl -u buone-pratiche` dice perché",
    )
    left = ends - timezone.now()
    yield judged(
        left > CERTIFICATE_ENDS,
        f"Il certificato vale ancora {left.days} giorni",
        f"Il certificato vale ancora {left.days} giorni",
        "rinnovalo",
    )
    yield judged(
        "max-age=" in (page.getheader("Strict-Transport-Security") or ""),
        "HSTS: i browser torneranno soltanto con HTTPS",
        "Manca l'intestazione Strict-Transport-Security",
        f"BEHIND_PROXY=1 e X-Forwarded-Proto dal proxy; {NGINX}",
    )
    yield judged(
        hidden == [404] * 3,
        "/readyz e le cartelle dei file non si vedono da fuori",
        f"/readyz, /media/ e /allegati/ rispondono {hidden}, e non 404",
        f"nginx non deve servire cartelle del portale, né /readyz; {NGINX}",
    )
    # A portal at another port has none without HTTPS beside it.
    if not parts.port:
        yield _redirect(host)


def _end_of_certificate(connection: HTTPSConnection) -> datetime:
    said = connection.sock.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(said["notAfter"])), UTC)


def _asked(connection: HTTPConnection, path: str) -> HTTPResponse:
    connection.request("GET", path, headers={"User-Agent": "manage.py doctor"})
    answer = connection.getresponse()
    answer.read()
    return answer


def _redirect(host: str) -> Finding:
    plain = HTTPConnection(host, timeout=PATIENCE)
    try:
        answer = _asked(plain, "/")
    except (OSError, HTTPException) as error:
        return unseen(f"http://{host}/ non risponde ({type(error).__name__}): nessuno legge senza HTTPS")
    finally:
        plain.close()
    return judged(
        answer.status in {301, 308} and (answer.getheader("Location") or "").startswith("https://"),
        "Da HTTP si è mandati a HTTPS",
        f"http://{host}/ risponde {answer.status} e non manda a HTTPS",
        NGINX,
    )


def _antivirus() -> Finding:
    if not settings.CLAMAV_SOCKET:
        return unseen("Antivirus: nessuno impostato (CLAMAV_SOCKET)")
    try:
        antivirus.scan(b"prova")
    except antivirus.Unavailable as error:
        return wrong(f"L'antivirus non risponde: {error}", "`systemctl restart clamav-daemon`")
    return right("L'antivirus risponde")


def _clock() -> Finding:
    """Codes of the second factor, sessions and links last by the clock."""
    command = shutil.which("timedatectl")
    if command is None:
        return unseen("L'orologio della macchina: qui non c'è timedatectl")
    done = subprocess.run(  # noqa: S603  # a command of the system, and nothing of anybody's in it
        [command, "show", "--property=NTPSynchronized", "--value"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if done.returncode:
        return unseen("L'orologio della macchina: timedatectl non risponde")
    return judged(
        done.stdout.strip() == "yes",
        "L'orologio della macchina è regolato dalla rete",
        "L'orologio della macchina non è regolato dalla rete",
        CLOCK,
    )
