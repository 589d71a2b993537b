"""Two or three practices side by side."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.public_page import public_page
from practices.models import Submission
from practices.side_by_side import side_by_side
from practices.similar import similar_to
from practices.whole import records

MOST = 3
# Beyond it nobody has asked in earnest.
LOOKED_AT = 10


@public_page
def compare(request: HttpRequest) -> HttpResponse:
    """Field by field, in the order of the address. With fewer than two: how to get here."""
    asked = list(dict.fromkeys(slug for slug in request.GET.getlist("p")[:LOOKED_AT] if slug))
    live = Submission.objects.live().filter(practice__slug__in=asked).values("pk")
    known = {submission.practice.slug: submission for submission in records(Q(pk__in=live))}
    submissions = [known[slug] for slug in asked if slug in known][:MOST]
    alone = submissions[0] if len(submissions) == 1 else None
    context = {
        "trail": [(reverse("practices:list"), _("Pratiche"))],
        "submissions": submissions,
        "parts": side_by_side(submissions) if len(submissions) > 1 else [],
        "unknown": [slug[:100] for slug in asked if slug not in known],
        "too_many": len(known) > MOST,
        "submission": alone,
        "similar": similar_to(alone) if alone else [],
    }
    return render(request, "practices/compare.html", context)
