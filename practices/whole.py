"""Submissions with every row that their record names, and what their page shows beside it, in one query."""

from dataclasses import dataclass
from functools import cache

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from taggit.models import Tag

from agreements.models import Commitment
from networks.models import Municipality
from portal.lib.rows import Rows, annotated, with_rows
from practices.models import (
    Adaptation,
    Attachment,
    FundingLine,
    Indicator,
    Reading,
    Submission,
    TargetGroup,
    Theme,
)

_TAXONOMY = ("id", "name", "slug", "position")
_STORY = ("id", "year", "changes", "outcome", "confirmed_at", "disputed_at")
_TAGGED = {"content_type__app_label": "practices", "content_type__model": "submission", "object_id": OuterRef("pk")}

TOWNS = Rows(
    Municipality.objects.filter(submissions=OuterRef("pk")),
    *("belfiore_code", "name", "other_name", "common_name", "slug", "sort_name"),
    *(f"province__{column}" for column in ("code", "name", "abbreviation")),
    *(f"province__region__{column}" for column in ("nuts_code", "name", "slug")),
)
ADAPTATIONS = Rows(
    Adaptation.objects.filter(submission=OuterRef("pk")),
    *_STORY,
    *("origin_name", "origin_url", "origin__id", "origin__slug", "origin__merged_into"),
)
RECORD = {
    "other_themes": Rows(Theme.objects.filter(other_of=OuterRef("pk")), *_TAXONOMY),
    "target_groups": Rows(TargetGroup.objects.filter(submissions=OuterRef("pk")), *_TAXONOMY),
    "tags": Rows(
        Tag.objects.filter(**{f"taggit_taggeditem_items__{column}": value for column, value in _TAGGED.items()}),
        *("id", "name", "slug"),
    ),
    "attachments": Rows(
        Attachment.objects.filter(submission=OuterRef("pk")),
        *("id", "kind", "title", "alternative_text", "name", "sha256", "size", "width", "height", "quarantined_at"),
    ),
    "municipalities": TOWNS,
    "commitments": Rows(
        Commitment.objects.filter(submissions=OuterRef("pk")),
        *("id", "code", "title", "agreement__id", "agreement__title", "agreement__slug"),
    ),
    "funding_lines": Rows(
        FundingLine.objects.filter(submission=OuterRef("pk")),
        *("id", "amount", "from_year", "to_year", "fund__id", "fund__name", "fund__slug"),
    ),
    "adaptations": ADAPTATIONS,
}


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
        *_STORY,
        *("origin", "submission__id", "submission__title", "submission__practice__id", "submission__practice__slug"),
        *("submission__organisation__id", "submission__organisation__name"),
    )
