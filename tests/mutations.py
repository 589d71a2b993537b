"""Takes away one guard after the other and looks whether a test fails: `python -m tests.mutations`, some minutes.

    python -m tests.mutations                    # all of them, two at a time
    python -m tests.mutations --only lock        # those whose name has this word

Each guard is taken away in a copy of the checkout. The tests that are named beside it run there, on SQLite or on what DATABASE_URL
names. A guard whose tests still pass is not proven: the command says so and ends with 1.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutated import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
LONGEST = 600  # seconds of one guard's tests


@dataclass(frozen=True)
class Outcome:
    """Whether the tests of a guard fail without it; what pytest said where they do not."""

    mutation: Mutation
    is_proven: bool
    said: str


def copied(folder: Path) -> Path:
    """The files of the checkout, without what they made when they ran."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def tried(mutation: Mutation) -> Outcome:
    """The guard's tests without the guard. They fail as tests do: what cannot even start proves nothing."""
    with tempfile.TemporaryDirectory(prefix="without-") as made:
        folder = copied(Path(made))
        mutation.apply(folder)
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:xdist", *mutation.tests]
        environment = {name: value for name, value in os.environ.items() if name not in {"DATA_DIR", "PYTEST_ADDOPTS"}}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
        )
        return Outcome(mutation, done.returncode == 1, done.stdout[-1500:] + done.stderr[-500:])


def main() -> int:
    """Print each guard and whether a test misses it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", default="", help="a word of the guard's name")
    only = asked.parse_args().only
    chosen = [one for one in MUTATIONS if only in one.guard]
    unproven = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(tried, chosen):
            print(f"{'proven    ' if outcome.is_proven else 'NOT PROVEN'}  {outcome.mutation.guard}", flush=True)
            if not outcome.is_proven:
                unproven.append(outcome)
    for outcome in unproven:
        print(f"\n== {outcome.mutation.guard} ({outcome.mutation.file})\n{outcome.said}")
    print(f"\n{len(chosen) - len(unproven)} of {len(chosen)} guards are missed by a test when they are gone.")
    return bool(unproven)


if __name__ == "__main__":
    sys.exit(main())
