"""One run over one site: every page type cold and warm, beside a view that does nothing and a static file."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.benchmark.load import Load, download, drive, fetch
from portal.benchmark.pages import Page, found, static_file
from portal.benchmark.server import Site
from portal.benchmark.timing import CONSTANT_PATH


@dataclass(frozen=True)
class Row:
    """What was measured of a page type on a site; `ratio` is to the constant view of the same run."""

    engine: str
    practices: int
    page: str
    state: str
    per_second: float
    ratio: float
    p50: float
    p99: float
    queries: int
    cpu: float
    size: int
    failed: int


def measure(site: Site, *, seconds: float, tell: Callable[[str], object]) -> list[Row]:
    """Cold: the server keeps no page. Warm: it does, and every page was asked for once. Then 304 alone."""
    rows: list[Row] = []
    with site.serving(PAGE_CACHE_ENTRIES="0") as server:
        port = server.port
        pages = found(port)
        base = _constant(port, seconds)
        rows.append(_row(site, "vista costante", "", base, base))
        rows.append(_row(site, "file statico", "", drive(port, [static_file(port)], seconds=seconds), base))
        for page in pages:
            tell(f"{site.engine}, {site.practices}: {page.name}, a freddo")
            rows.append(_row(site, page.name, "a freddo", drive(port, page.paths, seconds=seconds), base))
    with site.serving() as server:
        port = server.port
        base = _constant(port, seconds)
        for page in pages:
            tell(f"{site.engine}, {site.practices}: {page.name}, a caldo")
            for path in page.paths:
                fetch(port, path)
            rows.append(_row(site, page.name, "a caldo", drive(port, page.paths, seconds=seconds), base))
        rows.append(_not_modified(site, port, pages[1], base, seconds))
    return rows


EXPORTS = ("/open-data/pratiche.csv", "/open-data/pratiche.jsonl")


@dataclass(frozen=True)
class Export:
    """A file of every practice, streamed: seconds, bytes, and the worker's memory at its greatest and at rest, in megabytes."""

    engine: str
    practices: int
    path: str
    first_byte: float
    seconds: float
    size: int
    memory: int
    memory_at_rest: int


def measure_exports(site: Site, *, tell: Callable[[str], object]) -> list[Export]:
    """Each by a server that has sent nothing else but a page."""
    found = []
    for path in EXPORTS:
        tell(f"{site.engine}, {site.practices}: {path}")
        with site.serving() as server:
            fetch(server.port, "/")
            at_rest = server.peak_memory()
            first, seconds, size = download(server.port, path)
            memory = server.peak_memory()
        found.append(Export(site.engine, site.practices, path, first, seconds, size, memory, at_rest))
    return found


def _constant(port: int, seconds: float) -> Load:
    fetch(port, CONSTANT_PATH)
    return drive(port, [CONSTANT_PATH], seconds=seconds)


def _not_modified(site: Site, port: int, page: Page, base: Load, seconds: float) -> Row:
    head, _body = fetch(port, page.paths[0])
    etag = next(line for line in head.decode().splitlines() if line.lower().startswith("etag:")).partition(":")[2].strip()
    load = drive(port, page.paths[:1], seconds=seconds, headers=f"If-None-Match: {etag}\r\n")
    return _row(site, page.name, "304", load, base, good=304)


def _row(site: Site, page: str, state: str, load: Load, base: Load, good: int = 200) -> Row:
    failed = sum(number for status, number in load.statuses.items() if status != good)
    ratio = load.per_second / base.per_second
    p50, p99 = load.percentile(0.5) * 1000, load.percentile(0.99) * 1000
    return Row(
        site.engine,
        site.practices,
        page,
        state,
        load.per_second,
        ratio,
        p50,
        p99,
        load.most_queries,
        load.median_cpu,
        load.body_bytes,
        failed,
    )
