"""The evidence level: what can be said of a practice's results, computed from its public record.

described → monitored (an indicator with two readings or more) → evaluated (internal or participatory) → evaluated by
others → replicated (a confirmed adaptation that succeeded). The highest whose own condition holds.
"""

from django.db.models import Count, Q

from practices.models import Adaptation, Indicator, Practice, Submission
from practices.models.choices import Evaluation, EvidenceLevel


def level(practice: Practice) -> EvidenceLevel:
    """Computed anew from what is public."""
    published = practice.published
    evaluation = published.evaluation if published else ""
    confirmed = Adaptation.objects.filter(
        Q(origin=practice) | Q(origin__merged_into=practice),
        submission__in=Submission.objects.live(),
        outcome=Adaptation.Outcome.SUCCEEDED,
        confirmed_at__isnull=False,
    ).exclude(submission__practice=practice)
    if confirmed.exists():
        return EvidenceLevel.REPLICATED
    if evaluation == Evaluation.EXTERNAL:
        return EvidenceLevel.EVALUATED_BY_OTHERS
    if evaluation in (Evaluation.INTERNAL, Evaluation.PARTICIPATORY):
        return EvidenceLevel.EVALUATED
    current = Count("readings", filter=Q(readings__superseded_by__isnull=True))
    followed = Indicator.objects.filter(practice=practice, published_at__isnull=False).annotate(n=current).filter(n__gte=2)
    return EvidenceLevel.MONITORED if followed.exists() else EvidenceLevel.DESCRIBED


def rewrite(practice: Practice) -> None:
    """Store the level; called in the transaction that changes what it depends on."""
    practice.evidence_level = level(practice)
    Practice.objects.filter(pk=practice.pk).update(evidence_level=practice.evidence_level)
