"""What stops a backup or a restore, in words for who typed the command."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError

_FULL = {errno.ENOSPC, errno.EDQUOT}


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
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in _FULL:
            raise CommandError(
                f"Il disco è pieno{where}. Le copie già finite restano buone: libera spazio e ripeti il comando."
            ) from error
        raise CommandError(f"{error.strerror or error}{where}") from error
    except DatabaseError as error:
        if "disk is full" in str(error):
            raise CommandError(
                "Il disco è pieno. Le copie già finite restano buone: libera spazio e ripeti il comando."
            ) from error
        raise CommandError(f"La banca dati ha risposto: {error}") from error
