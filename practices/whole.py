"""Submissions with every row that their record names, and what their page shows beside it, in one query."""

from dataclasses import dataclass
from functools import cache

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from portal.lib.rows import Rows, annotated, with_rows
from practices.models import Adaptation, Indicator, Reading, Submission
from practices.related import RELATIONS, STORY

# Of the indicators, the page shows the practice's own.
RECORD = {name: rows for name, rows in RELATIONS.items() if name != "indicators"}


@dataclass(frozen=True)
class Whole:
    """A submission with its record, and of its practice the public indicators with their readings, and who adapted it."""

    submission: Submission
    indicators: list[Indicator]
    adapted_in: list[Adaptation]
    # What is live of the practices that it was adapted from.
    origins: list[Submission]


def records(condition: Q) -> list[Submission]:
    """Those of which this is true, with their record."""
    return with_rows(_records().filter(condition), RECORD)


def wholes(condition: Q) -> list[Whole]:
    """The same, with what stands beside the record."""
    found = with_rows(_wholes().filter(condition), RECORD)
    return [Whole(one, one.public_indicators, [*one.adapted_in, *one.duplicates_adapted_in], one.origins) for one in found]


@cache
def _records() -> QuerySet[Submission]:
    return annotated(Submission.objects.select_related("practice", "organisation", "main_theme"), RECORD)


@cache
def _wholes() -> QuerySet[Submission]:
    indicators = Rows(
        Indicator.objects.public().filter(practice=OuterRef("practice")),
        *(
            *("id", "practice", "name", "unit", "baseline", "target", "source", "closed_on"),
            *("common__id", "common__name", "common__slug"),
        ),
        readings=Rows(
            Reading.objects.filter(indicator=OuterRef("pk")).order_by("on", "pk"),
            *("id", "period", "on", "value", "is_approximate", "approximation", "source", "superseded_by"),
            *("declared_at", "verified_at", "contested_at"),
        ),
    )
    starts = Adaptation.objects.filter(submission=OuterRef(OuterRef("pk"))).values_list(
        Coalesce("origin__merged_into", "origin")
    )
    live = Submission.objects.live().filter(practice__in=starts).order_by("pk")
    origins = Rows(live, "id", "title", "practice__id", "practice__slug")
    # Apart, since with an OR SQLite would look at every adaptation that there is.
    of_itself, of_duplicates = _others(origin=OuterRef("practice")), _others(origin__merged_into=OuterRef("practice"))
    found = _records().annotate(public_indicators=indicators, origins=origins)
    return found.annotate(adapted_in=of_itself, duplicates_adapted_in=of_duplicates)


def _others(**started_from: OuterRef) -> Rows:
    """What others published that they adapted."""
    return Rows(
        Adaptation.objects.live().filter(**started_from).exclude(submission__practice=OuterRef("practice")),
        *STORY,
        *("origin", "submission__id", "submission__title", "submission__practice__id", "submission__practice__slug"),
        *("submission__organisation__id", "submission__organisation__name"),
    )
