"""`python -m tests.drills [--short] [--only NAME …] [--engine NAME …]`: every drill, and the table of goals.

It ends with 1 where a goal is missed. `--short` takes a minute or two, the long form some minutes for each drill.
"""

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import django

from tests.drills.outcome import Outcome, table

NAMES = ("postgresql_restarted", "disk_full", "killed", "sqlite_writers", "races", "mail", "clock", "backup_under_load")


def main() -> int:
    """1 where a goal is missed."""
    known = [name for name in NAMES if find_spec(f"tests.drills.{name}")]
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--only", nargs="+", choices=known, default=known)
    asked.add_argument("--engine", nargs="+", choices=("SQLite", "PostgreSQL"), default=())
    options = asked.parse_args()

    from tests.drills.site import Postgresql, engines

    outcomes: list[Outcome] = []

    def told(name: str, done: list[Outcome]) -> None:
        # As it comes: what is found is not lost with the drill after it.
        print(name, table(done), sep="\n", file=sys.stderr, flush=True)
        outcomes.extend(done)

    with engines(*options.engine) as made:
        for name in options.only:
            run = import_module(f"tests.drills.{name}").run
            if name != "backup_under_load":
                for engine in made:
                    told(name, run(options.short, [engine]))
                continue
            # It makes portals of its own, from one engine into the other where there is a server to make them on.
            for server in (engine for engine in made if isinstance(engine, Postgresql)):
                os.environ["DATABASE_URL"] = server.url("postgres")
            told(name, [_of_backups(way, found) for way, found in run(options.short).items()])
    print(table(outcomes))
    return 0 if all(outcome.is_reached for outcome in outcomes) else 1


def _of_backups(way: str, found: dict[str, Any]) -> Outcome:
    """One of its lines as one of ours."""
    wrong = [*found["lost"], *found["in_part"]]
    return Outcome(
        drill=f"{len(found['seconds'])} backups under load, restored",
        engine=way,
        goal="every acknowledged row and file (SHA-256) is there",
        is_reached=not wrong and found["acknowledged"] > 0,
        acknowledged=found["acknowledged"],
        lost=len(found["lost"]),
        in_part=len(found["in_part"]),
        note="; ".join(wrong[:10]),
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
