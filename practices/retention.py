"""How long this room keeps what has ended. Drafts never end by themselves: what was acknowledged to a person is not lost."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.lib.retention import YEAR, Rule
from practices.models import Note, Practice, PreviewLink, Submission, Visit
from practices.models.choices import RemovalReason, Status
from practices.moderation.erasing import erase


def _closed(before: datetime) -> QuerySet[Note]:
    decided = Q(submission__decided_at__lt=before)
    withdrawn = Q(submission__status=Status.WITHDRAWN, submission__waiting_since__lt=before)
    # A case that was reopened has its notes, however old the first decision is.
    return Note.objects.filter(decided | withdrawn).exclude(submission__in=Submission.objects.open())


def _erase_each(practices: QuerySet[Any]) -> None:
    for practice in practices.order_by("pk"):
        erase(practice, at=timezone.now())


RULES = (
    Rule(
        "removed_practices",
        "Testi, file e rilevazioni delle pratiche rimosse per tutelare dati personali",
        "removed_at",
        30,
        "Un mese per accorgersi di una rimozione sbagliata: intanto nessuno li legge. Poi non servono più a nulla.",
        lambda before: Practice.objects.filter(
            removed_reason=RemovalReason.PRIVACY, erased_at__isnull=True, removed_at__lt=before
        ),
        _erase_each,
    ),
    Rule(
        "preview_links",
        "Collegamenti alle anteprime scaduti o revocati",
        "expires_at, revoked_at",
        90,
        "Non aprono più nulla; tre mesi bastano a chi chiede chi ha potuto vedere una bozza.",
        lambda before: PreviewLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)),
    ),
    Rule(
        "visits",
        "Ultime letture dei casi, con il testo com'era",
        "at",
        180,
        "Servono a mostrare che cosa è cambiato dall'ultima volta; dopo sei mesi si rilegge tutto.",
        lambda before: Visit.objects.filter(at__lt=before),
    ),
    Rule(
        "notes",
        "Note della redazione sui casi chiusi",
        "decided_at, waiting_since",
        5 * YEAR,
        "Finché di una decisione si può chiedere conto: il risarcimento si prescrive in cinque anni (art. 2947 c.c.).",
        _closed,
    ),
)
