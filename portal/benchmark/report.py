"""What a run found, as tables of text."""

import platform
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence

import django
from django.conf import settings
from django.utils import timezone

from portal.benchmark.driving import WRK
from portal.benchmark.goals import Run, Verdict, growth, judge
from portal.benchmark.measuring import COLD, Row
from portal.benchmark.server import CORES

PAGES = "{:<24}{:<10}{:>9}{:>9}{:>8}{:>9}{:>9}{:>7}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}"
TITLES = (
    "pagina",
    "",
    "prima ms",
    "al s",
    "rapp.",
    "p50 ms",
    "p99 ms",
    "query",
    "CPU ms",
    "app ms",
    "db ms",
    "costo",
    "byte",
    "errori",
)
GOALS = "{:<42}{:>10}  {:>10}  {:<14}{}"
# Of the client's core: from here on it may be what limits the fastest pages.
BUSY = 0.8


def tables(runs: Sequence[Run]) -> Iterator[str]:
    """Line by line: the machine, then each engine's pages, growth, files, writing, weight, nodes and goals."""
    yield ", ".join(f"{name} {value}" for name, value in machine().items())
    for run in runs:
        for practices in run.sizes:
            yield from _pages(run, practices)
        yield from _growth(run)
        yield from _rest(run)
        yield from _goals(judge(run))


def machine() -> dict[str, str]:
    """Beside the figures: what they were measured on."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],  # noqa: S607
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "SQLite": sqlite3.sqlite_version,
        "core": str(len(CORES)),
        "processore": _processor(),
        "carico da": "wrk" if WRK else "client proprio",
        "commit": commit or "?",
        "il": f"{timezone.localdate():%Y-%m-%d}",
    }


def _pages(run: Run, practices: int) -> Iterator[str]:
    yield f"\n{run.engine}, {practices} pratiche"
    yield PAGES.format(*TITLES)
    rows = [row for row in run.rows if row.practices == practices]
    for row in rows:
        yield PAGES.format(row.page, row.state, *_figures(row))
    busiest = max(rows, key=lambda row: row.client)
    if busiest.client > BUSY:
        yield f"Il client ha usato il {busiest.client:.0%} di un core ({busiest.page}): può essere stato lui il limite."


def _figures(row: Row) -> tuple[str, ...]:
    return (
        f"{row.first:.0f}",
        f"{row.per_second:.0f}",
        f"{row.ratio:.3f}",
        f"{row.p50:.1f}",
        f"{row.p99:.1f}",
        str(row.queries),
        f"{row.cpu:.1f}",
        f"{row.application:.1f}",
        f"{row.database:.1f}",
        f"{row.cost:.1f}",
        str(row.size),
        str(row.failed),
    )


def _growth(run: Run) -> Iterator[str]:
    if len(run.sizes) < 2:
        return
    yield f"\n{run.engine}, costo a freddo rispetto a {run.sizes[0]} pratiche"
    yield f"{'pagina':<24}" + "".join(f"{size:>10}" for size in run.sizes)
    for page in dict.fromkeys(row.page for row in run.rows if row.state == COLD):
        yield f"{page:<24}" + "".join(f"{growth(run, page, size):>10.2f}" for size in run.sizes)


def _rest(run: Run) -> Iterator[str]:
    yield ""
    for one in run.exports:
        yield (
            f"{one.engine}, {one.practices} pratiche, {one.path}: primo byte {one.first_byte:.2f} s, tutto {one.seconds:.0f} s, "
            f"{one.size / 1e6:.0f} MB; memoria {one.memory} MB, a riposo {one.memory_at_rest} MB"
        )
    for writing in run.writings:
        yield (
            f"{writing.engine}, {writing.practices} pratiche, salvare una sezione: applicazione {writing.application:.1f} ms, "
            f"banca dati {writing.database:.1f} ms, in tutto {writing.elapsed:.0f} ms; pubblicare: "
            f"{writing.publishing_queries} query"
        )
    if weight := run.weight:
        yield f"{weight.engine}, prima visita a {weight.page}: {weight.everything / 1000:.0f} KB, HTML {weight.html / 1000:.1f} KB"
        yield from (
            f"  {size / 1000:>6.1f} KB  {path}" for path, size in sorted(weight.files.items(), key=lambda pair: -pair[1])
        )
    if nodes := run.nodes:
        yield (
            f"{nodes.engine}, {nodes.practices} pratiche: un nodo {nodes.one:.0f} al s ({nodes.cpu_of_one:.2f} ms), "
            f"due nodi {nodes.two:.0f} al s ({nodes.cpu_of_two:.2f} ms), con {nodes.cores} core"
        )


def _goals(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"\n{verdicts[0].engine}, obiettivi"
    yield GOALS.format("che cosa", "obiettivo", "misurato", "", "")
    for one in verdicts:
        yield GOALS.format(one.goal, one.wanted, one.found, one.state, one.note).rstrip()


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), platform.machine())
