"""One run over one site: every page type cold and warm, beside a view that does nothing and a static file.

The machine is noisy. Each type is therefore measured in several rounds, in each between two measures of the view that does
nothing, and what counts is the median of the rounds' ratios.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from portal.benchmark.driving import drive
from portal.benchmark.load import Load, fetch
from portal.benchmark.pages import Page, found, static_file
from portal.benchmark.server import Running, Site
from portal.benchmark.timing import CONSTANT_PATH

ROUNDS = 3
CONSTANT, STATIC = "vista costante", "file statico"
COLD, WARM, NOT_MODIFIED = "a freddo", "a caldo", "304"


@dataclass(frozen=True)
class Row:
    """What was measured of a page type on a site.

    `ratio` is the throughput's to the constant view's, between which it was measured. `application` and `database` are
    milliseconds on a core an answer, as the processes' times tell, and `cost` is their sum as a multiple of what the constant
    view's answer costs in the same minute; `cpu` is what the server tells of the thread that answers. `first` is the slowest of
    the first answers, in milliseconds by the clock: after a publication one reader of each of these pages waits so long.
    """

    engine: str
    practices: int
    page: str
    state: str
    first: float
    per_second: float
    ratio: float
    p50: float
    p99: float
    queries: int
    cpu: float
    application: float
    database: float
    cost: float
    client: float
    size: int
    failed: int


@dataclass
class Slice:
    """One of several measures: the load and the seconds on a core that an answer took of application and database."""

    load: Load
    application: float
    database: float
    ratio: float = 0.0
    cost: float = 0.0


def measure(site: Site, *, seconds: float, tell: Callable[[str], object]) -> list[Row]:
    """Cold: the server keeps no page, and parts that pages share are kept. Warm: pages are kept. Then 304 alone."""
    rows: list[Row] = []
    with site.serving(PAGE_CACHE_ENTRIES="0") as server:
        pages = found(server.port)
        tell(f"{site}: {sum(len(page.paths) for page in pages)} pagine")
        named = [(page, COLD, "") for page in pages]
        rows += _rows(site, server, [(Page(STATIC, (static_file(server.port),)), "", ""), *named], seconds, tell)
    with site.serving() as server:
        etag = _etag(server.port, pages[1].paths[0])
        named = [(page, WARM, "") for page in pages]
        again = (Page(pages[1].name, pages[1].paths[:1]), NOT_MODIFIED, f"If-None-Match: {etag}\r\n")
        rows += _rows(site, server, [*named, again], seconds, tell)[1:]
    return rows


def _rows(
    site: Site, server: Running, wanted: Sequence[tuple[Page, str, str]], seconds: float, tell: Callable[[str], object]
) -> list[Row]:
    """The constant view's row, then one for each of these: a page, its state, more headers."""
    fetch(server.port, CONSTANT_PATH)
    # What is kept for the version, page or part, is kept before anything is measured.
    firsts = [max(_seconds(server.port, path) for path in page.paths) for page, _state, _headers in wanted]
    bases: list[Slice] = []
    slices: list[list[Slice]] = [[] for _one in wanted]
    for number in range(ROUNDS):
        before = _slice(server, [CONSTANT_PATH], seconds / 2)
        for place, (page, state, headers) in enumerate(wanted):
            tell(f"{site}: {page.name} {state}, giro {number + 1} di {ROUNDS}")
            good = 304 if state == NOT_MODIFIED else 200
            now = _slice(server, page.paths, seconds, headers, good)
            after = _slice(server, [CONSTANT_PATH], seconds / 2)
            now.ratio = now.load.per_second / fmean((before.load.per_second, after.load.per_second))
            base = fmean((before.application, after.application))
            now.cost = (now.application + now.database) / base if base else 0.0
            slices[place].append(now)
            bases += [before]
            before = after
    for base_slice in bases:
        base_slice.ratio = base_slice.cost = 1.0
    rows = [_row(site, CONSTANT, "", 0.0, bases)]
    return [*rows, *(_row(site, page.name, state, firsts[n], slices[n]) for n, (page, state, _headers) in enumerate(wanted))]


def _seconds(port: int, path: str) -> float:
    start = time.monotonic()
    fetch(port, path)
    return time.monotonic() - start


def _slice(server: Running, paths: Sequence[str], seconds: float, headers: str = "", good: int = 200) -> Slice:
    before = server.cpu()
    load = drive(server.port, paths, seconds=seconds / ROUNDS, headers=headers, good=good)
    used = [now - then for now, then in zip(server.cpu(), before, strict=True)]
    return Slice(load, used[0] / load.asked, used[1] / load.asked)


def _row(site: Site, page: str, state: str, first: float, slices: Sequence[Slice]) -> Row:
    loads = [one.load for one in slices]
    cpu = [told for load in loads for told in load.cpu]
    return Row(
        engine=site.engine,
        practices=site.practices,
        page=page,
        state=state,
        first=first * 1000,
        per_second=median(load.per_second for load in loads),
        ratio=median(one.ratio for one in slices),
        p50=median(load.p50 for load in loads) * 1000,
        p99=median(load.p99 for load in loads) * 1000,
        queries=max((number for load in loads for number in load.queries), default=0),
        cpu=median(cpu) if cpu else 0.0,
        application=median(one.application for one in slices) * 1000,
        database=median(one.database for one in slices) * 1000,
        cost=median(one.cost for one in slices),
        client=max(load.client for load in loads),
        size=max(load.size for load in loads),
        failed=sum(load.failed for load in loads),
    )


def _etag(port: int, path: str) -> str:
    head, _body = fetch(port, path)
    return next(line for line in head.decode().splitlines() if line.lower().startswith("etag:")).partition(":")[2].strip()
