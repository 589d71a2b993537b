"""Theme by territory: where there are practices, and where there are none yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Region
from portal.lib.tilemap import shades
from practices.models import Submission, Theme


@dataclass(frozen=True)
class Cell:
    """A theme in a territory."""

    territory: str
    url: str
    count: int
    shade: int


@dataclass(frozen=True)
class Line:
    """A theme in all territories, in their order."""

    theme: Theme
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """Every theme in every territory."""

    territories: list[str]
    lines: list[Line]

    @property
    def sentence(self) -> str:
        """How much is covered."""
        counts = [cell.count for line in self.lines for cell in line.cells]
        covered = sum(1 for count in counts if count)
        words = _("Incroci tra ambiti e territori: {all}. Con almeno una pratica: {covered}. Ancora scoperti: {gaps}.")
        return words.format(all=len(counts), covered=covered, gaps=len(counts) - covered)


def matrix(regions: Sequence[Region], themes: Sequence[Theme]) -> Matrix:
    """One query. A practice counts once for each of its themes in each of its territories."""
    counts = _counts()
    every = [counts.get((theme.pk, region.pk), 0) for theme in themes for region in regions]
    shaded = iter(shades(every))
    listing = reverse("practices:list")
    return Matrix(
        [region.name for region in regions],
        [
            Line(
                theme,
                [
                    Cell(
                        region.name,
                        f"{listing}?ambito={theme.slug}&territorio={region.slug}",
                        counts.get((theme.pk, region.pk), 0),
                        next(shaded),
                    )
                    for region in regions
                ],
            )
            for theme in themes
        ],
    )


def _counts() -> dict[tuple[Any, Any], int]:
    listed = Submission.objects.listed()
    places: Any = Submission.municipalities.through.objects.filter(submission__in=listed).order_by()
    main = places.filter(submission__main_theme__isnull=False).values(
        of=F("submission__main_theme"), place=F("municipality__province__region")
    )
    further: Any = Submission.other_themes.through.objects.filter(
        submission__in=listed, submission__municipalities__isnull=False
    )
    others = further.exclude(submission__main_theme=F("theme")).order_by()
    both = others.values(of=F("theme"), place=F("submission__municipalities__province__region"))
    number = Count("submission", distinct=True)
    rows = (
        main.annotate(n=number)
        .values_list("of", "place", "n")
        .union(both.annotate(n=number).values_list("of", "place", "n"), all=True)
    )
    found: dict[tuple[Any, Any], int] = {}
    for theme, region, n in rows:
        found[theme, region] = found.get((theme, region), 0) + n
    return found
