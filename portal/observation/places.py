"""What an exception was and where it happened, without its words: those may hold what somebody wrote.

PostgreSQL, for one, says which address was there already.
"""

import traceback
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Of a very deep one the innermost.
MOST = 30
OURS = ("portal/", "networks/", "agreements/", "practices/", "templates/")


def kinds(error: BaseException) -> list[str]:
    """The class of the exception, and of those that caused it."""
    return [type(each).__name__ for each in _chain(error)]


def places(error: BaseException) -> list[str]:
    """Each file, line and function on the way, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def place(error: BaseException) -> str:
    """In one line: the class, and the innermost place in our own code."""
    found = places(error)
    ours = [each for each in found if each.startswith(OURS)]
    return f"{type(error).__name__} {(ours or found or ['?'])[-1]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _short(file: str) -> str:
    """From the project's folder, or from that of the packages."""
    _folder, packages, inside = file.rpartition("site-packages/")
    if packages:
        return inside
    path = Path(file)
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else path.name
