"""PostgreSQL is restarted under load, once in good order and once as if it had crashed."""

import threading
import time
from collections.abc import Sequence

from django.urls import reverse

from tests.drills.outcome import Outcome
from tests.drills.people import Load, Person
from tests.drills.site import Engine, Postgresql

GOAL = "0 lost; users get 503 with Retry-After, never a bare 500; normal ≤ 2 s after it is back"
NORMAL = 2  # seconds
MOST = 600


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """Only where there is a PostgreSQL."""
    return [on(engine, short) for engine in engines if isinstance(engine, Postgresql)]


def on(engine: Postgresql, short: bool) -> Outcome:
    """Officers write and readers read, whatever happens to the server."""
    between = 4 if short else 60
    with engine.site("restarted") as site:
        node = site.node(2)
        load = Load(site, node, 3 if short else 6)
        load.begin()
        late = time.monotonic() + MOST
        reader = threading.Thread(target=_read, args=(Person(node, "", load.seen), load.enough), daemon=True)
        reader.start()
        ready = []
        for number, mode in enumerate(("fast", "immediate"), start=1):
            load.wait_for(number * between, late)
            down = time.monotonic()
            engine.stop(mode)
            try:
                # Somebody notices, and it stays away for a moment.
                ends = time.monotonic() + 20
                while load.seen.ill_after(down) < (0.5 if short else 5) and time.monotonic() < ends:
                    time.sleep(0.02)
            finally:
                engine.start()
            ready.append(time.monotonic())
        is_enough = load.wait_for(3 * between, late)
        load.end()
        reader.join()
        found = site.inside("world.verdict", acknowledged=load.told())
        seen = load.seen
        # Until the second outage; after it, until the end.
        first = max((at for at in seen.ill_at if at < down), default=0.0) - ready[0]
        recovery = max(first, seen.ill_after(ready[1]), *(seen.well_after(moment) for moment in ready))
        return Outcome(
            drill="PostgreSQL restarted, fast and immediate",
            engine=engine.name,
            goal=GOAL,
            is_reached=is_enough
            and not any(found.values())
            and not seen.bare
            and set(seen.counts) == {"503"}
            and recovery <= NORMAL,
            recovery=recovery,
            **load.figures(found),
        )


def _read(reader: Person, enough: threading.Event) -> None:
    """Public pages, which a connection that died must not spoil either."""
    paths = [reverse("home"), reverse("practices:list"), reverse("api:index")]
    while not enough.is_set():
        for path in paths:
            reader.patiently(path)
