"""The European Union's programming cycles, as the funding lines' years tell them."""

from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practices.filters.facets import Rows, Selection, part
from practices.models import FundingLine
from practices.record import Text

# First and last year of each.
CYCLES = ((2000, 2006), (2007, 2013), (2014, 2020), (2021, 2027))
BEFORE, AFTER, UNKNOWN = "prima", "dopo", "senza-anno"
NAMES: dict[str, Text] = {
    BEFORE: _("prima del 2000"),
    **{f"{first}-{last}": f"{first}–{last}" for first, last in CYCLES},
    AFTER: _("dopo il 2027"),
    UNKNOWN: _("anno non indicato"),
}
# What always stands in the figure, practices or not.
ALWAYS = [f"{first}-{last}" for first, last in CYCLES]


def by_cycle(name: str, selection: Selection) -> list[Rows]:
    """A facet: a line belongs to the cycle of its first year, or of its last where the first is not known."""
    lines: Any = FundingLine.objects.filter(submission__in=selection.values("pk"))
    dated = lines.annotate(year=Coalesce("from_year", "to_year"))
    steps = [When(year__lte=last, then=Value(f"{first}-{last}")) for first, last in CYCLES]
    before, unknown = When(year__lt=CYCLES[0][0], then=Value(BEFORE)), When(year__isnull=True, then=Value(UNKNOWN))
    cycle = Case(unknown, before, *steps, default=Value(AFTER), output_field=CharField())
    return [part(dated.annotate(cycle=cycle), name, F("cycle"), of="submission")]
