"""What who coordinates a network may know of it: its members' practices, what is in the works, who is silent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from agreements.models import Commitment
from networks.models import Membership, Network, Organisation, Standing, User
from portal.lib.dates import a_year_before
from portal.lib.sheets import Column
from practices.models import Submission
from practices.models.choices import Origin


@dataclass
class Member:
    """A member of today, with its published practices, its open submissions once sent, and its last word."""

    organisation: Organisation
    published: list[Submission] = field(default_factory=list)
    in_works: list[Submission] = field(default_factory=list)
    last_on: date | None = None
    is_silent: bool = True


COLUMNS: tuple[Column[Member], ...] = (
    Column("ente", lambda member: member.organisation.name),
    Column("pratiche_pubblicate", lambda member: len(member.published)),
    Column("titoli_pubblicati", lambda member: [submission.title for submission in member.published]),
    Column("in_lavorazione", lambda member: len(member.in_works)),
    Column("ultimo_segno", lambda member: member.last_on.isoformat() if member.last_on else ""),
    Column("senza_notizie_da_un_anno", lambda member: "sì" if member.is_silent else "no"),
)


def members_of(network: Network, *, read_by: User, today: date) -> list[Member]:
    """Those that surely belong to it today, by name; four queries, whatever their number."""
    standing = Membership.objects.members().on(today).filter(Q(standing=Standing.IN), network=network)
    rows = standing.select_related("organisation").order_by("organisation__sort_name")
    found = {row.organisation_id: Member(row.organisation) for row in rows}
    listed = Submission.objects.listed().filter(organisation__in=found).select_related("practice")
    for submission in listed.order_by("-published_at", "-pk"):
        found[submission.organisation_id].published.append(submission)
    sent = Submission.objects.readable_by(read_by).open().sent().filter(organisation__in=found)
    for submission in sent.order_by("waiting_since", "pk"):
        found[submission.organisation_id].in_works.append(submission)
    a_year_ago = a_year_before(today)
    for pk, last_on in _last_words(found):
        found[pk].last_on, found[pk].is_silent = last_on, last_on < a_year_ago
    return list(found.values())


def _last_words(organisations: Iterable[int]) -> Iterable[tuple[int, date]]:
    """When each last sent, published or confirmed a practice; what the portal took from public sources is not its word."""
    own = Submission.objects.filter(
        organisation__in=organisations, origin=Origin.FORM, first_sent_at__isnull=False, practice__removed_at__isnull=True
    )
    words = (
        own.order_by()
        .values_list("organisation")
        .annotate(Max("first_sent_at"), Max("submitted_at"), Max("published_at"), Max("practice__confirmed_on"))
    )
    for pk, *moments, confirmed_on in words:
        days = [timezone.localdate(moment) for moment in moments if moment]
        yield pk, max([*days, confirmed_on] if confirmed_on else days)


def commitments_of(network: Network, members: Iterable[Member]) -> QuerySet[Commitment]:
    """Those of the network's agreements, each with the number of these members' listed practices that carry it out."""
    practices = [submission.pk for member in members for submission in member.published]
    carried_out = Count("submissions", filter=Q(submissions__in=practices), distinct=True)
    rows = Commitment.objects.filter(agreement__networks=network).select_related("agreement")
    return rows.annotate(practice_count=carried_out).order_by("agreement__signed_on", "agreement", "position")
