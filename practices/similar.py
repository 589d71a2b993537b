"""Practices like this one: the same main theme, the same territory, or both, and the reason in words."""

from dataclasses import dataclass

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from networks.models import Region
from practices.cards import cards
from practices.models import Submission

LIMIT = 3


@dataclass(frozen=True)
class Similar:
    """A published practice and why it is shown."""

    submission: Submission
    reason: str


def similar_to(submission: Submission, limit: int = LIMIT) -> list[Similar]:
    """Those that share both first, then the theme, then the territory; the newest first. Two queries."""
    regions = {town.province.region for town in submission.municipalities.all()}
    if not regions and submission.main_theme_id is None:
        return []
    towns = Submission.municipalities.through.objects.filter(
        submission=OuterRef("pk"), municipality__province__region__in=regions
    )
    same_theme = Q(main_theme=submission.main_theme_id, main_theme__isnull=False)
    same_region = Q(Exists(towns))
    found = (
        cards(Submission.objects.listed().exclude(practice=submission.practice_id))
        .filter(same_theme | same_region)
        .annotate(
            distance=Case(
                When(same_theme & same_region, then=Value(0)),
                When(same_theme, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("distance", "-published_at", "-pk")
    )
    return [Similar(other, _reason(submission, other, regions)) for other in found[:limit]]


def _reason(submission: Submission, other: Submission, regions: set[Region]) -> str:
    shared = sorted(region.name for region in regions & {town.province.region for town in other.municipalities.all()})
    same_theme = submission.main_theme if submission.main_theme_id == other.main_theme_id else None
    words = {"theme": same_theme, "territory": ", ".join(shared)}
    if same_theme and shared:
        return _("Stesso ambito (%(theme)s) e stesso territorio (%(territory)s)") % words
    if same_theme:
        return _("Stesso ambito: %(theme)s") % words
    return _("Stesso territorio: %(territory)s") % words
