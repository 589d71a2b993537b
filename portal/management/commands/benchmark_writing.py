"""What writing costs, measured inside a process with the settings of production; `manage.py benchmark` runs it."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from networks.models import User
from networks.models.person import CHIEF_EDITORS
from portal.benchmark import processes
from portal.benchmark.database import first_process
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import editor

FIRST, SAVES = 5, 40
SECTION, TEXTS = "why", ("context", "problem", "objectives")
# What only holds a transaction together.
AROUND = {"BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"}


class Command(BaseCommand):
    """An officer saves a section of a draft by the page's own POST; a publication is taken back."""

    help = "Parte di benchmark: salva più volte una sezione di una bozza, e conta le query di una pubblicazione."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BENCHMARK:
            raise CommandError("Cambia una bozza: si usa solo sui dati inventati di manage.py benchmark.")
        self.stdout.write(json.dumps({**saving(), "publishing_queries": publishing()}))


def saving() -> dict[str, float]:
    """Milliseconds of saving once: on a core of this process and of the database's, and on the clock."""
    draft = Submission.objects.filter(status=Status.DRAFT).order_by("pk").first()
    if not draft or not draft.created_by:
        raise CommandError("Non c'è una bozza da salvare.")
    client = Client(SERVER_NAME="localhost")
    client.force_login(draft.created_by, settings.AUTHENTICATION_BACKENDS[0])
    address = reverse("desk:section", args=[draft.pk, SECTION])
    server = _server()

    def save() -> float:
        seen = Submission.objects.get(pk=draft.pk).section_versions.get(SECTION, 0)
        data = {"seen": seen, **dict.fromkeys(TEXTS, f"Testo salvato {seen + 1} volte.")}
        start = time.perf_counter()
        response = client.post(address, data, secure=True)
        took = time.perf_counter() - start
        if Submission.objects.get(pk=draft.pk).section_versions.get(SECTION) != seen + 1:
            raise CommandError(f"{address}: {response.status_code}, non salvata.")
        return took

    for _n in range(FIRST):
        save()
    own, database = time.process_time(), processes.cpu(server) if server else 0.0
    elapsed = [save() for _n in range(SAVES)]
    own, database = time.process_time() - own, (processes.cpu(server) if server else 0.0) - database
    return {"application": own / SAVES * 1000, "database": database / SAVES * 1000, "elapsed": median(elapsed) * 1000}


def _server() -> int | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # what the ORM does not ask
        cursor.execute("SELECT pg_backend_pid()")
        return first_process(cursor.fetchone()[0])


def publishing() -> int:
    """The queries of publishing a submission that waits for it; 0 where none does."""
    waiting = Submission.objects.filter(status__in=(Status.SUBMITTED, Status.UNDER_REVIEW)).order_by("status", "pk").first()
    if not waiting:
        return 0
    by = waiting.assignee or User.objects.filter(groups__name=CHIEF_EDITORS).order_by("pk")[:1].get()
    queries: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if sql.split(maxsplit=1)[0] not in AROUND:
            queries.append(sql)
        return execute(sql, *args)

    # Twice, each taken back: the first time the process learns what the database can do, and whose groups the editor is in.
    for _n in range(2):
        queries.clear()
        with transaction.atomic():
            case = Submission.objects.get(pk=waiting.pk)
            if not case.assignee:
                case = editor.take(case, by=by, at=timezone.now())
            with connection.execute_wrapper(note):
                editor.publish(case, by=by, at=timezone.now())
            transaction.set_rollback(True)
    return len(queries)
