"""The public history of a practice: its published versions, and what each of them changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.public_page import public_page
from practices.comparison import compare
from practices.history import versions_of
from practices.labels import Labels
from practices.presentation import sections
from practices.record import FIELDS
from practices.views.practice import gone, published_or_404, trail_to


@public_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """When it was published, corrected or brought back, the newest first."""
    submission = published_or_404(slug)
    if elsewhere := gone(request, submission.practice):
        return elsewhere
    versions = versions_of(submission.practice)[::-1]
    context = {"submission": submission, "versions": versions, "trail": trail_to(submission)}
    return render(request, "practices/history.html", context)


@public_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a version changed, and its text. One that nobody may read any more says why, and nothing else."""
    submission = published_or_404(slug)
    if elsewhere := gone(request, submission.practice):
        return elsewhere
    versions = versions_of(submission.practice)
    if not 1 <= number <= len(versions):
        raise Http404
    shown = versions[number - 1]
    history_url = reverse("practices:history", args=[slug])
    trail = [*trail_to(submission), (history_url, _("Cronologia"))]
    context = {"submission": submission, "version": shown, "versions": versions, "trail": trail}
    if shown.shut:
        return render(request, "practices/version.html", context, status=410)
    labels = Labels()
    if shown.before:
        context["changes"] = compare(shown.before.content, shown.content, labels, public=True)
    # With what the head of the practice's own page says.
    public = {name: value for name, value in shown.content.items() if name in FIELDS and FIELDS[name].public}
    context["sections"] = sections(public, labels, public=False)
    return render(request, "practices/version.html", context)
