"""Writes the search index anew, or tells whether it is right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from practices.search import upkeep


class Command(BaseCommand):
    """After an upgrade that changes the index, or to be sure of it."""

    help = _("Ricostruisce l'indice della ricerca, o lo verifica con --verify.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verify", action="store_true", help=_("Confronta l'indice con le pratiche, senza cambiare nulla.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify()
            return
        done = 0
        for done in upkeep.rebuild():
            if done % 500 == 0:
                self.stdout.write(_("%s pratiche…") % done)
        self.stdout.write(_("Pratiche nell'indice: %s") % done)

    def _verify(self) -> None:
        found = list(upkeep.faults())
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(_("L'indice della ricerca va ricostruito: manage.py rebuild_search"))
        self.stdout.write(_("L'indice della ricerca è in ordine."))
