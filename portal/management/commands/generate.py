"""`manage.py generate --practices 100000`: a country of made-up practices, to measure with."""

from random import Random
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from portal.generated.rows import BATCH, Country, Taking
from portal.generated.text import Writer
from portal.generated.towns import editors, officers, organisations, towns
from portal.lib.content_version import raise_version
from portal.management.commands.demo import FIXTURES
from practices import evidence
from practices.models import Practice

# Most municipalities have no practice.
TAKING_PART = 0.35


class Command(BaseCommand):
    """Fills an empty portal; the same seed gives the same data."""

    help = (
        "Riempie una banca dati senza pratiche con un intero paese di pratiche inventate, che si dicono testo dimostrativo: "
        "serve a misurare il portale, non a mostrarlo. Con lo stesso --seed i dati sono gli stessi."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practices", type=int, default=1_000, help="Quante pratiche pubblicate (1000).")
        parser.add_argument("--towns", type=int, default=7_900, help="Quanti comuni, se non ci sono già quelli dell'ISTAT.")
        parser.add_argument("--seed", type=int, default=1, help="Il numero da cui dipende ogni scelta (1).")

    def handle(self, *args: Any, practices: int, seed: int, **options: Any) -> None:
        if Practice.objects.exists():
            raise CommandError("Qui ci sono già delle pratiche: usa un'altra banca dati (DATABASE_URL, o DATA_DIR).")
        for name in FIXTURES:
            call_command("loaddata", name, verbosity=0)
        random = Random(seed)  # noqa: S311  # chance that can be repeated
        writer = Writer(random)
        places = towns(random, writer, options["towns"])
        random.shuffle(places)
        # The larger ones more often among those with the most practices.
        taking = sorted(places[: max(1, int(len(places) * TAKING_PART))], key=lambda town: -(town.population or 0))
        bodies = organisations(taking)
        parts = [Taking(*found) for found in zip(bodies, officers(bodies), taking, strict=True)]
        country = Country(random, writer, parts, editors())
        with tqdm(total=practices, unit=" pratiche", disable=None) as bar:
            for made in country.make(practices):
                bar.update(made)
        with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # what the ORM does not say
            # What both engines' planners know of the tables is as old as the tables: nothing.
            cursor.execute("ANALYZE")
        self._levels()
        raise_version()
        self.stdout.write(f"Pratiche: {practices}, di {len(bodies)} enti, in {len(places)} comuni.")

    def _levels(self) -> None:
        keys = list(Practice.objects.order_by("pk").values_list("pk", flat=True))
        for start in tqdm(range(0, len(keys), BATCH), unit=" lotti", disable=None, leave=False):
            evidence.rewrite(Practice.objects.filter(pk__in=keys[start : start + BATCH]))
