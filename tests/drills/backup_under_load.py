"""Backups while several processes write, each restored into another portal: whatever was acknowledged before one began is in it.

    python -m tests.drills.backup_under_load

With DATABASE_URL of a PostgreSQL (see `.ci/postgresql`) from SQLite into PostgreSQL and from PostgreSQL into SQLite, otherwise into another SQLite.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.backups import Portal, empty_postgresql, hashes

WRITERS = 3
# What the restored portal has: of each submission of the writers its status, events and files, and what does not hold.
TELL = """
import json
from practices.models import Submission
from tests.invariants import broken
found = {
    made.pk: [made.status, [event.verb for event in made.events.order_by("pk")], [[a.file.name, a.sha256] for a in made.attachments.all()]]
    for made in Submission.objects.filter(organisation__name__startswith="Comune di prova").order_by("pk")
}
print(json.dumps([found, broken()]))
"""


@dataclass
class Outcome:
    """Of all rounds: submissions acknowledged before the backups began, those of them that were missing, those that were there in part, seconds."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    in_part: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Load:
    """Writers, and what they were told is kept."""

    def __init__(self, portal: Portal, writers: int) -> None:
        self.acknowledged: list[tuple[str, str, str]] = []
        self.news = threading.Condition()
        names = [f"scrive{n}" for n in range(writers)]
        portal.python(f"from tests.drills.writer import prepare; prepare({names})")
        code = "from tests.drills.writer import write; write({!r})"
        command = ["shell", "--verbosity", "0", "--command"]
        self.processes = [portal.begin(*command, code.format(name), stderr=None) for name in names]
        self.readers = [threading.Thread(target=self._read, args=[process]) for process in self.processes]
        for reader in self.readers:
            reader.start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        with process.stdout as lines:
            for line in lines:
                pk, path, sha256 = line.split()
                with self.news:
                    self.acknowledged.append((pk, path, sha256))
                    self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def wait_for(self, more: int) -> list[tuple[str, str, str]]:
        """All that was acknowledged, once there is so much more than now."""
        with self.news:
            wanted = len(self.acknowledged) + more
            assert self.news.wait_for(lambda: len(self.acknowledged) >= wanted or not self.is_running(), timeout=120)
            assert self.is_running(), "a writer has ended"
            return list(self.acknowledged)

    def is_running(self) -> bool:
        """Whether all of them do."""
        return all(process.poll() is None for process in self.processes)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While what is there already is looked at: writers that went on would make each round longer than all before it."""
        self._tell(signal.SIGSTOP)
        try:
            yield
        finally:
            self._tell(signal.SIGCONT)

    def _tell(self, what: signal.Signals) -> None:
        for process in self.processes:
            process.send_signal(what)

    def stop(self) -> None:
        """All of them."""
        for process in self.processes:
            process.kill()
            process.wait()
        for reader in self.readers:
            reader.join()


@contextmanager
def writing(portal: Portal, writers: int = WRITERS) -> Iterator[Load]:
    """While it lasts they write."""
    load = Load(portal, writers)
    try:
        yield load
    finally:
        load.stop()


def backups_under_load(source: Portal, target: Portal, folder: Path, *, rounds: int, writers: int = WRITERS) -> Outcome:
    """Take that many backups of the source while it is written to, restore each into the target, and look at what is there."""
    outcome = Outcome()
    with writing(source, writers) as load:
        for number in range(rounds):
            before = load.wait_for(more=5 * writers)
            begun = time.monotonic()
            source.run("backup", str(folder))
            outcome.seconds.append(round(time.monotonic() - begun, 1))
            assert load.is_running(), "a writer has ended"
            during = len(load.acknowledged) - len(before)
            with load.paused():
                target.run("restore", str(folder), "--replace", "--no-input")
                look(target, before, outcome)
            outcome.acknowledged += len(before)
            print(f"  {number + 1}/{rounds}: {len(before)} before, {during} during {outcome.seconds[-1]} s", file=sys.stderr)
    return outcome


def look(target: Portal, acknowledged: list[tuple[str, str, str]], outcome: Outcome) -> None:
    """What was acknowledged and is not there; what is there and not whole."""
    found, broken = json.loads(target.python(TELL))
    outcome.in_part += broken
    stored = hashes(target.folder / "media")
    for pk, path, sha256 in acknowledged:
        if pk not in found or stored.get(f"media/{path}") != sha256:
            outcome.lost.append(f"{pk} {path}")
    for pk, (status, verbs, files) in found.items():
        whole = (status, verbs, len(files)) == ("submitted", ["start", "submit"], 1)
        if not whole or any(stored.get(f"media/{path}") != sha256 for path, sha256 in files):
            outcome.in_part.append(f"{pk}: {status} {verbs} {files}")


def run(short: bool) -> dict[str, object]:
    """Twenty rounds each way, or one."""
    rounds, server = (1 if short else 20), os.environ.get("DATABASE_URL", "")
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        pairs = {"SQLite": (Portal(folder / "a"), Portal(folder / "b"))}
        if server.startswith("postgres"):
            one, other = (stack.enter_context(empty_postgresql(server, f"drill_backup_{n}")) for n in (1, 2))
            pairs = {
                "SQLite to PostgreSQL": (Portal(folder / "a"), Portal(folder / "b", one)),
                "PostgreSQL to SQLite": (Portal(folder / "c", other), Portal(folder / "d")),
            }
        for way, (source, target) in pairs.items():
            source.folder.mkdir()
            source.run("migrate", "--verbosity", "0")
            found[way] = asdict(backups_under_load(source, target, folder / way, rounds=rounds))
    return found


if __name__ == "__main__":
    outcomes = run(short="--short" in sys.argv)
    print(json.dumps(outcomes, indent=1))
    sys.exit(any(outcome["lost"] or outcome["in_part"] for outcome in outcomes.values()))  # type: ignore[index]
