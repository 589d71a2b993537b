"""The evidence level: what can be said of a practice's results, computed from its public record.

described → monitored (an indicator with two readings or more) → evaluated (internal or participatory) → evaluated by
others → replicated (a confirmed adaptation that succeeded). The highest whose own condition holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from practices.models import Adaptation, Indicator, Practice, Submission
from practices.models.choices import Evaluation, EvidenceLevel, Status
from practices.presentation import EVIDENCE_REASONS

BATCH = 500
# An indicator is followed over time from so many readings on.
READINGS = 2
OWN = (Evaluation.INTERNAL, Evaluation.PARTICIPATORY)


def levels(practices: Sequence[int]) -> dict[int, EvidenceLevel]:
    """Of each of these practices, computed anew from what is public. Three queries."""
    found = dict.fromkeys(practices, EvidenceLevel.DESCRIBED)
    current = Count("readings", filter=Q(readings__superseded_by__isnull=True))
    followed = Indicator.objects.filter(practice__in=practices, published_at__isnull=False).annotate(n=current)
    for practice in followed.filter(n__gte=READINGS).values_list("practice", flat=True):
        found[practice] = EvidenceLevel.MONITORED
    published = Submission.objects.filter(practice__in=practices, status=Status.PUBLISHED)
    for practice, evaluation in published.values_list("practice", "evaluation"):
        if evaluation == Evaluation.EXTERNAL:
            found[practice] = EvidenceLevel.EVALUATED_BY_OTHERS
        elif evaluation in OWN:
            found[practice] = EvidenceLevel.EVALUATED
    adapted = Adaptation.objects.annotate(counts_for=Coalesce("origin__merged_into", "origin")).filter(
        Q(origin__in=practices) | Q(origin__merged_into__in=practices),
        submission__in=Submission.objects.live(),
        outcome=Adaptation.Outcome.SUCCEEDED,
        confirmed_at__isnull=False,
    )
    # What counts for the one that a duplicate was merged into counts for the duplicate too, should it be separated.
    for origin, counts_for in adapted.exclude(submission__practice=F("counts_for")).values_list("origin", "counts_for"):
        for practice in {origin, counts_for} & found.keys():
            found[practice] = EvidenceLevel.REPLICATED
    return found


def level(practice: Practice) -> EvidenceLevel:
    """Of one practice."""
    return levels([practice.pk])[practice.pk]


def rewrite(practice: Practice) -> None:
    """Store the level; called in the transaction that changes what it depends on."""
    practice.evidence_level = level(practice)
    Practice.objects.filter(pk=practice.pk).update(evidence_level=practice.evidence_level)


def rewrite_many(practices: Sequence[int]) -> None:
    """The same for many: three queries to compute the levels, and one for each level."""
    found = levels(practices)
    for one in EvidenceLevel:
        Practice.objects.filter(pk__in=[practice for practice, right in found.items() if right == one]).update(
            evidence_level=one
        )


def wrong() -> Iterator[tuple[int, int, EvidenceLevel]]:
    """Every visible practice whose stored level is not the computed one: its number, the stored and the right level."""
    stored = iter(Practice.objects.visible().order_by("pk").values_list("pk", "evidence_level").iterator(chunk_size=BATCH))
    while batch := list(islice(stored, BATCH)):
        right = levels([practice for practice, _level in batch])
        yield from ((practice, was, right[practice]) for practice, was in batch if was != right[practice])


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
