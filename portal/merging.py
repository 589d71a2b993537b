"""What moves things of several rooms: a municipality that becomes part of another. The decision is in docs/adr/0011."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from networks import mergers
from networks.directory import organisation_of
from networks.models import Affiliation, Membership, Municipality, Organisation, User
from practices.models import Practice, Submission
from practices.models.choices import Status
from practices.moderation import places
from practices.moderation import practice as verbs
from practices.moderation.errors import Forbidden


@dataclass(frozen=True)
class Consequences:
    """What a merger will do, to be read before it is confirmed."""

    submissions: QuerySet[Submission]
    to_remark: QuerySet[Submission]
    passing: QuerySet[Practice]
    staying: QuerySet[Practice]
    unions: QuerySet[Organisation]
    memberships: QuerySet[Membership]
    people: QuerySet[Affiliation]


def consequences(old: Municipality) -> Consequences:
    """Of merging this one into whichever other."""
    of_it = Practice.objects.filter(organisation__municipality=old).select_related("organisation").order_by("pk")
    naming = places.naming(old).select_related("practice").order_by("pk")
    passing = of_it.visible()
    left = Membership.objects.filter(organisation__municipality=old, left_by=None).select_related("network")
    return Consequences(
        submissions=naming.exclude(status=Status.TO_CONFIRM),
        to_remark=naming.filter(status=Status.TO_CONFIRM),
        passing=passing,
        staying=of_it.exclude(pk__in=passing.values("pk")),
        unions=old.unions.all(),
        memberships=left.order_by("network__name"),
        people=Affiliation.objects.active().filter(organisation__municipality=old),
    )


@transaction.atomic
def merge_municipalities(old: Municipality, into: Municipality, *, by: User, at: datetime, on: date) -> Municipality:
    """Let one municipality become part of another on a day, with all that belongs to it; its page leads to the other's.

    What is published or in the works stands on the other's page; earlier versions name the old one. The practices of its
    organisation pass to the other's by their own verb, with its mail. Memberships, agreements and people's affiliations stay
    with the old organisation: they are its history, and only people can say what becomes of them. Raises `Refused` or
    `Refusal`; then nothing was changed.
    """
    locked = Municipality.objects.select_for_update(of=("self",), no_key=True).select_related("province__region")
    rows = {town.pk: town for town in locked.filter(pk__in=[old.pk, into.pk]).order_by("pk")}
    old, into = rows[old.pk], rows[into.pk]
    if not (by.is_superuser or by.is_chief_editor):
        raise Forbidden(_("I comuni li unisce la caporedazione."))
    mergers.check_mergeable(old, into, on=on, today=timezone.localdate(at))
    said = _("%(old)s ora fa parte di %(new)s.") % {"old": old, "new": into}
    if passing := list(consequences(old).passing):
        body = organisation_of(into)
        for practice in passing:
            verbs.transfer(practice, to=body, by=by, at=at, text=said)
    places.replace_town(old, into, by=by, at=at)
    return mergers.merge(old, into, on=on)
