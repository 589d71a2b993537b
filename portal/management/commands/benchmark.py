"""`manage.py benchmark`: how fast every page type is, cold and warm, as a ratio to a view that does nothing."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.benchmark.measuring import Export, Row, measure, measure_exports
from portal.benchmark.server import Site

COLUMNS = "{:<24}{:<10}{:>9}{:>8}{:>9}{:>9}{:>7}{:>8}{:>9}{:>8}"


class Command(BaseCommand):
    """Every figure is of this machine at this moment; what counts is the ratio."""

    help = (
        "Misura ogni tipo di pagina, a freddo e a caldo, con il server di produzione e pratiche inventate, e dice quanto costa "
        "rispetto a una vista che non fa nulla. La prima volta prepara i dati, che restano nella cartella --folder."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practices", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="Di che dimensioni.")
        parser.add_argument("--seconds", type=float, default=3.0, help="Per quanto si misura ogni tipo di pagina (3).")
        parser.add_argument("--folder", type=Path, default=settings.DATA_DIR / "benchmark", help="Dove stanno i dati.")
        parser.add_argument(
            "--postgresql",
            metavar="URL",
            help="Anche su questo server: una banca dati vuota per ogni dimensione, con {n} al posto del numero nel nome.",
        )
        parser.add_argument("--json", type=Path, help="Scrive le misure anche qui.")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["postgresql"]
        if url and "{n}" not in url and len(options["practices"]) > 1:
            raise CommandError("Con più dimensioni l'indirizzo di PostgreSQL ha {n} nel nome: postgres://…/misura_{n}")
        sites = [Site("sqlite", n, options["folder"]) for n in options["practices"]]
        if url:
            sites += [Site("postgresql", n, options["folder"], url.replace("{n}", str(n))) for n in options["practices"]]
        rows: list[Row] = []
        exports: list[Export] = []
        for site in sites:
            self._progress(f"{site.engine}, {site.practices}: dati")
            site.prepare()
            rows += measure(site, seconds=options["seconds"], tell=self._progress)
            exports += measure_exports(site, tell=self._progress)
        self._tell(rows)
        for one in exports:
            self.stdout.write(
                f"{one.engine}, {one.practices} pratiche, {one.path}: primo byte {one.first_byte:.2f} s, tutto {one.seconds:.0f} s, "
                f"{one.size / 1e6:.0f} MB; memoria {one.memory} MB, a riposo {one.memory_at_rest} MB"
            )
        if options["json"]:
            found = {"machine": machine(), "rows": [asdict(row) for row in rows]}
            found["exports"] = [asdict(one) for one in exports]
            options["json"].write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _progress(self, what: str) -> None:
        self.stderr.write(f"  {what} …")

    def _tell(self, rows: list[Row]) -> None:
        self.stdout.write(", ".join(f"{name} {value}" for name, value in machine().items()))
        for engine, practices in dict.fromkeys((row.engine, row.practices) for row in rows):
            self.stdout.write(f"\n{engine}, {practices} pratiche")
            names = ("pagina", "", "al s", "rapp.", "p50 ms", "p99 ms", "query", "CPU ms", "byte", "errori")
            self.stdout.write(COLUMNS.format(*names))
            for row in rows:
                if (row.engine, row.practices) == (engine, practices):
                    figures = f"{row.per_second:.0f}", f"{row.ratio:.3f}", f"{row.p50:.1f}", f"{row.p99:.1f}"
                    inside = str(row.queries), f"{row.cpu:.1f}", str(row.size), str(row.failed)
                    self.stdout.write(COLUMNS.format(row.page, row.state, *figures, *inside))


def machine() -> dict[str, str]:
    """Beside the figures: what they were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "core": str(len(os.sched_getaffinity(0))),
        "commit": commit or "?",
        "il": f"{timezone.localdate():%Y-%m-%d}",
    }
