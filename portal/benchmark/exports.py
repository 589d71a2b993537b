"""The files of the open data with every practice: how soon they begin, and what they cost in memory."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.benchmark.load import download, fetch
from portal.benchmark.server import Site

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

    @property
    def more_memory(self) -> int:
        """Megabytes that writing it took."""
        return self.memory - self.memory_at_rest


def measure_exports(site: Site, *, tell: Callable[[str], object]) -> list[Export]:
    """Each by a server that has sent nothing else but a page."""
    found = []
    for path in EXPORTS:
        tell(f"{site}: {path}")
        with site.serving() as server:
            fetch(server.port, "/")
            at_rest = server.peak_memory()
            first, seconds, size = download(server.port, path)
            memory = server.peak_memory()
        found.append(Export(site.engine, site.practices, path, first, seconds, size, memory, at_rest))
    return found
