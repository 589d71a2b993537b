"""What is wanted of the portal's speed, as figures within one run, and whether a run reached it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from portal.benchmark.exports import Export
from portal.benchmark.measuring import COLD, NOT_MODIFIED, WARM, Row
from portal.benchmark.nodes import Nodes
from portal.benchmark.pages import FEED, HOME, LAST, LIST, PRACTICE, TAGGED, TERRITORY, TOWN, WORDS
from portal.benchmark.weight import Weight
from portal.benchmark.writing import Writing

State = Literal["raggiunto", "non raggiunto", "non misurato"]


@dataclass(frozen=True)
class Run:
    """All that was measured with one engine, the smallest site first."""

    engine: str
    rows: Sequence[Row]
    exports: Sequence[Export]
    writings: Sequence[Writing]
    weight: Weight
    nodes: Nodes | None

    @property
    def sizes(self) -> list[int]:
        """How many practices the sites had."""
        return sorted({row.practices for row in self.rows})

    def row(self, page: str, state: str, practices: int | None = None) -> Row:
        """Of a page type; of the largest site, unless one is named."""
        size = practices or self.sizes[-1]
        return next(row for row in self.rows if (row.page, row.state, row.practices) == (page, state, size))

    def largest(self) -> list[Row]:
        """The rows of the largest site."""
        return [row for row in self.rows if row.practices == self.sizes[-1]]


@dataclass(frozen=True)
class Found:
    """A figure, or none; with what it belongs to where there are several, or why there is none."""

    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """What is wanted, by how much, and how it is measured."""

    name: str
    sign: Literal["≥", "≤"]
    limit: float
    unit: str
    how: str
    find: Callable[[Run], Found]


@dataclass(frozen=True)
class Verdict:
    """A goal in a run."""

    engine: str
    goal: str
    wanted: str
    found: str
    state: State
    how: str
    note: str


def judge(run: Run) -> list[Verdict]:
    """Every goal, in the order of the table."""
    return [_verdict(goal, run) for goal in GOALS]


def _verdict(goal: Goal, run: Run) -> Verdict:
    found = goal.find(run)
    wanted = f"{goal.sign} {goal.limit:g}{goal.unit}"
    if found.value is None:
        return Verdict(run.engine, goal.name, wanted, "–", "non misurato", goal.how, found.note)
    is_reached = found.value >= goal.limit if goal.sign == "≥" else found.value <= goal.limit
    state: State = "raggiunto" if is_reached else "non raggiunto"
    return Verdict(run.engine, goal.name, wanted, f"{found.value:.3g}{goal.unit}", state, goal.how, found.note)


# How each figure is found ----------------------------------------------------------------------------------------


def _ratio(page: str) -> Callable[[Run], Found]:
    return lambda run: Found(run.row(page, COLD).ratio)


def _slowest_warm(run: Run) -> Found:
    row = min((row for row in run.largest() if row.state == WARM), key=lambda row: row.ratio)
    return Found(row.ratio, row.page)


def _queries(page: str, state: str = COLD) -> Callable[[Run], Found]:
    return lambda run: Found(run.row(page, state).queries)


def _queries_filtered(run: Run) -> Found:
    row = max((run.row(page, COLD) for page in (WORDS, TAGGED)), key=lambda row: row.queries)
    return Found(row.queries, row.page)


def _most_queries_warm(run: Run) -> Found:
    row = max((row for row in run.largest() if row.state == WARM), key=lambda row: row.queries)
    return Found(row.queries, row.page)


def _growth(*pages: str) -> Callable[[Run], Found]:
    def find(run: Run) -> Found:
        if len(run.sizes) < 2:
            return Found(None, "una sola dimensione")
        grown = {page: growth(run, page, run.sizes[-1]) for page in pages}
        if not all(grown.values()):
            return Found(None, "tempo di calcolo non letto")
        page = max(grown, key=lambda page: grown[page])
        sizes = f"{run.sizes[0]} → {run.sizes[-1]}"
        return Found(grown[page], f"{page}, {sizes}" if len(pages) > 1 else sizes)

    return find


def growth(run: Run, page: str, practices: int) -> float:
    """What an answer costs there, as a multiple of what it costs on the smallest site; 0 when it cannot be told."""
    least = run.row(page, COLD, run.sizes[0]).cost
    return run.row(page, COLD, practices).cost / least if least else 0.0


def _last_to_first(run: Run) -> Found:
    first = run.row(LIST, COLD).cost
    return Found(run.row(LAST, COLD).cost / first) if first else Found(None, "tempo di calcolo non letto")


def _export(figure: Callable[[Export], float]) -> Callable[[Run], Found]:
    def find(run: Run) -> Found:
        one = max((export for export in run.exports if export.practices == run.sizes[-1]), key=figure)
        return Found(figure(one), one.path.rpartition("/")[2])

    return find


def _saving(run: Run) -> Found:
    if len(run.writings) < 2:
        return Found(None, "una sola dimensione")
    least, most = run.writings[0], run.writings[-1]
    return Found(most.cost / least.cost, f"{least.cost:.0f} → {most.cost:.0f} ms")


def _publishing(run: Run) -> Found:
    queries = max((writing.publishing_queries for writing in run.writings), default=0)
    return Found(queries) if queries else Found(None, "nessuna scheda in attesa")


def _weight(figure: Callable[[Weight], float], note: Callable[[Weight], str] = lambda weight: "") -> Callable[[Run], Found]:
    return lambda run: Found(figure(run.weight), note(run.weight))


def _compressed(weight: Weight) -> str:
    return "" if weight.is_compressed else "il server non la comprime: contata con gzip"


def _nodes(run: Run) -> Found:
    if not run.nodes:
        return Found(None, "ci vuole PostgreSQL")
    if run.nodes.gain is None:
        known = f"{run.nodes.cores} core, ne servono 4: due nodi, chi chiede e PostgreSQL"
        return Found(None, f"{known}; dal tempo di calcolo {run.nodes.computed:.2f}")
    return Found(run.nodes.gain)


_THROUGHPUT = "risposte al secondo, rispetto alla vista costante misurata prima e dopo"
_COST = (
    "tempo di calcolo di applicazione e banca dati per pagina, rispetto alla vista costante e alla dimensione più piccola"
)
_COUNTED = "contate dal server, la pagina più cara"
GOALS = (
    Goal("pagina conservata", "≥", 0.5, "", f"{_THROUGHPUT}; il tipo di pagina più lento", _slowest_warm),
    Goal("non modificata (304)", "≥", 0.55, "", _THROUGHPUT, lambda run: Found(run.row(LIST, NOT_MODIFIED).ratio)),
    Goal("lista a freddo", "≥", 0.25, "", _THROUGHPUT, _ratio(LIST)),
    Goal("pratica a freddo", "≥", 0.25, "", _THROUGHPUT, _ratio(PRACTICE)),
    Goal("due parole e un filtro a freddo", "≥", 0.025, "", _THROUGHPUT, _ratio(WORDS)),
    Goal(
        "lista di 20, tempo di calcolo", "≤", 4, " ms", "del thread che risponde", lambda run: Found(run.row(LIST, COLD).cpu)
    ),
    Goal("crescita: lista, territorio, pratica, Atom", "≤", 1.2, "", _COST, _growth(LIST, TERRITORY, PRACTICE, FEED)),
    Goal("crescita: città, ultima pagina", "≤", 1.5, "", _COST, _growth(TOWN, LAST)),
    Goal("crescita: ricerca, parola chiave e ambito", "≤", 4, "", _COST, _growth(WORDS, TAGGED)),
    Goal("ultima pagina rispetto alla prima", "≤", 1.3, "", "tempo di calcolo di applicazione e banca dati", _last_to_first),
    Goal("query: pratica", "≤", 6, "", _COUNTED, _queries(PRACTICE)),
    Goal("query: lista", "≤", 8, "", _COUNTED, _queries(LIST)),
    # One more for each filter than an unfiltered list may have.
    Goal("query: lista con due filtri", "≤", 10, "", _COUNTED, _queries_filtered),
    Goal("query: territorio", "≤", 10, "", _COUNTED, _queries(TERRITORY)),
    Goal("query: città", "≤", 10, "", _COUNTED, _queries(TOWN)),
    Goal("query: home", "≤", 8, "", _COUNTED, _queries(HOME)),
    Goal("query: pagina conservata", "≤", 1, "", _COUNTED, _most_queries_warm),
    Goal(
        "CSV e JSON Lines: memoria",
        "≤",
        100,
        " MB",
        "del processo, oltre a quella a riposo",
        _export(lambda one: one.more_memory),
    ),
    Goal("CSV e JSON Lines: primo byte", "≤", 0.5, " s", "dalla richiesta", _export(lambda one: one.first_byte)),
    Goal("salvare una sezione", "≤", 2, "", "tempo di calcolo, rispetto alla dimensione più piccola", _saving),
    Goal("pubblicare: query", "≤", 15, "", "del verbo, senza quelle che aprono e chiudono la transazione", _publishing),
    Goal("HTML di una lista", "≤", 15, " KB", "compresso", _weight(lambda weight: weight.html / 1000, _compressed)),
    Goal(
        "prima visita",
        "≤",
        200,
        " KB",
        "tutto quello che la pagina nomina, compresso",
        _weight(lambda w: w.everything / 1000),
    ),
    Goal("script che fermano la pagina", "≤", 0, "", "nella lista", _weight(lambda weight: weight.blocking_scripts)),
    Goal("due nodi rispetto a uno", "≥", 1.7, "", "risposte al secondo di pagine conservate, un core per nodo", _nodes),
)
