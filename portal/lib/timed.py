"""Commands that a timer runs: how often, and when each last ended well.

A mark of each is a file in `DATA_DIR/runs`, whose time says when: the same for systemd, cron and containers. With several machines it
is on the one whose timer it is; who runs a command by hand, at a terminal, leaves none.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

# A machine is busy, a run takes its time: a quarter more than the interval, and this.
GRACE = timedelta(minutes=15)
# The moment of the first mark of all, or of the first after a stop: what has none since then did not run.
FIRST = "first"
# `watch` runs every five minutes on each machine: where two of them left no mark, all timers stood still.
STOPPED = timedelta(minutes=10)


class TimedCommand(BaseCommand):
    """Leaves its mark when it ends without an error."""

    every: timedelta

    @classmethod
    def is_used(cls) -> bool:
        """Whether this installation's settings ask for it."""
        return True

    def execute(self, *args: Any, **options: Any) -> str | None:
        said = super().execute(*args, **options)
        if not options.get("dry_run") and not os.isatty(0):
            _mark(self.__module__.rpartition(".")[2])
        return said


def commands() -> Iterator[tuple[str, timedelta]]:
    """The name of each that is used, and how often it runs; of our apps alone."""
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(settings.BASE_DIR)}
    for name, app in sorted(get_commands().items()):
        command = load_command_class(app, name) if app in ours else None
        if isinstance(command, TimedCommand) and command.is_used():
            yield name, command.every


def ended_at(name: str) -> datetime | None:
    """When it last ended well on this machine; nothing where it never did."""
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp((folder() / name).stat().st_mtime, UTC)
    return None


def late(now: datetime) -> dict[str, datetime]:
    """Those that ended well on this machine once, and not since they should have: when that was.

    After a stop of the machine or of its timers each has its time anew.
    """
    since = now if _stopped(now) else ended_at(FIRST) or now
    ended = ((name, every, ended_at(name)) for name, every in commands())
    return {name: last for name, every, last in ended if last and is_late(max(last, since), every, now)}


def is_late(last: datetime, every: timedelta, now: datetime) -> bool:
    """Whether it should have run since."""
    return now - last > every * 1.25 + GRACE


def folder() -> Path:
    """Where the marks are."""
    return Path(settings.DATA_DIR) / "runs"


def _stopped(now: datetime) -> bool:
    """Whether no command at all has ended well for a while."""
    # What `watch` keeps there is no mark, and has an ending.
    marks = [path.stat().st_mtime for path in folder().glob("*") if not path.suffix]
    return now - datetime.fromtimestamp(max(marks, default=0), UTC) > STOPPED


def _mark(name: str) -> None:
    """What was done is done, whether or not there is room to say so."""
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        if _stopped(datetime.now(UTC)):
            (folder() / FIRST).touch()
        (folder() / name).touch()
