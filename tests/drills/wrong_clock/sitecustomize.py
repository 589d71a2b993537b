"""A wrong clock for the processes that have this folder in PYTHONPATH: the file WRONG_CLOCK says by how many seconds.

Python imports it before anything else, and no code that is tried knows of it. What is measured (`time.monotonic`) stays right.
"""

import copyreg
import datetime
import os

# These learn what a datetime is when they are imported: they have to know the real one, which all values are.
import sqlite3  # noqa: F401
import sys
import time
from pathlib import Path
from typing import Any

import psycopg  # noqa: F401

SHIFT = Path(os.environ["WRONG_CLOCK"])
real, real_time, real_localtime, real_gmtime = datetime.datetime, time.time, time.localtime, time.gmtime


def shift() -> int:
    """Seconds, now."""
    return int(SHIFT.read_text())


class _Kind(type):
    """Every datetime is one of these, though none is made of it."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, real)


class Shifted(real, metaclass=_Kind):
    """The real class but for what the time is."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return real(*args, **kwargs)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """The wrong time."""
        return real.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        """The wrong time without a zone."""
        return real.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        """The wrong time here."""
        return real.fromtimestamp(time.time())


def again(*state: Any) -> Any:
    """Pickled values name the class that stands under its name now."""
    return real(*state)


copyreg.pickle(real, lambda value: (again, value.__reduce__()[1]))
datetime.datetime = Shifted  # type: ignore[misc]
time.time = lambda: real_time() + shift()
time.time_ns = lambda: int(time.time() * 1e9)
time.localtime = lambda seconds=None: real_localtime(time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: real_gmtime(time.time() if seconds is None else seconds)
# Under this name the pickled values look for `again`.
sys.modules.setdefault("sitecustomize", sys.modules[__name__])
