"""How long things are kept: a rule says what, counted from which moment, for how many days, and why.

In Italian only, as everything that commands say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

# Rows in one transaction: a command that is stopped has done all of some of them.
BATCH = 500
YEAR = 365


def delete(rows: QuerySet[Any]) -> None:
    """What a rule does unless it says otherwise."""
    rows.delete()


@dataclass(frozen=True)
class Rule:
    """`due` gives the rows whose time was up before a moment. What was carried out is no longer among them."""

    name: str
    what: str
    # The column, or the columns, that the days are counted from.
    since: str
    days: int
    why: str
    due: Callable[[datetime], QuerySet[Any]]
    carry_out: Callable[[QuerySet[Any]], None] = delete

    def waiting(self, at: datetime) -> QuerySet[Any]:
        """What is to go now."""
        return self.due(at - timedelta(days=self.days))

    def apply(self, at: datetime) -> int:
        """How many rows it concerned. Done again at once, none."""
        done = 0
        while True:
            with transaction.atomic():
                batch = list(self.waiting(at).order_by("pk").values_list("pk", flat=True)[:BATCH])
                if not batch:
                    return done
                self.carry_out(self.waiting(at).model._default_manager.filter(pk__in=batch))
                done += len(batch)
