"""Who adapted which practice, as readers see it: both sides of a practice's page, and the graph around it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from networks.models import Organisation
from portal.lib.chain import Chain, Link, Step, connected, draw
from portal.lib.rows import annotated, with_rows
from practices.labels import Item, address
from practices.models import Adaptation, AdaptationProposal, Practice, Submission
from practices.presentation import safe_url
from practices.related import RELATIONS
from practices.whole import Whole

# Boxes of the drawing; where there are more, the nearest.
MOST = 40
_ADAPTED = {"adaptations": RELATIONS["adaptations"]}


@dataclass(frozen=True)
class Adapted:
    """A practice on the other side of an adaptation."""

    other: Item
    adaptation: Adaptation


@dataclass(frozen=True)
class Graph:
    """The drawing, and whether there was more than it shows."""

    chain: Chain
    has_more: bool


def adapted_from(found: Whole) -> list[Adapted]:
    """Without those from a duplicate that was since merged into this very practice."""
    submission, texts = found.submission, {text.practice_id: text for text in found.origins}
    return [
        Adapted(_origin(row, texts), row)
        for row in submission.adaptations.all()
        if not row.origin or row.origin.merged_into_id != submission.practice_id
    ]


def _origin(row: Adaptation, texts: Mapping[int, Submission]) -> Item:
    """Of one that was merged into another, the other; of one that has no page, its code."""
    if not row.origin:
        return Item(row.origin_name, safe_url(row.origin_url))
    text = texts.get(row.origin.merged_into_id or row.origin.pk)
    return Item(f"{text.title} ({text.practice.code})", address(text.practice)) if text else Item(row.origin.code)


def adapted_by(found: Whole) -> list[Adapted]:
    """Those who published that they adapted it, or a duplicate of it."""
    return [
        Adapted(Item(f"{row.submission.title} – {row.submission.organisation}", address(row.submission.practice)), row)
        for row in sorted(found.adapted_in, key=lambda row: (row.year, row.pk))
    ]


def of_organisation(organisation: Organisation) -> QuerySet[Adaptation]:
    """What others published that they adapted from this organisation's practices: it may confirm or dispute each."""
    ours = Practice.objects.visible().filter(organisation=organisation)
    rows = Adaptation.objects.live().filter(Q(origin__in=ours) | Q(origin__merged_into__in=ours))
    joined = rows.exclude(submission__organisation=organisation)
    return joined.select_related("submission__practice", "submission__organisation", "origin__merged_into")


def waiting_for(organisation: Organisation) -> QuerySet[Adaptation]:
    """Those of which it has said nothing yet."""
    return of_organisation(organisation).filter(confirmed_at__isnull=True, disputed_at__isnull=True)


def proposed_to(organisation: Organisation) -> QuerySet[AdaptationProposal]:
    """What others say that this organisation adapted, and it has not answered."""
    open_ones = AdaptationProposal.objects.filter(organisation=organisation, answer="", origin__removed_at__isnull=True)
    return open_ones.select_related("origin__organisation")


def graph_of(practice: Practice) -> Graph | None:
    """Everything that is joined to it over any number of steps, both ways; nothing where it stands alone.

    Two queries: the links of all adaptations, which are few among the practices, then what is drawn.
    """
    known = Adaptation.objects.live().filter(origin__isnull=False).order_by("pk")
    pairs = known.values_list(Coalesce("origin__merged_into", "origin"), "submission__practice")
    links = [Link(start, adapter, "") for start, adapter in pairs if start != adapter]
    near = connected(practice.pk, links, most=MOST)
    texts = with_rows(annotated(_texts_of(near), _ADAPTED), _ADAPTED)
    steps = _steps(near, texts)
    said = []
    outside: dict[tuple[str, str], int] = {}
    rows = ((row, text.practice_id) for text in texts for row in text.adaptations.all())
    for row, adapter in sorted(rows, key=lambda one: (one[0].year, one[0].pk)):
        if row.origin:
            start = row.origin.merged_into_id or row.origin.pk
        else:
            url = safe_url(row.origin_url)
            # What lies outside is drawn once, however many started from it; its numbers cannot be those of practices.
            start = outside.setdefault((row.origin_name.casefold(), url), -1 - len(outside))
            steps.setdefault(start, Step(start, row.origin_name, url, _("fuori dal portale")))
        if start != adapter:
            said.append(Link(start, adapter, _in_words(row), is_dashed=not _is_sure(row)))
    if not said:
        return None
    shown = sorted(steps.values(), key=lambda step: (step.key < 0, step.key))
    return Graph(draw(shown, said, practice.pk), has_more=len(connected(practice.pk, links)) > len(near))


def _texts_of(practices: set[int]) -> QuerySet[Submission]:
    texts = Submission.objects.live().filter(practice__in=practices).select_related("practice", "organisation")
    return texts.only("title", "started_on", "practice__slug", "organisation__name", "organisation__acronym")


def _steps(practices: set[int], texts: Iterable[Submission]) -> dict[int, Step]:
    """Practices by their number; of one whose page is gone, its code alone."""
    found = {
        text.practice_id: Step(
            text.practice_id,
            text.title,
            address(text.practice),
            str(text.organisation),
            str(text.started_on.year) if text.started_on else "",
        )
        for text in texts
    }
    return {
        pk: found.get(pk) or Step(pk, Practice(pk=pk).code, "", _("non ha più una sua pagina")) for pk in sorted(practices)
    }


def _in_words(row: Adaptation) -> str:
    said = {"year": row.year, "outcome": row.get_outcome_display(), "state": row.state.label}
    if row.origin_id is None:
        return _("adattata nel %(year)d (%(outcome)s) da") % said
    return _("adattata nel %(year)d (%(outcome)s, %(state)s) da") % said


def _is_sure(row: Adaptation) -> bool:
    return row.confirmed_at is not None and row.outcome != Adaptation.Outcome.ABANDONED
