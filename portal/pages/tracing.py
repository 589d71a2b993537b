"""Commitments and the practices that carry them out: what an agreement's page, its report and a commitment's page count."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from agreements.models import Agreement, Commitment
from networks.models import Municipality
from portal.lib.bars import Bar, bars
from practices.labels import address
from practices.models import Submission

SHOWN = 5


@dataclass(frozen=True)
class Traced:
    """A commitment with practices that carry it out, the newest first: some of the `count`, or all."""

    commitment: Commitment
    count: int
    submissions: list[Submission]

    @property
    def url(self) -> str:
        """Its page."""
        return address(self.commitment)


@dataclass(frozen=True)
class Coverage:
    """How many of an agreement's commitments have practices, and which have none."""

    commitments: int
    covered: int
    practices: int
    bars: list[Bar]
    uncovered: list[Commitment]


def carrying_out(agreement: Agreement) -> QuerySet[Submission]:
    """The listed practices that carry out any commitment of it, each once."""
    links = Submission.commitments.through.objects.filter(commitment__agreement=agreement)
    return Submission.objects.listed().filter(pk__in=links.values("submission"))


def newest_of(agreement: Agreement) -> list[Traced]:
    """Each commitment with its newest practices; two queries, whatever the number of either."""
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
    shown = links.filter(Q(place__lte=SHOWN)).select_related("submission__practice", "submission__organisation")
    for link in shown.order_by(F("place")):
        newest.setdefault(link.commitment_id, []).append(link.submission)
        counts[link.commitment_id] = link.count  # type: ignore[attr-defined]  # annotated above
    return [Traced(row, counts.get(row.pk, 0), newest.get(row.pk, [])) for row in _commitments(agreement)]


def all_of(agreement: Agreement) -> list[Traced]:
    """Each commitment with all its practices, and the towns of each; three queries."""
    towns = Prefetch("municipalities", Municipality.objects.select_related("province__region"))
    mine = Prefetch("commitments", Commitment.objects.filter(agreement=agreement), to_attr="of_agreement")
    read = carrying_out(agreement).select_related("practice", "organisation").prefetch_related(towns, mine)
    found: dict[int, list[Submission]] = {}
    for submission in read.order_by("-published_at", "-pk"):
        for commitment in submission.of_agreement:  # prefetched above
            found.setdefault(commitment.pk, []).append(submission)
    return [Traced(row, len(found.get(row.pk, [])), found.get(row.pk, [])) for row in _commitments(agreement)]


def _commitments(agreement: Agreement) -> list[Commitment]:
    """In their order, each knowing its agreement, whose address is part of its own."""
    rows = list(agreement.commitments.select_related("owner"))
    for row in rows:
        row.agreement = agreement
    return rows


def coverage(traced: Iterable[Traced], practices: int) -> Coverage:
    """`practices`: how many there are in all, one that carries out two commitments counted once."""
    rows = list(traced)
    having = [row for row in rows if row.count]
    return Coverage(
        commitments=len(rows),
        covered=len(having),
        practices=practices,
        bars=bars((str(row.commitment), row.url, row.count) for row in having),
        uncovered=[row.commitment for row in rows if not row.count],
    )


def listing_of(commitment: Commitment) -> str:
    """The list of practices that carry it out, where it can be narrowed further."""
    return f"{reverse('practices:list')}?impegno={commitment.code}"
