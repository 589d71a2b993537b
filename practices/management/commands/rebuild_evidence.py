"""Writes the evidence levels anew where they are wrong, or tells whether they are right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from portal.lib.content_version import raise_version
from practices import evidence
from practices.models import Practice
from practices.models.choices import EvidenceLevel


class Command(BaseCommand):
    """After an upgrade that changes what the level depends on, or to be sure of it."""

    help = _("Ricalcola i livelli di evidenza, o li verifica con --verify.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verify", action="store_true", help=_("Confronta i livelli con le schede, senza cambiare nulla.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(evidence.wrong())
        for practice, was, right in found:
            self.stdout.write(
                _("%(code)s: «%(was)s» invece di «%(right)s».")
                % {"code": Practice(pk=practice).code, "was": EvidenceLevel(was).label, "right": right.label}
            )
        if options["verify"] and found:
            raise CommandError(_("I livelli di evidenza vanno ricalcolati: manage.py rebuild_evidence"))
        if not options["verify"]:
            self._rewrite([practice for practice, _was, _right in found])
        self.stdout.write(_("I livelli di evidenza sono in ordine."))

    @transaction.atomic
    def _rewrite(self, practices: list[int]) -> None:
        """Computed once more with the rows held: somebody may have published meanwhile."""
        for start in range(0, len(practices), evidence.BATCH):
            batch = practices[start : start + evidence.BATCH]
            list(Practice.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=batch).order_by("pk"))
            evidence.rewrite(Practice.objects.filter(pk__in=batch))
        if practices:
            raise_version()
