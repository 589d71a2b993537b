"""What a card of a list shows: templates/_components/practice_card.html."""

from django.db.models import Prefetch, QuerySet

from networks.models import Municipality
from practices.models import Submission

SHOWN = (
    "title",
    "summary",
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


def cards(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Newest first, read in two queries whatever the number of rows."""
    towns = Municipality.objects.select_related("province__region")
    return (
        submissions.select_related("practice", "organisation", "main_theme")
        .only(*SHOWN)
        .prefetch_related(Prefetch("municipalities", towns))
        .order_by("-published_at", "-pk")
    )
