"""The mail server, spoken to without sending anything, and the queue."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from post_office.settings import get_backend

from portal.doctor.configuration import CHANGE
from portal.doctor.findings import Asked, Finding, judged, right, unseen, wrong
from portal.observation import checks


def look(asked: Asked) -> Iterator[Finding]:
    """Whether mails can leave, and do."""
    yield _server()
    check = checks.mails()
    waiting, minutes = check.figures["waiting"], check.figures["minutes"]
    yield judged(
        check.ok,
        f"La posta parte: in coda {waiting} messaggi",
        f"La posta non parte da {minutes} minuti: in coda {waiting} messaggi",
        "`journalctl -u buone-pratiche@send_queued_mail` dice perché",
    )


def _server() -> Finding:
    server = get_connection(get_backend())
    if not isinstance(server, EmailBackend):
        return wrong("Nessun server di posta: i messaggi non partono", f"imposta EMAIL_URL {CHANGE}")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        # Greets, and where EMAIL_URL says so begins TLS and logs in.
        server.open()
    except OSError as error:  # SMTPException is one
        return wrong(
            f"Il server di posta {where} non risponde o rifiuta: {type(error).__name__}", f"correggi EMAIL_URL {CHANGE}"
        )
    finally:
        server.close()
    said = right(f"Il server di posta {where} risponde")
    return (
        said
        if settings.EMAIL_HOST_USER
        else unseen(
            f"{said.words}, e accetta senza utente", "che consegni lo dice `portale sendtestemail voi@example.gov.it`"
        )
    )
