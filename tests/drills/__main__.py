"""`python -m tests.drills [--short] [--only NAME …] [--engine NAME …]`: every drill, and the table of goals.

It ends with 1 where a goal is missed. `--short` takes a minute or two, the long form some minutes for each drill.
"""

import argparse
import os
import sys
import time
from importlib import import_module
from importlib.util import find_spec

import django

NAMES = ("postgresql_restarted", "disk_full", "killed", "sqlite_writers", "races", "mail", "clock", "backup_under_load")


def main() -> int:
    """1 where a goal is missed."""
    known = [name for name in NAMES if find_spec(f"tests.drills.{name}")]
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--only", nargs="+", choices=known, default=known)
    asked.add_argument("--engine", nargs="+", choices=("SQLite", "PostgreSQL"), default=())
    options = asked.parse_args()

    from tests.drills.outcome import Outcome, table
    from tests.drills.site import engines

    outcomes = []
    with engines(*options.engine) as made:
        for name in options.only:
            begun = time.monotonic()
            run = import_module(f"tests.drills.{name}").run
            if name == "backup_under_load":
                # It brings its own engines, and a table of its own.
                found = run(options.short)
                figures = ", ".join(f"{key} {value}" for key, value in found.items())
                is_reached = bool(found.get("is_reached", not found.get("lost")))
                done = [
                    Outcome(
                        "backup under load", "both", "every acknowledged row and file is there", is_reached, note=figures
                    )
                ]
            else:
                done = run(options.short, made)
            print(f"{name}: {time.monotonic() - begun:.0f} s", table(done), sep="\n", file=sys.stderr, flush=True)
            outcomes += done
    print(table(outcomes))
    return 0 if all(outcome.is_reached for outcome in outcomes) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
