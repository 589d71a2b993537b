"""A practice, or a list of them, for the site of a municipality: shown there in a frame, without script."""

from collections.abc import Callable

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from portal.lib.public_page import public_page
from practices.cards import cards_of
from practices.filters.practice import PracticeFilter
from practices.labels import address
from practices.models import Submission
from practices.models.choices import Status
from practices.views.listing import canonical_query

MOST = 10


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A public page that every site may frame; nothing in it runs or is sent anywhere.

    Around `public_page`: browsers take the headers of a 304 for those of the page that they kept.
    """
    policy = {"frame-ancestors": ["*"], "script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}
    return xframe_options_exempt(csp_replace(policy)(public_page(view)))


@framed
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """What a list shows of it; of what is not there any more a word in its place, since the frame stays on the other site."""
    found = Submission.objects.filter(practice__slug=slug, status=Status.PUBLISHED)
    submission = found.select_related("practice__merged_into").first()
    if submission is None:
        return render(request, "embed/gone.html", status=404)
    practice = submission.practice
    if practice.removed_at:
        return render(request, "embed/gone.html", {"reason": practice.get_removed_reason_display()}, status=410)
    if practice.merged_into:
        return redirect("embed:practice", practice.merged_into.slug)
    [shown] = cards_of([submission.pk])
    licence = submission.source_licence or "CC BY 4.0"
    context = {"submission": shown, "practice": practice, "licence": licence, "original": address(practice)}
    return render(request, "embed/practice.html", context)


@framed
def listing(request: HttpRequest) -> HttpResponse:
    """The first of a selection, by the parameters of the list; the others are a link away."""
    filters = PracticeFilter(request.GET, queryset=Submission.objects.listed())
    selection = filters.ordered()
    query = canonical_query(filters, 1)
    context = {
        "practices": cards_of(list(selection.values_list("pk", flat=True)[:MOST])),
        "count": selection.count(),
        "chips": filters.chips,
        "unknown": filters.unknown(),
        "original": reverse("practices:list") + (f"?{query}" if query else ""),
    }
    return render(request, "embed/list.html", context)
