"""Theme by territory: where there are practices, and where there are none yet."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.tilemap import shades
from portal.pages.counts import by_theme_and_territory
from portal.pages.everything import Everything
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


def matrix(everything: Everything) -> Matrix:
    """A practice counts once for each of its themes in each of its territories."""
    counts = everything.kept("coverage", lambda: by_theme_and_territory(Submission.objects.listed()))
    regions, themes = [region for region, _n in everything.territories], [theme for theme, _n in everything.themes]
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
