"""Size classes of municipalities, by resident population: a town learns most from towns of its own size."""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class SizeClass(TextChoices):
    """A class of resident population, from the smallest; the value stands in addresses."""

    UP_TO_5000 = "fino-a-5000", _("fino a 5.000 abitanti")
    UP_TO_15000 = "5001-15000", _("5.001–15.000 abitanti")
    UP_TO_50000 = "15001-50000", _("15.001–50.000 abitanti")
    UP_TO_100000 = "50001-100000", _("50.001–100.000 abitanti")
    UP_TO_250000 = "100001-250000", _("100.001–250.000 abitanti")
    OVER_250000 = "oltre-250000", _("oltre 250.000 abitanti")


# The greatest population of each class but the last, which has none.
_TOPS = dict(zip(SizeClass, (5_000, 15_000, 50_000, 100_000, 250_000, None), strict=True))


def size_class(population: int | None) -> SizeClass | None:
    """The class of a town; none where its population is not known."""
    if population is None:
        return None
    return next(size for size, top in _TOPS.items() if top is None or population <= top)


def range_of(size: SizeClass) -> tuple[int | None, int | None]:
    """The least and the greatest population of a class, both included; none where it is open."""
    tops = [None, *_TOPS.values()]
    below = tops[list(SizeClass).index(size)]
    return (None if below is None else below + 1), _TOPS[size]


def in_class(size: SizeClass, population: str = "population") -> Q:
    """The condition that a town is of the class; `population` names the column, from where the query begins.

    A town whose population is not known is of none.
    """
    lowest, highest = range_of(size)
    found = Q(**{f"{population}__isnull": False})
    if lowest is not None:
        found &= Q(**{f"{population}__gte": lowest})
    if highest is not None:
        found &= Q(**{f"{population}__lte": highest})
    return found
