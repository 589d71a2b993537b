"""Two application nodes on one PostgreSQL beside one: what the second adds."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from portal.benchmark.driving import drive
from portal.benchmark.load import Load, fetch
from portal.benchmark.server import CORES, Running, Site

# One for each node; one for who asks and for PostgreSQL.
NEEDED = 4
PATHS = tuple(f"/pratiche/?pagina={number}" for number in range(1, 3))


@dataclass(frozen=True)
class Nodes:
    """Answers a second by one node and by two, and milliseconds of an application's core an answer, by one and by two."""

    engine: str
    practices: int
    one: float
    two: float
    cpu_of_one: float
    cpu_of_two: float
    cores: int

    @property
    def gain(self) -> float | None:
        """How much more two serve; None where there are too few cores for each part to have its own."""
        return self.two / self.one if self.cores >= NEEDED and self.one else None

    @property
    def computed(self) -> float:
        """What two nodes with cores of their own would serve, were they all that limits: neither takes more for an answer."""
        return 2 * self.cpu_of_one / self.cpu_of_two if self.cpu_of_two else 0.0


def measure_nodes(site: Site, *, seconds: float, tell: Callable[[str], object]) -> Nodes:
    """Pages of the list that are kept, as most are when they are asked for."""
    tell(f"{site}: un nodo, due nodi")
    with site.serving(core=0) as first:
        one, cpu_of_one = _driven([first], seconds)
        with site.serving(core=1) as second:
            two, cpu_of_two = _driven([first, second], seconds)
    return Nodes(site.engine, site.practices, one, two, cpu_of_one, cpu_of_two, len(CORES))


def _driven(servers: list[Running], seconds: float) -> tuple[float, float]:
    """Answers a second of all together, and milliseconds of the application's core for one."""
    for server in servers:
        for path in PATHS:
            fetch(server.port, path)
    loads: list[Load] = []
    threads = [
        threading.Thread(target=lambda port=server.port: loads.append(drive(port, PATHS, seconds=seconds)), daemon=True)
        for server in servers
    ]
    before = sum(server.cpu()[0] for server in servers)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = sum(server.cpu()[0] for server in servers) - before
    return sum(load.per_second for load in loads), used / sum(load.asked for load in loads) * 1000
