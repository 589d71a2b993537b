"""`manage.py benchmark`: how fast every page type is, as a ratio to a view that does nothing, and which goals are reached."""

import json
import signal
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.benchmark.exports import measure_exports
from portal.benchmark.goals import Run, judge
from portal.benchmark.measuring import measure
from portal.benchmark.nodes import measure_nodes
from portal.benchmark.picture import picture
from portal.benchmark.report import machine, tables
from portal.benchmark.server import Site
from portal.benchmark.weight import measure_weight
from portal.benchmark.writing import measure_writing

# Fewer have no second page, and not every kind of submission.
LEAST = 20


class Command(BaseCommand):
    """Every figure is of this machine at this moment; what counts is the ratio."""

    help = (
        "Misura ogni tipo di pagina, a freddo e a caldo, con il server di produzione e pratiche inventate, dice quanto costa "
        "rispetto a una vista che non fa nulla e quali obiettivi sono raggiunti. La prima volta prepara i dati, che restano "
        "nella cartella --folder."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practices", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="Di che dimensioni.")
        parser.add_argument("--seconds", type=float, default=3.0, help="Per quanto si misura ogni tipo di pagina (3).")
        parser.add_argument("--folder", type=Path, default=settings.DATA_DIR / "benchmark", help="Dove stanno i dati.")
        parser.add_argument(
            "--postgresql",
            metavar="URL",
            help="Anche su questo server: una banca dati per ogni dimensione, con {n} al posto del numero nel nome.",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="Scrive le misure anche qui.")
        parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="Disegna qui i rapporti e la crescita.")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes, url = sorted(set(options["practices"])), options["postgresql"]
        if sizes[0] < LEAST:
            raise CommandError(f"Le pratiche sono almeno {LEAST}.")
        if options["seconds"] <= 0:
            raise CommandError("I secondi sono più di zero.")
        if url and "{n}" not in url:
            raise CommandError("L'indirizzo di PostgreSQL ha {n} nel nome della banca dati: postgres://…/misura_{n}")
        for file in (options["json"], options["picture"]):
            if file and not file.parent.is_dir():
                raise CommandError(f"La cartella {file.parent} non c'è.")
        engines = [[Site("sqlite", n, options["folder"]) for n in sizes]]
        if url:
            engines.append([Site("postgresql", n, options["folder"], url.replace("{n}", str(n))) for n in sizes])
        # As Ctrl+C: what was started is stopped on the way out.
        # SIGINT too: who was started in the background has learned to ignore it.
        before = {sent: signal.signal(sent, signal.default_int_handler) for sent in (signal.SIGINT, signal.SIGTERM)}
        try:
            for database in [site.database for sites in engines for site in sites if site.database]:
                database.reach()
            runs = [run(sites, options["seconds"], self._progress) for sites in engines]
        except KeyboardInterrupt:
            raise CommandError("Interrotto.", returncode=128 + signal.SIGINT) from None
        except (psycopg.OperationalError, OSError, subprocess.SubprocessError) as error:
            raise CommandError(f"Misura non riuscita: {error}") from error
        finally:
            for sent, handler in before.items():
                signal.signal(sent, handler)
        for line in tables(runs):
            self.stdout.write(line)
        if options["json"]:
            options["json"].write_text(json.dumps(_found(runs), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if options["picture"]:
            options["picture"].write_text(picture(runs), encoding="utf-8")
        if failed := sum(row.failed for one in runs for row in one.rows):
            raise CommandError(f"{failed} risposte erano errori: le misure non valgono.")

    def _progress(self, what: str) -> None:
        self.stderr.write(f"  {what} …")


def run(sites: list[Site], seconds: float, tell: Callable[[str], object]) -> Run:
    """Everything with one engine, the smallest site first."""
    rows, exports, writings = [], [], []
    for site in sites:
        tell(f"{site}: dati")
        site.prepare()
        rows += measure(site, seconds=seconds, tell=tell)
        exports += measure_exports(site, tell=tell)
        writings.append(measure_writing(site, tell=tell))
    largest = sites[-1]
    nodes = measure_nodes(largest, seconds=seconds, tell=tell) if largest.database else None
    return Run(largest.engine, rows, exports, writings, measure_weight(largest, tell=tell), nodes)


def _found(runs: list[Run]) -> dict[str, Any]:
    return {
        "machine": machine(),
        "rows": [asdict(row) for one in runs for row in one.rows],
        "exports": [asdict(row) for one in runs for row in one.exports],
        "writings": [asdict(row) for one in runs for row in one.writings],
        "weights": [asdict(one.weight) for one in runs],
        "nodes": [asdict(one.nodes) for one in runs if one.nodes],
        "goals": [asdict(verdict) for one in runs for verdict in judge(one)],
    }
