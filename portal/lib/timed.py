"""Commands that a timer runs: how often, and when each last ended well.

A mark of each is a file in `DATA_DIR/runs`, whose time says when: the same for systemd, cron and containers. With several machines it
is on the one whose timer it is.
"""

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
# The moment of the first mark of all: what has none since then did not run.
FIRST = "first"


class TimedCommand(BaseCommand):
    """Leaves its mark when it ends without an error."""

    every: timedelta

    @classmethod
    def is_used(cls) -> bool:
        """Whether this installation's settings ask for it."""
        return True

    def execute(self, *args: Any, **options: Any) -> str | None:
        said = super().execute(*args, **options)
        if not options.get("dry_run"):
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
        return datetime.fromtimestamp((_folder() / name).stat().st_mtime, UTC)
    return None


def late(now: datetime) -> dict[str, datetime]:
    """Those that ended well on this machine once, and not since they should have: when that was."""
    ended = ((name, every, ended_at(name)) for name, every in commands())
    return {name: last for name, every, last in ended if last and is_late(last, every, now)}


def is_late(last: datetime, every: timedelta, now: datetime) -> bool:
    """Whether it should have run since."""
    return now - last > every * 1.25 + GRACE


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "runs"


def _mark(name: str) -> None:
    """What was done is done, whether or not there is room to say so."""
    with suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        first = _folder() / FIRST
        if not first.exists():
            first.touch()
        (_folder() / name).touch()
