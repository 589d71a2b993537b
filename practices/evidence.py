"""The evidence level: what can be said of a practice's results, computed from its public record.

described → monitored (an indicator with two readings or more) → evaluated (internal or participatory) → evaluated by
others → replicated (a confirmed adaptation that succeeded). The highest whose own condition holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, PositiveSmallIntegerField, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from practices.models import Adaptation, Indicator, Practice, Submission
from practices.models.choices import Evaluation, EvidenceLevel, Status
from practices.models.practice import PracticeQuerySet
from practices.presentation import EVIDENCE_REASONS

BATCH = 500
# An indicator is followed over time from so many readings on.
READINGS = 2
OWN = (Evaluation.INTERNAL, Evaluation.PARTICIPATORY)


def _adapted(**origin: OuterRef) -> Exists:
    """Whether another practice says that it adapted this one with success, and the one that this counts for confirmed it.

    What counts for the one that a duplicate was merged into counts for the duplicate too, should it be separated. But no
    practice is its own proof.
    """
    # Asked of each adaptation that was found: a database that knows nothing of its tables would begin with all that is live.
    live = Exists(Submission.objects.live().filter(pk=OuterRef("submission")))
    said = Adaptation.objects.annotate(counts_for=Coalesce("origin__merged_into", "origin")).filter(
        live,
        **origin,
        outcome=Adaptation.Outcome.SUCCEEDED,
        confirmed_at__isnull=False,
    )
    return Exists(said.exclude(submission__practice=F("counts_for")))


def _evaluated(*kinds: Evaluation) -> Exists:
    published = Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED)
    return Exists(published.filter(evaluation__in=kinds))


def _followed() -> Exists:
    current = Count("readings", filter=Q(readings__superseded_by__isnull=True))
    public = Indicator.objects.filter(practice=OuterRef("pk"), published_at__isnull=False)
    return Exists(public.annotate(n=current).filter(n__gte=READINGS))


# Of a practice, computed by the database anew from what is public.
LEVEL = Case(
    # Its own and its duplicates' apart: with an OR, or a list of both, the databases would look at every row that there is.
    When(_adapted(origin=OuterRef("pk")), then=EvidenceLevel.REPLICATED),
    When(_adapted(origin__merged_into=OuterRef("pk")), then=EvidenceLevel.REPLICATED),
    When(_evaluated(Evaluation.EXTERNAL), then=EvidenceLevel.EVALUATED_BY_OTHERS),
    When(_evaluated(*OWN), then=EvidenceLevel.EVALUATED),
    When(_followed(), then=EvidenceLevel.MONITORED),
    default=EvidenceLevel.DESCRIBED,
    output_field=PositiveSmallIntegerField(),
)


def rewrite(practices: PracticeQuerySet) -> None:
    """Store their levels; called in the transaction that changes what they depend on. One query."""
    practices.update(evidence_level=LEVEL)


def wrong() -> Iterator[tuple[int, int, EvidenceLevel]]:
    """Every visible practice whose stored level is not the computed one: its number, the stored and the right level."""
    computed = Practice.objects.visible().annotate(level=LEVEL).exclude(level=F("evidence_level")).order_by("pk")
    for practice, stored, right in computed.values_list("pk", "evidence_level", "level").iterator(chunk_size=BATCH):
        yield practice, stored, EvidenceLevel(right)


# The explanation on the page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rung:
    """A level, its condition in words, and what is missing; nothing is when it holds."""

    level: EvidenceLevel
    condition: str
    missing: str
    is_reached: bool


def ladder(reached: int, evaluation: str, readings: Iterable[int], adaptations: Iterable[Adaptation]) -> list[Rung]:
    """All five levels, the lowest first. `readings`: how many each public indicator has; `adaptations`: by others, of this."""
    missing = {
        EvidenceLevel.DESCRIBED: "",
        EvidenceLevel.MONITORED: _missing_readings(list(readings)),
        EvidenceLevel.EVALUATED: ""
        if evaluation in (*OWN, Evaluation.EXTERNAL)
        else _("Manca una valutazione, anche interna o fatta con le persone interessate."),
        EvidenceLevel.EVALUATED_BY_OTHERS: ""
        if evaluation == Evaluation.EXTERNAL
        else _("Manca una valutazione fatta da un soggetto terzo."),
        EvidenceLevel.REPLICATED: _missing_adaptation(list(adaptations)),
    }
    conditions = {**EVIDENCE_REASONS, EvidenceLevel.DESCRIBED: _("La pratica è descritta.")}
    return [Rung(one, str(conditions[one]), missing[one], one == reached) for one in EvidenceLevel]


def _missing_readings(counts: list[int]) -> str:
    most = max(counts, default=None)
    if most is None:
        return _("Manca un indicatore con almeno due rilevazioni: per ora non c'è alcun indicatore.")
    if most >= READINGS:
        return ""
    if most == 0:
        return _("Gli indicatori ci sono, ma non hanno rilevazioni: ne servono due dello stesso.")
    return _("Manca una seconda rilevazione dello stesso indicatore.")


def _missing_adaptation(adaptations: list[Adaptation]) -> str:
    succeeded = [row for row in adaptations if row.outcome == Adaptation.Outcome.SUCCEEDED]
    if any(row.confirmed_at for row in succeeded):
        return ""
    if any(not row.disputed_at for row in succeeded):
        return _("Un altro ente l'ha adattata con successo: manca la conferma dell'ente di origine.")
    if succeeded:
        return _("Chi dice di averla adattata con successo è contestato dall'ente di origine.")
    if adaptations:
        return _("È stata adattata, ma nessun adattamento risulta riuscito.")
    return _("Nessun altro ente l'ha ancora adattata.")
