"""What it costs to save a section of a draft, and how many queries publishing takes."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from portal.benchmark.server import Site


@dataclass(frozen=True)
class Writing:
    """Milliseconds of one saving: on a core (of application and database) and on the clock; the queries of one publication."""

    engine: str
    practices: int
    application: float
    database: float
    elapsed: float
    publishing_queries: int

    @property
    def cost(self) -> float:
        """Milliseconds on a core."""
        return self.application + self.database


def measure_writing(site: Site, *, tell: Callable[[str], object]) -> Writing:
    """In a process of its own, with the settings of production."""
    tell(f"{site}: salvare una sezione, pubblicare")
    return Writing(site.engine, site.practices, **json.loads(site.manage("benchmark_writing")))
