"""The page of any body: a municipality, a union, a ministry, an association."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agreements.models import Agreement, Commitment, Signature
from networks.models import Organisation
from portal.lib.public_page import public_page
from portal.pages import linked_data
from portal.pages.everything import Everything
from portal.pages.networks import with_periods
from portal.pages.newest import newest
from practices.labels import address
from practices.models import Submission

NEWEST = 20


@public_page
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What it does, where it takes part, what it has signed."""
    places = ("municipality__province__region", "municipality__merged_into__province", "region")
    body = get_object_or_404(Organisation.objects.select_related(*places), slug=slug)
    listed = Submission.objects.listed().filter(organisation=body)
    context = {
        "organisation": body,
        "about": linked_data.of_organisation(body),
        "trail": [(address(place), str(place)) for place in (body.region, body.municipality) if place],
        "more": f"ente={body.slug}",
        # Only a Comune is one of a union's, and it has none of its own.
        "municipalities": [] if body.municipality else body.municipalities.select_related("province"),
        "unions": Organisation.objects.filter(municipalities=body.municipality) if body.municipality else [],
        "count": listed.count(),
        "cards": newest(listed, NEWEST, Everything(request)),
        "members": with_periods(body.memberships.select_related("network", "organisation").order_by("network__name")),
        "agreements": Agreement.objects.filter(parties__organisation=body).distinct(),
        "signatures": Signature.objects.filter(organisation=body).select_related("agreement"),
        "commitments": Commitment.objects.filter(owner=body).select_related("agreement"),
    }
    return render(request, "pages/organisation.html", context)
