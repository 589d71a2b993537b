"""The load by wrk, which costs less than ours."""

import json
import resource
import socket
import subprocess
import tempfile
from collections.abc import Sequence

from portal.benchmark.load import TIMEOUT, Load, ask, told

SAMPLES = 20
# It takes paths and headers from a script, which prints what came of them.
_SCRIPT = """
local paths, headers, turn = {%s}, {%s}, 0
request = function() turn = turn + 1; return wrk.format("GET", paths[turn %% #paths + 1], headers) end
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("%%d %%d %%d %%d %%d", summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
"""


def by_wrk(wrk: str, port: int, paths: Sequence[str], *, seconds: float, connections: int, headers: str, good: int) -> Load:
    """Throughput and latencies by wrk; what answers tell of themselves by some that were asked for one by one before."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        load = told([ask(stream, paths[n % len(paths)], headers)[0] for n in range(SAMPLES)], good)
    named = ["Host: localhost", *headers.splitlines()]
    # A text is written alike in JSON and in Lua.
    pairs = [tuple(json.dumps(part) for part in line.split(": ", 1)) for line in named]
    script = _SCRIPT % (", ".join(map(json.dumps, paths)), ", ".join(f"[{name}] = {value}" for name, value in pairs))
    command = [wrk, "-t1", f"-c{connections}", f"-d{round(seconds)}s", f"--timeout={TIMEOUT}s"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        printed = subprocess.run(  # noqa: S603  # the one that was found
            [*command, f"--script={file.name}", f"http://127.0.0.1:{port}/"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=seconds + TIMEOUT,
        ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers, microseconds, failed, p50, p99 = map(int, printed.splitlines()[-1].split())
    load.answers, load.asked = answers, load.asked + answers
    load.failed, load.seconds = load.failed + failed, microseconds / 1e6
    load.p50, load.p99 = p50 / 1e6, p99 / 1e6
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load.client = used / load.seconds
    return load
