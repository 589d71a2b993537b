"""The reuse sheet of a practice, to read and to print."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.lib.public_page import public_page
from practices import content
from practices.labels import labels_of
from practices.presentation import source
from practices.record import FIELDS
from practices.reuse import sheet
from practices.views.practice import gone, published_or_404, trail_to
from practices.whole import records


@public_page
def reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """What another town needs to do the same, with what is not said and whom to ask."""
    found = published_or_404(slug)
    if elsewhere := gone(request, found.practice):
        return elsewhere
    [submission] = records(Q(pk=found.pk))
    values = content.read(submission, FIELDS.keys() - {"indicators", "adaptations"})
    context = {
        "submission": submission,
        "practice": submission.practice,
        "trail": trail_to(submission),
        "parts": sheet(values, labels_of(submission)),
        "source": source(submission.source_url),
    }
    return render(request, "practices/reuse.html", context)
