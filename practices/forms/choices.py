"""What the fields that name rows can choose from."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Agreement, Commitment
from networks.models import Membership, Municipality, Standing
from practices.models import CommonIndicator, Fund, Submission, TargetGroup, Theme
from practices.models.taxonomy import Taxonomy

Options = list[tuple[str, str]]
Grouped = list[tuple[str, Options]]


def _active(model: type[Taxonomy], chosen: set[str]) -> Options:
    rows = model._default_manager.filter(Q(is_active=True) | Q(slug__in=chosen))
    return [(row.slug, row.name) for row in rows]


def _municipalities(submission: Submission, chosen: set[str]) -> Options:
    """Those chosen already, the organisation's own, and those of their provinces."""
    own = list(submission.organisation.own_municipalities())
    near = Municipality.objects.filter(
        Q(province__in={m.province_id for m in own}, ceased_on__isnull=True) | Q(belfiore_code__in=chosen)
    ).select_related("province")
    first = {m.pk for m in own}
    ordered = sorted(near, key=lambda m: (m.pk not in chosen, m.pk not in first, m.sort_name))
    return [(m.belfiore_code, str(m)) for m in ordered]


def _commitments(submission: Submission) -> Grouped:
    """By agreement; those that concern the organisation or its networks come first."""
    own = Membership.objects.on(timezone.localdate()).filter(organisation=submission.organisation)
    belonging = own.exclude(Q(standing=Standing.OUT)).values("network")
    concerned = Q(parties__organisation=submission.organisation) | Q(networks__in=belonging)
    nearest = set(Agreement.objects.filter(concerned).values_list("pk", flat=True))
    rows = Commitment.objects.select_related("agreement").order_by("agreement__title", "agreement", "position")
    groups: dict[int, tuple[str, Options]] = {}
    for row in sorted(rows, key=lambda c: c.agreement_id not in nearest):
        _title, choices = groups.setdefault(row.agreement_id, (row.agreement.title, []))
        choices.append((row.code, row.title))
    return list(groups.values())


def options(name: str, submission: Submission, chosen: set[str]) -> Options | Grouped:
    """Choices of a field that names one or many rows. Retired rows only stay where they are chosen already."""
    match name:
        case "main_theme":
            return [("", _("Scegli")), *_active(Theme, chosen)]
        case "other_themes":
            return _active(Theme, chosen)
        case "target_groups":
            return _active(TargetGroup, chosen)
        case "municipalities":
            return _municipalities(submission, chosen)
        case "commitments":
            return _commitments(submission)
        case "fund":
            return [("", _("Scegli")), *_active(Fund, chosen)]
        case "common":
            return [("", _("Nessuno: lo scriviamo noi")), *_active(CommonIndicator, chosen)]
    raise KeyError(name)
