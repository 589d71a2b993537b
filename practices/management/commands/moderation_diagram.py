"""`manage.py moderation_diagram > docs/moderation.md`: the states and verbs, from the table."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from practices.moderation.diagram import diagram


class Command(BaseCommand):
    """Needs no database."""

    help = "Scrive il diagramma degli stati e la tabella di chi può fare che cosa"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("it"):
            self.stdout.write(diagram(), ending="")
