"""What a card of a list shows: templates/_components/practice_card.html."""

from typing import Any

from django.db.models import JSONField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from networks.models import Municipality
from practices import pictures
from practices.models import Attachment, Submission

SHOWN = (
    "title",
    "title_en",
    "summary",
    "summary_en",
    "kind",
    "is_demo",
    "origin",
    "published_at",
    "practice__slug",
    "practice__evidence_level",
    "practice__confirmed_on",
    "organisation__name",
    "organisation__slug",
    "main_theme__name",
    "main_theme__slug",
)


class PictureField(JSONField):
    """A picture read as a JSON object of its columns, as a page shows it."""

    def from_db_value(self, value: Any, *args: Any) -> pictures.Shown | None:
        """What the card's template needs, or nothing."""
        columns = super().from_db_value(value, *args)
        return pictures.shown(Attachment(**columns), pictures.CARD_WIDTH) if columns else None


def cards(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Newest first, read in two queries whatever the number of rows; `picture` is the first picture that each has."""
    towns = Municipality.objects.select_related("province__region")
    first = Attachment.objects.filter(submission=OuterRef("pk"), kind=Attachment.Kind.PICTURE).order_by("pk")
    columns = first.values(columns=JSONObject(id="pk", name="name", width="width", height="height"))
    return (
        submissions.select_related("practice", "organisation", "main_theme")
        .only(*SHOWN)
        .annotate(picture=Subquery(columns[:1], output_field=PictureField()))
        .prefetch_related(Prefetch("municipalities", towns))
        .order_by("-published_at", "-pk")
    )
