"""What stops a backup or a restore, in words for who typed the command."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError

_FULL = {errno.ENOSPC, errno.EDQUOT}
# As SQLite and PostgreSQL say it.
_FULL_IN_WORDS = ("disk is full", "No space left on device")
_FREE = "Il disco è pieno. Le copie già finite restano buone: libera spazio e ripeti il comando."


class Refusal(Exception):
    """Why it does not go on, and what to do about it."""


@contextmanager
def in_words() -> Iterator[None]:
    """Turns what a person can do something about into the command's error, without a traceback."""
    try:
        yield
    except Refusal as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        if error.errno in _FULL:
            raise CommandError(_FREE) from error
        raise CommandError(f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}") from error
    except DatabaseError as error:
        if any(words in str(error) for words in _FULL_IN_WORDS):
            raise CommandError(_FREE) from error
        raise CommandError(f"La banca dati ha risposto: {error}") from error
