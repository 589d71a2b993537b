"""Each filter as one condition on submissions. None joins: a practice in two towns of a region is found and counted once."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone

from agreements.models import Agreement, Commitment
from networks.models import Membership, Municipality, Network, Organisation, Province, Region, Standing
from networks.models.network import MembershipQuerySet
from networks.sizes import SizeClass, in_class
from practices.models import Fund, FundingLine, Submission, TargetGroup, Theme
from practices.models.choices import EvidenceLevel, Kind, Stage


def _linked(through: type[Model], **condition: Any) -> Q:
    """That the submission has a link of a many-to-many relation that meets the condition."""
    return Q(Exists(through._default_manager.filter(submission=OuterRef("pk"), **condition)))


def _somewhere(**condition: Any) -> Q:
    return _linked(Submission.municipalities.through, **condition)


def in_regions(rows: list[Region]) -> Q:
    return _somewhere(municipality__province__region__in=rows)


def in_provinces(rows: list[Province]) -> Q:
    return _somewhere(municipality__province__in=rows)


def in_municipalities(rows: list[Municipality]) -> Q:
    """There, or in what became part of it: a version that was brought back names the town of its time."""
    codes = [row.pk for row in rows]
    return _somewhere(municipality__in=Municipality.objects.filter(Q(pk__in=codes) | Q(merged_into__in=codes)))


def in_towns_of_size(classes: list[SizeClass]) -> Q:
    any_of = reduce(or_, (in_class(size, "municipality__population") for size in classes))
    return Q(Exists(Submission.municipalities.through.objects.filter(any_of, submission=OuterRef("pk"))))


def of_kinds(kinds: list[Kind]) -> Q:
    return Q(kind__in=kinds)


def at_stages(stages: list[Stage]) -> Q:
    return Q(stage__in=stages)


def at_levels(levels: list[EvidenceLevel]) -> Q:
    return Q(practice__evidence_level__in=levels)


def begun_in(years: list[int]) -> Q:
    return Q(started_on__year__in=years)


def on_themes(rows: list[Theme]) -> Q:
    return Q(main_theme__in=rows) | _linked(Submission.other_themes.through, theme__in=rows)


def for_groups(rows: list[TargetGroup]) -> Q:
    return _linked(Submission.target_groups.through, targetgroup__in=rows)


def paid_by(rows: list[Fund]) -> Q:
    return Q(Exists(FundingLine.objects.filter(submission=OuterRef("pk"), fund__in=rows)))


def tagged(rows: list[Any]) -> Q:
    return Q(pk__in=Submission.objects.filter(tags__in=rows).values("pk"))


def under_agreements(rows: list[Agreement]) -> Q:
    return _linked(Submission.commitments.through, commitment__agreement__in=rows)


def for_commitments(rows: list[Commitment]) -> Q:
    return _linked(Submission.commitments.through, commitment__in=rows)


def of_organisations(rows: list[Organisation]) -> Q:
    return Q(organisation__in=rows)


def members_today() -> MembershipQuerySet:
    """Memberships of those that surely are members today."""
    return Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.IN))


def of_networks(rows: list[Network]) -> Q:
    return Q(organisation__in=members_today().filter(network__in=rows).values("organisation"))
