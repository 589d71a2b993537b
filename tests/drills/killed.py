"""Workers and the master are killed while officers write, attach and send."""

import os
import random
import signal
from collections.abc import Sequence
from pathlib import Path

from tests.drills.outcome import Outcome
from tests.drills.people import Load
from tests.drills.site import Engine
from tests.nodes import Node

GOAL = "0 lost, 0 twice, 0 in part; stray files 0 after the sweep"
WORKERS = 2


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """Fifty workers and four masters among a thousand submissions, or a few of each."""
    return [on(engine, short) for engine in engines]


def on(engine: Engine, short: bool) -> Outcome:
    """On one engine."""
    wanted, workers, masters = (10, 4, 2) if short else (1000, 50, 4)
    with engine.site("killed") as site:
        node = site.node(WORKERS)
        load = Load(site, node, 3 if short else 6)
        load.begin()
        # Masters are among the workers, at even distances.
        kills = workers + masters
        whole = {round((number + 1) * kills / (masters + 1)) for number in range(masters)}
        moments = []
        for number in range(kills):
            load.wait_for(number * wanted // kills, 90 if short else 900)
            at = max(load.seen.well_at)
            _kill_master(node, by_itself=bool(number % 2)) if number in whole else _kill_a_worker(node)
            moments.append(at)
        load.wait_for(wanted, 90 if short else 900)
        load.end()
        found = site.inside("world.verdict", acknowledged=load.told())
        return Outcome(
            drill=f"kill -9 of {workers} workers and {masters} masters",
            engine=engine.name,
            goal=GOAL,
            is_reached=not any(found.values()) and not load.seen.bare,
            recovery=max(load.seen.well_after(moment) for moment in moments),
            **load.figures(found, f"{len(found['stray'])} stray files"),
        )


def _kill_a_worker(node: Node) -> None:
    """While others answer, or none: gunicorn starts another one."""
    children = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children")
    while not (workers := children.read_text().split()):
        assert node.process.poll() is None, "the master has ended"
    os.kill(int(random.choice(workers)), signal.SIGKILL)


def _kill_master(node: Node, *, by_itself: bool) -> None:
    """Alone, or with its workers as a power cut would; then it is started again, as systemd does."""
    if by_itself:
        node.process.kill()
        node.process.wait(timeout=30)
    else:
        node.kill()
    node.begin()
