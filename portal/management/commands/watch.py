"""`manage.py watch`: looks at what the portal needs and at what fails, and writes to the administrators what needs a person."""

from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from portal.lib.timed import TimedCommand
from portal.observation.watching import NotKept, tell


class Command(TimedCommand):
    """For a timer, every five minutes, on each machine. It can be interrupted and run again at any time."""

    every = timedelta(minutes=5)
    help = "Guarda banca dati, archivio, spazio, coda della posta e pagine che falliscono; avvisa ADMIN_MAIL quando comincia e quando finisce"

    # Another moment than now, from Python alone.
    stealth_options = ("at",)
    # It has to run when the database does not.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            begun, over = tell(options.get("at") or timezone.now())
        except (SMTPException, OSError) as error:
            # Not what it says: a mail server's refusal names addresses.
            raise CommandError(f"Avviso non spedito, si riprova la prossima volta: {type(error).__name__}") from None
        except NotKept as error:
            raise CommandError(
                f"Ciò che è stato detto non si può annotare, e si ripete una volta all'ora: {error}"
            ) from None
        for title, sentences in (("È cominciato", begun), ("È finito", over)):
            for sentence in sentences:
                self.stdout.write(f"{title}: {sentence}")
