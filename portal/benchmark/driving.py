"""A bounded load: a few connections that stay open, each asking again as soon as it has its answer.

By wrk where it is installed; else by threads of our own, which cost some 0.1 ms of a core a request. The server has a core of
its own, so that this limits nothing as long as the client's core has time left: `Load.client` tells how much of it was used.
"""

import shutil
import socket
import threading
import time
from collections.abc import Sequence

from portal.benchmark.load import TIMEOUT, Answer, Load, ask, told
from portal.benchmark.wrk import by_wrk

WRK = shutil.which("wrk")


def drive(
    port: int, paths: Sequence[str], *, seconds: float, connections: int = 4, headers: str = "", good: int = 200
) -> Load:
    """Ask for these paths in turn, for so long, by so many connections; what is not `good` has failed."""
    if WRK and seconds >= 1:
        return by_wrk(WRK, port, paths, seconds=seconds, connections=connections, headers=headers, good=good)
    stopping = threading.Event()
    found: list[list[Answer]] = [[] for _n in range(connections)]
    before, start = time.process_time(), time.monotonic()

    def run(number: int) -> None:
        turn, answers, ends = number, found[number], start + seconds
        while not answers or (time.monotonic() < ends and not stopping.is_set()):
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
                closes = False
                while not closes and (not answers or (time.monotonic() < ends and not stopping.is_set())):
                    answer, closes = ask(stream, paths[turn % len(paths)], headers)
                    answers.append(answer)
                    turn += connections

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(connections)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    finally:
        stopping.set()
    took = time.monotonic() - start
    load = told([answer for answers in found for answer in answers], good)
    load.seconds, load.client = took, (time.process_time() - before) / took
    return load
