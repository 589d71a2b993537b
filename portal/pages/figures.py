"""Figures of the statistics: how many listed practices each choice has, what that says in words, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.sizes import SizeClass
from portal.lib.bars import Bar, bars
from portal.pages import cycles
from portal.pages.everything import Everything
from practices.filters.facets import FACETS, Counted, counted, in_order
from practices.models import FundingLine, Submission, TargetGroup
from practices.models.choices import EvidenceLevel

# Beside territories and themes, which other pages count too.
NAMES = ("fondo", "ciclo", "destinatari", "anno", "evidenza", "dimensione")
_TOP = 3  # as many as share the first place are named


@dataclass(frozen=True)
class Figure:
    """Rows with their numbers; `unsaid` practices do not say it. `is_written`: people wrote the names, in Italian."""

    name: str
    title: str
    lead: str
    rows: list[Bar]
    total: int
    unsaid: int
    note: str = ""
    is_written: bool = False

    @property
    def sentences(self) -> list[str]:
        """What it shows."""
        if not self.total:
            return [_("Non è ancora pubblicata nessuna pratica.")]
        most = max((row.count for row in self.rows), default=0)
        if not most:
            return [_("Nessuna pratica pubblicata lo indica.")]
        said = [self._first([row.name for row in self.rows if row.count == most], most)]
        if gaps := [row.name for row in self.rows if not row.count]:
            said.append(_("Ancora senza pratiche: {names}.").format(names=", ".join(gaps)))
        if self.unsaid:
            words = ngettext("{n} pratica non lo indica.", "{n} pratiche non lo indicano.", self.unsaid)
            said.append(words.format(n=self.unsaid))
        return said

    def _first(self, names: list[str], most: int) -> str:
        if len(names) == 1:
            return self.lead.format(name=names[0], n=most, total=self.total)
        if len(names) <= _TOP:
            words = _("Al primo posto, alla pari: {names} ({n} su {total}).")
            return words.format(names=", ".join(names), n=most, total=self.total)
        words = _("Sono {k} alla pari al primo posto ({n} su {total}).")
        return words.format(k=len(names), n=most, total=self.total)


def figures(everything: Everything) -> list[Figure]:
    """All of them; the rows of the kept lists that can be chosen are there with 0 too."""
    found, totals, groups = everything.kept("figures", _numbers)
    territories = [Counted(region.slug, region.name, "", n) for region, n in everything.territories]
    themes = [Counted(theme.slug, theme.name, "", n) for theme, n in everything.themes]

    def figure(name: str, title: str, lead: str, rows: list[Bar], **more: Any) -> Figure:
        return Figure(name, title, lead, rows, totals["all"], totals.get(name, 0), **more)

    several = _("Una pratica può contare in più righe.")
    years = sorted(found["anno"], key=lambda row: row.value)
    funds = sorted(in_order(found["fondo"]), key=lambda row: -row.count)
    return [
        figure(
            "territorio",
            _("Per territorio"),
            _("Il territorio con più pratiche è {name}: {n} su {total}."),
            _rows("territorio", [(row.value, row.label) for row in territories], territories),
            note=several,
            is_written=True,
        ),
        figure(
            "ambito",
            _("Per ambito"),
            _("L'ambito con più pratiche è {name}: {n} su {total}."),
            _rows("ambito", [(row.value, row.label) for row in themes], themes),
            note=_("Contano l'ambito principale e gli altri ambiti. Una pratica può contare in più righe."),
            is_written=True,
        ),
        figure(
            "fondo",
            _("Per fondo"),
            _("Il fondo più usato è {name}: {n} su {total}."),
            _rows("fondo", [(row.value, row.label) for row in funds], found["fondo"]),
            note=several,
            is_written=True,
        ),
        figure(
            "ciclo",
            _("Per ciclo di programmazione europea"),
            _("Il periodo con più pratiche: {name} ({n} su {total})."),
            _rows("", [(cycle, str(name)) for cycle, name in cycles.NAMES.items()], found["ciclo"], always=cycles.ALWAYS),
            note=_(
                "Conta l'anno d'inizio di ogni finanziamento, anche nazionale o locale, o l'ultimo dove il primo manca: dice"
                " in quale ciclo cade, non da quale programma viene. Una pratica può contare in più righe."
            ),
        ),
        figure(
            "destinatari",
            _("Per destinatari"),
            _("Più spesso le pratiche si rivolgono a: {name} ({n} su {total})."),
            _rows("destinatari", _kept(groups, found["destinatari"]), found["destinatari"]),
            note=several,
            is_written=True,
        ),
        figure(
            "anno",
            _("Per anno di inizio"),
            _("L'anno in cui ne sono iniziate di più è il {name}: {n} su {total}."),
            _rows("anno", [(row.value, row.label) for row in years], found["anno"]),
        ),
        figure(
            "evidenza",
            _("Per livello di evidenza"),
            _("Il livello più frequente è «{name}»: {n} su {total}."),
            _levels(found["evidenza"]),
            note=_("Il livello più alto che ogni pratica ha raggiunto: lo calcola il portale da ciò che è pubblicato."),
        ),
        figure(
            "dimensione",
            _("Per dimensione del Comune"),
            _("La classe di Comuni con più pratiche è «{name}»: {n} su {total}."),
            _rows("dimensione", [(size.value, str(size.label)) for size in SizeClass], found["dimensione"]),
            note=_("Dei Comuni in cui la pratica si svolge, secondo i residenti. Una pratica può contare in più righe."),
        ),
    ]


def _numbers() -> tuple[dict[str, list[Counted]], dict[str, int], list[TargetGroup]]:
    """What each choice has, how many there are and do not say it, and the groups that can be chosen; three queries."""
    found = counted(dict.fromkeys(NAMES, Submission.objects.listed()), {**FACETS, "ciclo": cycles.BY_CYCLE})
    return found, _totals(), list(TargetGroup.objects.filter(is_active=True))


def _totals() -> dict[str, int]:
    """How many there are, and how many of them do not say each thing."""

    def without(links: type[Model], **condition: Any) -> Count:
        return Count("pk", filter=~Exists(links._default_manager.filter(submission=OuterRef("pk"), **condition)))

    towns, further = Submission.municipalities.through, Submission.other_themes.through
    no_further = ~Exists(further.objects.filter(submission=OuterRef("pk")))
    found = Submission.objects.listed().order_by()
    return found.aggregate(
        all=Count("pk"),
        territorio=without(towns),
        ambito=Count("pk", filter=Q(no_further, main_theme__isnull=True)),
        fondo=without(FundingLine),
        ciclo=Count("pk", filter=~Exists(cycles.dated().filter(submission=OuterRef("pk")))),
        destinatari=without(Submission.target_groups.through),
        anno=Count("pk", filter=Q(started_on__isnull=True)),
        dimensione=without(towns, municipality__population__isnull=False),
    )


def _kept(rows: Iterable[TargetGroup], found: list[Counted]) -> list[tuple[str, str]]:
    """Those that can be chosen and the retired ones that practices still have."""
    offered = {row.slug: row.name for row in rows}
    return list((offered | {row.value: row.label for row in in_order(found) if row.value not in offered}).items())


def _rows(name: str, known: list[tuple[str, str]], found: list[Counted], *, always: list[str] | None = None) -> list[Bar]:
    """In the order of `known`, each leading to the list; `always`: of those without practices only these."""
    counts = {row.value: row.count for row in found}
    listing = reverse("practices:list")
    kept = [(value, label) for value, label in known if always is None or value in always or value in counts]
    return bars((label, f"{listing}?{name}={value}" if name else "", counts.get(value, 0)) for value, label in kept)


def _levels(found: list[Counted]) -> list[Bar]:
    """From the lowest; in addresses they have their names."""
    counts = {int(row.value): row.count for row in found}
    listing = reverse("practices:list")
    return bars(
        (str(level.label), f"{listing}?evidenza={level.name.lower()}", counts.get(level, 0)) for level in EvidenceLevel
    )
