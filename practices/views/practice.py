"""The public page of a practice."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.public_page import public_page
from practices import content
from practices.evidence import ladder
from practices.labels import address, labels_of
from practices.linked_data import of_practice, picture_of
from practices.measured import measure
from practices.models import Attachment, Practice, Submission
from practices.models.attachment import FileAddress
from practices.models.choices import Status
from practices.presentation import EVIDENCE_REASONS, sections, silent_sections, source
from practices.record import FIELDS, SECTIONS, Text
from practices.replication import adapted_by, adapted_from, graph_of
from practices.similar import similar_to
from practices.whole import Whole, wholes

# What has a place of its own on the page, with more than the record says: readings, confirmations.
APART = {"indicators", "adaptations"}
_ORDER = [section.name for section in SECTIONS]


@public_page
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """The published record; of a removed practice only that it was removed, and for which class of reason.

    A duplicate leads to the one that it was merged into.
    """
    return show(request, slug)


def show(
    request: HttpRequest,
    slug: str,
    template: str = "practices/practice.html",
    beside: Callable[[Practice], dict[str, Any]] = lambda practice: {},
) -> HttpResponse:
    """The page, or the answer of what has none. `beside`: what a page that stands higher shows with it, by its own template."""
    found = next(iter(wholes(Q(practice__slug=slug, status=Status.PUBLISHED))), None)
    if found is None:
        raise Http404
    submission = found.submission
    if elsewhere := gone(request, submission.practice):
        return elsewhere
    told = {"og_type": "article", "image": picture_of(submission), "about": of_practice(submission)}
    return render(request, template, page_context(found) | told | beside(submission.practice))


def published_or_404(slug: str) -> Submission:
    """What is published at this address, for the pages beside the practice's own; then ask whether it is `gone`."""
    published = Submission.objects.filter(status=Status.PUBLISHED)
    return get_object_or_404(published.select_related("practice__merged_into", "organisation"), practice__slug=slug)


def gone(request: HttpRequest, practice: Practice) -> HttpResponse | None:
    """The answer of a practice that was removed or merged into another, on each of its pages."""
    if practice.removed_at:
        return render(request, "410.html", {"reason": practice.get_removed_reason_display()}, status=410)
    return redirect(address(practice.merged_into)) if practice.merged_into else None


def trail_to(submission: Submission) -> list[tuple[str, Text]]:
    """The way to the pages beside the practice's own."""
    return [(reverse("practices:list"), _("Pratiche")), (address(submission.practice), submission.title)]


def page_context(found: Whole, *, is_preview: bool = False, file_url: FileAddress = Attachment.address) -> dict[str, Any]:
    """What the page shows of a submission; of an unpublished one, what it would show."""
    submission = found.submission
    # Before publication the proposed indicators have no readings yet: they stand among the results.
    values = content.read(submission, FIELDS.keys() - (APART - {"indicators"} if is_preview else APART))
    measured = measure(found.indicators, {submission.practice_id: submission.source_url})
    started, adapted = adapted_from(found), adapted_by(found)
    labels = labels_of(submission)
    labels.file_url = file_url
    shown = sections(values, labels, public=True)
    context: dict[str, Any] = {
        "trail": [(reverse("practices:list"), _("Pratiche"))],
        "submission": submission,
        "is_preview": is_preview,
        "practice": submission.practice,
        "evidence_reason": EVIDENCE_REASONS[submission.practice.evidence_level],
        "before": [section for section in shown if _ORDER.index(section.name) <= _ORDER.index("results")],
        "after": [section for section in shown if _ORDER.index(section.name) > _ORDER.index("results")],
        "measured": measured,
        "adapted_from": started,
        "adapted_by": adapted,
        "today": timezone.localdate(),
        "levels": ladder(
            submission.practice.evidence_level,
            submission.evaluation,
            [len(one.rows) for one in measured],
            [one.adaptation for one in adapted],
        ),
        "similar": similar_to(submission),
        "silent": [part.label for part in silent_sections(values) if part.name != "results" or not measured],
        "source": source(submission.source_url),
        "other_sources": [source(url) for url in submission.other_source_urls],
    }
    context["graph"] = graph_of(submission.practice) if (started or adapted) and not is_preview else None
    context["index"] = _index(context)
    return context


def _index(context: dict[str, Any]) -> list[tuple[str, Text]]:
    """Anchors and titles of the page's sections, in their order."""
    apart = [
        ("indicatori", _("Indicatori"), context["measured"]),
        ("adattamenti", _("Adattamenti"), context["adapted_from"] or context["adapted_by"]),
        ("fonti", _("Fonti e citazione"), True),
        ("simili", _("Pratiche come questa"), context["similar"]),
    ]
    extra = {anchor: (anchor, label) for anchor, label, filled in apart if filled}
    indicators = [extra.pop("indicatori")] if "indicatori" in extra else []
    before, after = ([(section.name, section.label) for section in context[part]] for part in ("before", "after"))
    return [*before, *indicators, *after, *extra.values()]
