"""The European Union's programming cycles, as the funding lines' years tell them."""

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practices.filters.facets import Facet, Part, Rows, Selection
from practices.models import FundingLine
from practices.record import Text

# First and last year of each.
CYCLES = ((2000, 2006), (2007, 2013), (2014, 2020), (2021, 2027))
BEFORE, AFTER = "prima", "dopo"
NAMES: dict[str, Text] = {
    BEFORE: _("prima del 2000"),
    **{f"{first}-{last}": f"{first}–{last}" for first, last in CYCLES},
    AFTER: _("dopo il 2027"),
}
# What always stands in the figure, practices or not.
ALWAYS = [f"{first}-{last}" for first, last in CYCLES]


def dated() -> Rows:
    """Lines whose `year` is known: their first, or their last where the first is not."""
    return FundingLine.objects.annotate(year=Coalesce("from_year", "to_year")).filter(year__isnull=False)


def _lines(selection: Selection) -> Rows:
    return dated().filter(submission__in=selection.values("pk"))


_STEPS = [When(year__lte=last, then=Value(f"{first}-{last}")) for first, last in CYCLES]
_BEFORE = When(year__lt=CYCLES[0][0], then=Value(BEFORE))
# A line belongs to the cycle of its year.
BY_CYCLE: Facet = [Part(_lines, Case(_BEFORE, *_STEPS, default=Value(AFTER), output_field=CharField()), of="submission")]
