"""`manage.py metrics`: the figures for Prometheus, to this machine alone."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """A process beside the server, on each machine, until it is stopped."""

    help = "Risponde a Prometheus su http://127.0.0.1:METRICS_PORT/metrics"
    # It tells when the database does not answer.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("METRICS_PORT non è impostata: senza, le richieste non sono contate. Vedi deploy/env.sample.")
        # Where nobody wants figures, none of this is loaded.
        from prometheus_client import start_http_server

        from portal.observation.figures import forget, registry

        forget(settings.METRICS_DIR)
        _server, thread = start_http_server(settings.METRICS_PORT, addr="127.0.0.1", registry=registry(settings.METRICS_DIR))
        self.stdout.write(f"http://127.0.0.1:{settings.METRICS_PORT}/metrics")
        thread.join()
