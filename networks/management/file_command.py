"""What the commands that take in an official file share: a trial unless told otherwise, and what it would change, in lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.tables import WrongFile

# Of a long list so many lines are told, and how many more there are; --verbosity 2 tells them all.
TOLD = 20


class FileCommand(BaseCommand):
    """Of each kind: `about`, what the file is, and what `handle` does with it."""

    about: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=self.about)
        parser.add_argument("--apply", action="store_true", help="Scrive davvero.")

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """A file that cannot be read, or in which something is wrong, ends the command with the reason."""
        try:
            yield
        except OSError as error:
            raise CommandError(f"Non si riesce a leggere {error.filename}: {error.strerror}.") from None
        except WrongFile as wrong:
            raise CommandError("\n".join([*map(str, wrong.args), "Nulla è stato scritto."])) from None

    def tell(self, title: str, lines: Sequence[object], verbosity: int) -> None:
        """How many they are, and which."""
        limit = None if verbosity > 1 else TOLD
        self.stdout.write(f"{title}: {len(lines)}.")
        for line in lines[:limit]:
            self.stdout.write(f"  {line}")
        if limit and len(lines) > limit:
            self.stdout.write(f"  … e altri {len(lines) - limit} (--verbosity 2 li dice tutti)")

    def tell_trial(self, apply: bool) -> None:
        """That nothing was written, where it was not."""
        if not apply:
            self.stdout.write("Era una prova: nulla è stato scritto. Per scrivere, aggiungere --apply.")
