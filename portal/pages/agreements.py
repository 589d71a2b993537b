"""Agreements: who signed what, and the practices that carry each commitment out."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Agreement, Commitment, Signature
from portal.lib.public_page import public_page
from portal.pages import linked_data
from practices.models import Submission
from practices.presentation import source

SHOWN = 5


@dataclass(frozen=True)
class Traced:
    """A commitment with the newest practices that carry it out."""

    commitment: Commitment
    count: int
    newest: list[Submission]


@public_page
def agreements(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    counted = Agreement.objects.annotate(commitment_count=Count("commitments")).order_by(
        F("signed_on").desc(nulls_last=True), "title"
    )
    return render(request, "pages/agreements.html", {"agreements": counted})


@public_page
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is known of it, and what is not."""
    shown = get_object_or_404(Agreement.objects.select_related("transposes", "follows"), slug=slug)
    signatures = list(shown.signatures.select_related("organisation"))
    context = {
        "agreement": shown,
        "about": linked_data.of_agreement(shown),
        "trail": [(reverse("agreements"), _("Accordi"))],
        "unknown": _("non noto"),
        "sources": [source(url) for url in shown.source_urls],
        "has_expired": bool(shown.in_force_until and shown.in_force_until < timezone.localdate()),
        "parties": shown.parties.select_related("organisation"),
        "signatories": [s for s in signatures if s.capacity == Signature.Capacity.SIGNATORY],
        "witnesses": [s for s in signatures if s.capacity == Signature.Capacity.WITNESS],
        "commitments": _traced(shown),
        "documents": shown.documents.all(),
        "networks": shown.networks.all(),
        "transposed_by": shown.transposed_by.all(),
        "followed_by": shown.followed_by.all(),
    }
    return render(request, "pages/agreement.html", context)


def _traced(agreement: Agreement) -> list[Traced]:
    """Two queries, whatever the number of commitments and of practices."""
    links = Submission.commitments.through.objects.filter(
        commitment__agreement=agreement, submission__in=Submission.objects.listed()
    ).annotate(
        place=Window(
            RowNumber(),
            partition_by=F("commitment"),
            order_by=[F("submission__published_at").desc(), F("submission").desc()],
        ),
        count=Window(Count("pk"), partition_by=F("commitment")),
    )
    newest: dict[int, list[Submission]] = {}
    counts: dict[int, int] = {}
    for link in (
        links.filter(Q(place__lte=SHOWN))
        .select_related("submission__practice", "submission__organisation")
        .order_by(F("place"))
    ):
        newest.setdefault(link.commitment_id, []).append(link.submission)
        counts[link.commitment_id] = link.count  # type: ignore[attr-defined]  # annotated above
    return [
        Traced(commitment, counts.get(commitment.pk, 0), newest.get(commitment.pk, []))
        for commitment in agreement.commitments.select_related("owner")
    ]
