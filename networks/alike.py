"""Towns like this one: the same size, the same kind of territory, a similar share of foreign residents, and the reason said."""

from dataclasses import dataclass

from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from networks.models import Municipality
from networks.sizes import in_class, size_class

LIMIT = 6
# How far the shares of foreign residents may be from each other: two percentage points.
MARGIN = 0.02


@dataclass(frozen=True)
class Likeness:
    """Something that a town may have in common with another, as a condition on the other and in words.

    What almost every town has in common adds to the others but is not enough alone.
    """

    condition: Q
    reason: str
    is_enough: bool = True


@dataclass(frozen=True)
class Alike:
    """A town and why it is shown."""

    town: Municipality
    reasons: list[str]


def alike(town: Municipality, candidates: QuerySet[Municipality], *then: str, limit: int = LIMIT) -> list[Alike]:
    """Of the candidates those that have most in common, then in the order `then`, then by name. One query.

    What is not known of the town is not compared.
    """
    found = candidates.filter(ceased_on__isnull=True).exclude(pk=town.pk).select_related("province__region")
    likenesses = _likenesses(town)
    points: Combinable = Value(0)
    enough = Q()
    for number, likeness in enumerate(likenesses):
        has = Case(When(likeness.condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        found = found.annotate(**{f"likeness_{number}": has})
        points += F(f"likeness_{number}")
        if likeness.is_enough:
            enough |= likeness.condition
    ordered = found.filter(enough).annotate(points=points).order_by("-points", *then, "sort_name", "pk")
    return [
        Alike(other, [likeness.reason for n, likeness in enumerate(likenesses) if getattr(other, f"likeness_{n}")])
        for other in ordered[:limit]
    ]


def share_of_foreign_residents(town: Municipality) -> float | None:
    """Between 0 and 1; none where it is not known."""
    if not town.population or town.foreign_residents is None:
        return None
    return town.foreign_residents / town.population


def _likenesses(town: Municipality) -> list[Likeness]:
    """What can be compared, with what is known of the town. Its province or else its territory is always known."""
    province, region = town.province, town.province.region
    found = []
    if size := size_class(town.population):
        found.append(Likeness(in_class(size), _("stessa classe di popolazione (%s)") % size.label))
    if town.is_provincial_capital:
        found.append(Likeness(Q(is_provincial_capital=True), _("capoluogo di provincia come questo")))
    else:
        found.append(Likeness(Q(is_provincial_capital=False), _("non capoluogo, come questo"), is_enough=False))
    found.append(Likeness(Q(province=province), _("stessa provincia (%s)") % province.name))
    elsewhere = Q(province__region=region) & ~Q(province=province)
    found.append(Likeness(elsewhere, _("stesso territorio (%s)") % region.name))
    share = share_of_foreign_residents(town)
    if share is not None:
        words = _("quota simile di residenti stranieri (qui %s%%)") % number_format(share * 100, 1)
        found.append(Likeness(_near(share), words))
    return found


def _near(share: float) -> Q:
    """That the other's share is within the margin; multiplied, because a town may have no inhabitants."""
    lowest, highest = (
        ExpressionWrapper(F("population") * Value(round(share + step, 6)), output_field=FloatField())
        for step in (-MARGIN, MARGIN)
    )
    return Q(population__gt=0, foreign_residents__gte=lowest, foreign_residents__lte=highest)
