"""What a card of a list shows: templates/_components/practice_card.html."""

from collections.abc import Sequence
from typing import Any

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.db.models import JSONField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

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
CARD_WIDTH = pictures.WIDTHS[0]


class PictureField(JSONField):
    """A picture read as a JSON object of its columns, as a page shows it."""

    def from_db_value(self, value: Any, *args: Any) -> pictures.Shown | None:
        """What the card's template needs, or nothing."""
        columns = super().from_db_value(value, *args)
        return pictures.shown(Attachment(**columns), CARD_WIDTH) if columns else None


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


def cards_of(pks: Sequence[int], *further: str) -> list[Submission]:
    """The cards of these submissions, in this order; with further columns, where a card shows more."""
    rows = cards(Submission.objects.filter(pk__in=pks)).only(*SHOWN, *further)
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in pks]


def kept_cards(pks: Sequence[int], version: str) -> list[SafeString]:
    """As they are shown, in this order; each is made once for a version of the content."""
    keys = {pk: make_template_fragment_key("practice_card", [pk, version]) for pk in pks}
    kept = caches["fragments"].get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    made = {keys[row.pk]: card(row) for row in cards_of(missing)} if missing else {}
    caches["fragments"].set_many(made)
    return [(kept | made)[key] for key in keys.values()]


def card(submission: Submission, query: object = None) -> SafeString:
    """As it is shown; with the words of a query marked."""
    return render_to_string("_components/practice_card.html", {"submission": submission, "query": query})
