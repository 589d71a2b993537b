"""Reads practices in batches, with all that their rows of open data name."""

import gc
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from taggit.models import TaggedItem

from agreements.models import Commitment
from networks.models import Municipality
from practices.history import CHANGES
from practices.models import (
    Adaptation,
    Attachment,
    Event,
    FundingLine,
    Indicator,
    Practice,
    Reading,
    Submission,
    TargetGroup,
    Theme,
)
from practices.models.choices import Status

# Rows that are in memory at a time: more are hardly quicker, and fewer hardly smaller.
BATCH = 25
# After so many rows what was read is thrown away for good.
SWEPT = 500
ADAPTATION = ("origin", "year", "changes", "outcome", "confirmed_at", "disputed_at")


def _beside(name: str, rows: QuerySet[Any]) -> "Prefetch[Any]":
    """As a plain list, which `rows_of` finds."""
    return Prefetch(name, rows, to_attr=f"read_{name.rpartition('__')[2]}")


def rows_of(row: Model, name: str) -> list[Any]:
    """What was read beside a row by `read`; a plain list costs a tenth of a manager."""
    found: list[Any] = getattr(row, f"read_{name}")
    return found


def read(submissions: QuerySet[Submission]) -> Iterator[Submission]:
    """A selection of live ones in its order; the queries of a batch are as many as the tables.

    Their numbers first, since whoever sorts whole rows holds them all; and no query stays open while somebody downloads.
    What is taken away meanwhile is left out.
    """
    yield from _read(list(submissions.values_list("pk", flat=True)))


def read_everything() -> Iterator[Submission]:
    """The live ones of all practices, by primary key. Sorted here: SQLite would walk the whole table to have them in order."""
    published = Submission.objects.filter(status=Status.PUBLISHED).order_by().values_list("pk", flat=True)
    # What is gone falls away when it is read, at less cost than as a condition on all of them.
    yield from _read(sorted(published))


def _read(numbers: list[int]) -> Iterator[Submission]:
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        found = {row.pk: row for row in _whole(Submission.objects.live().filter(pk__in=batch))}
        _add_tags(found)
        if start and start % SWEPT == 0:
            # A row and what was read beside it know each other: Python would keep some thousands of them for a while.
            gc.collect()
        yield from (found[number] for number in batch if number in found)


def _add_tags(found: dict[int, Submission]) -> None:
    """By hand: taggit makes a query for each row of a prefetch, if only to leave it unused."""
    for row in found.values():
        row.read_tags = []  # type: ignore[attr-defined]  # as `_beside` does
    tagged = TaggedItem.objects.filter(content_type__app_label="practices", content_type__model="submission")
    for number, name in tagged.filter(object_id__in=found).values_list("object_id", "tag__name"):
        rows_of(found[number], "tags").append(name)


def _whole(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    readings = Reading.objects.current().order_by("on", "pk")
    indicators = Indicator.objects.filter(published_at__isnull=False).select_related("common").order_by("pk")
    # Whether an adaptation's own page is live is asked of the row: as a condition it makes SQLite read every submission.
    state = ("submission__status", "submission__practice__removed_at", "submission__practice__merged_into")
    adapted_in = Adaptation.objects.select_related("submission__practice").only(*ADAPTATION, *state)
    changes = Event.objects.filter(verb__in=CHANGES, after__isnull=False).only("practice", "at").order_by("pk")
    return submissions.select_related("practice", "organisation", "main_theme").prefetch_related(
        _beside("municipalities", Municipality.objects.select_related("province__region")),
        _beside("other_themes", Theme.objects.all()),
        _beside("target_groups", TargetGroup.objects.all()),
        _beside("commitments", Commitment.objects.only("code", "title").order_by("code")),
        _beside("funding_lines", FundingLine.objects.all()),
        _beside("attachments", Attachment.objects.all()),
        _beside("adaptations", Adaptation.objects.all()),
        _beside("practice__events", changes),
        _beside("practice__indicators", indicators.prefetch_related(_beside("readings", readings))),
        _beside("practice__adapted_in", adapted_in),
        _beside("practice__merged_from", Practice.objects.prefetch_related(_beside("adapted_in", adapted_in.all()))),
    )
