"""Workers and the master are killed while officers write, attach and send."""

import os
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from tests.drills.outcome import Outcome
from tests.drills.people import Load
from tests.drills.site import Engine
from tests.nodes import Node

GOAL = "0 lost, 0 twice, 0 in part; stray files 0 after the sweep"
WORKERS = 2
# Seconds, however many are then acknowledged.
MOST, MOST_SHORT = 25 * 60, 240


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """Fifty workers and four masters among a thousand submissions, or a few of each."""
    return [on(engine, short) for engine in engines]


def on(engine: Engine, short: bool) -> Outcome:
    """On one engine."""
    wanted, workers, masters = (9, 3, 1) if short else (1000, 50, 4)
    with engine.site("killed") as site:
        node = site.node(WORKERS)
        load = Load(site, node, 3 if short else 6)
        load.begin()
        # All among the first third, masters at even distances among the workers.
        kills = workers + masters
        whole = {round((number + 1) * kills / (masters + 1)) for number in range(masters)}
        ends = time.monotonic() + (MOST_SHORT if short else MOST)
        moments = []
        for number in range(kills):
            if not load.wait_for(number * wanted // (3 * kills), ends):
                break
            moments.append(time.monotonic())
            if number in whole:
                _kill_master(node, by_itself=sorted(whole).index(number) % 2 == 0)
            else:
                _kill_a_worker(node)
        is_enough = load.wait_for(wanted, ends) and len(moments) == kills
        load.end()
        found = site.inside("world.verdict", acknowledged=load.told())
        return Outcome(
            drill=f"kill -9, {len(moments)} times, of these {sum(number < len(moments) for number in whole)} the master",
            engine=engine.name,
            goal=GOAL,
            is_reached=is_enough and not any(found.values()) and not load.seen.bare,
            recovery=max(load.seen.well_after(moment) for moment in moments),
            **load.figures(found, f"{len(found['stray'])} stray files"),
        )


def _workers(node: Node) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children").read_text().split()]


def _kill_a_worker(node: Node) -> None:
    """While others answer, or none: gunicorn starts another one."""
    while not (workers := _workers(node)):
        assert node.process.poll() is None, "the master has ended"
    os.kill(random.choice(workers), signal.SIGKILL)


def _kill_master(node: Node, *, by_itself: bool) -> None:
    """Alone, or with its workers as a power cut would; then it is started again, as systemd does."""
    if by_itself:
        workers = _workers(node)
        node.process.kill()
        node.process.wait(timeout=30)
        # They see that it is gone, and go too.
        ends = time.monotonic() + 60
        while any(_lives(pid) for pid in workers):
            assert time.monotonic() < ends, "workers that outlive their master"
            time.sleep(0.01)
    else:
        node.kill()
    node.begin()


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
