"""Agreements: who signed what, and the practices that carry each commitment out."""

from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Agreement, Signature
from portal.lib.public_page import public_page
from portal.news.concerning import of_agreement
from portal.pages import linked_data
from portal.pages.agreement_chain import chain_of
from portal.pages.agreement_filters import AgreementFilter, matching
from portal.pages.tracing import carrying_out, coverage, newest_of
from practices.presentation import source
from practices.views.listing import canonical_query, query_without


@public_page
def agreements(request: HttpRequest) -> HttpResponse:
    """What the address asks for, the latest first. Values that nobody knows are ignored, and the page says so."""
    filters = AgreementFilter(request.GET, queryset=matching(request.GET.get("q", "")))
    # Selected first and counted afterwards: conditions on parties and networks would multiply the commitments.
    found = Agreement.objects.filter(pk__in=filters.qs.order_by().values("pk"))
    counted = found.annotate(commitment_count=Count("commitments"))
    context = {
        "agreements": list(counted.order_by(F("signed_on").desc(nulls_last=True), "title")),
        "canonical_query": canonical_query(filters, 1),
        "filters": filters,
        "chips": [(chip, query_without(request.GET, chip.name, chip.given)) for chip in filters.chips],
        "unknown": filters.unknown(),
    }
    return render(request, "pages/agreements.html", context)


@public_page
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is known of it, and what is not."""
    shown = get_object_or_404(Agreement, slug=slug)
    signatures = list(shown.signatures.select_related("organisation"))
    traced = newest_of(shown)
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
        "commitments": traced,
        "coverage": coverage(traced, carrying_out(shown).count()),
        "chain": chain_of(shown),
        "documents": shown.documents.all(),
        "networks": shown.networks.all(),
        "concerning": of_agreement(shown),
    }
    return render(request, "pages/agreement.html", context)
