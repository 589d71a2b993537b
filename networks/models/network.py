"""Networks of organisations, and who is in them on which date."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from networks.models.organisation import Organisation
from portal.lib.content_version import always_public
from portal.lib.dates import Precision
from portal.lib.validators import list_of_texts


@always_public
class Network(models.Model):
    """A Rete, such as *Le città del dialogo*; it may belong to a wider programme, itself a network."""

    name = models.CharField(_("nome"), max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    programme = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="networks", verbose_name=_("programma")
    )
    founded_on = models.DateField(_("costituita il"), null=True, blank=True)
    website = models.URLField(_("sito"), blank=True)
    description = models.TextField(_("descrizione"), blank=True)
    source_urls = models.JSONField(_("fonti"), default=list, blank=True, validators=[list_of_texts])
    doubts = models.TextField(_("dubbi delle fonti"), blank=True)

    class Meta:
        verbose_name = _("rete")
        verbose_name_plural = _("reti")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(programme=F("id")), name="networks_network_not_its_own_programme")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A network is not its own programme, by way of others either."""
        above, seen = self.programme, {self.pk} if self.pk else set()
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"programme": _("La rete farebbe parte di sé stessa.")})
            seen.add(above.pk)
            above = above.programme


@always_public
class NetworkEvent(models.Model):
    """A dated fact of a network's history: a meeting, a school, a conference."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="events", verbose_name=_("rete"))
    on = models.DateField(_("data"))
    precision = models.CharField(_("precisione"), max_length=5, choices=Precision, default=Precision.DAY)
    title = models.CharField(_("titolo"), max_length=200)
    source_url = models.URLField(_("fonte"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("fatto della rete")
        verbose_name_plural = _("fatti della rete")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.title


class Standing(models.TextChoices):
    """Whether an organisation belonged to a network on a date, as far as is known."""

    IN = "in", _("presente")
    OUT = "out", _("non presente")
    UNCERTAIN = "uncertain", _("incerto")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships in the domain's words."""

    def members(self) -> "MembershipQuerySet":
        """Those that count as members: the lead is one, coordinators and observers are not."""
        return self.filter(role__in=(Membership.Role.LEAD, Membership.Role.MEMBER))

    def leading(self) -> "MembershipQuerySet":
        """The lead and the coordinators."""
        return self.filter(role__in=(Membership.Role.LEAD, Membership.Role.COORDINATOR))

    def on(self, day: date) -> "MembershipQuerySet":
        """Each with its `standing` on that day: in, out or uncertain.

        A day between *known not yet in* and *known in* is uncertain, and so is one between *known still in* and
        *known no longer in*.
        """
        surely_out = Q(joined_after__gt=day) | Q(left_by__isnull=False, left_by__lte=day)
        surely_in = Q(joined_by__isnull=False, joined_by__lte=day) & (
            Q(left_after__isnull=True, left_by__isnull=True)
            | Q(left_after__isnull=False, left_after__gt=day)
            | Q(left_after__isnull=False, left_after=day, left_by__gt=day)
        )
        return self.annotate(
            standing=Case(
                When(surely_out, then=Value(Standing.OUT)),
                When(surely_in, then=Value(Standing.IN)),
                default=Value(Standing.UNCERTAIN),
            )
        )


@always_public
class Membership(models.Model):
    """An organisation in a network, with what is known of when it joined and left.

    It joined between `joined_after` and `joined_by`: two equal dates are a known day, an empty one is not known.
    With neither `left_after` nor `left_by` it has not left. Sources are named beside each fact.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("capofila")
        COORDINATOR = "coordinator", _("coordinamento")
        MEMBER = "member", _("aderente")
        OBSERVER = "observer", _("osservatore")

    network = models.ForeignKey(Network, models.PROTECT, related_name="memberships", verbose_name=_("rete"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name=_("ente"))
    role = models.CharField(_("ruolo"), max_length=12, choices=Role, default=Role.MEMBER)
    joined_after = models.DateField(_("ingresso non prima del"), null=True, blank=True)
    joined_by = models.DateField(_("ingresso entro il"), null=True, blank=True)
    left_after = models.DateField(_("uscita non prima del"), null=True, blank=True)
    left_by = models.DateField(_("uscita entro il"), null=True, blank=True)
    source_url = models.URLField(_("fonte"), max_length=500, blank=True)
    note = models.TextField(_("nota"), blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("adesione")
        verbose_name_plural = _("adesioni")
        ordering = ["organisation__sort_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(joined_after__isnull=True) | Q(joined_by__isnull=True) | Q(joined_after__lte=F("joined_by")),
                name="networks_membership_joined_in_order",
            ),
            models.CheckConstraint(
                condition=Q(left_after__isnull=True) | Q(left_by__isnull=True) | Q(left_after__lte=F("left_by")),
                name="networks_membership_left_in_order",
            ),
            models.CheckConstraint(
                condition=Q(left_by__isnull=True) | Q(joined_after__isnull=True) | Q(left_by__gte=F("joined_after")),
                name="networks_membership_left_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.network}"

    def clean(self) -> None:
        """The constraints in words, beside the date that is wrong."""
        wrong = {}
        if self.joined_after and self.joined_by and self.joined_after > self.joined_by:
            wrong["joined_by"] = _("L'ingresso non può essere entro un giorno che viene prima di «non prima del».")
        if self.left_after and self.left_by and self.left_after > self.left_by:
            wrong["left_by"] = _("L'uscita non può essere entro un giorno che viene prima di «non prima del».")
        if self.joined_after and self.left_by and self.left_by < self.joined_after:
            wrong["left_by"] = _("L'uscita viene prima dell'ingresso.")
        if wrong:
            raise ValidationError(wrong)

    def overlaps(self, other: "Membership") -> bool:
        """Whether the two surely say of one organisation, twice, that it was in; a day of leaving may be one of joining."""
        if (self.organisation_id, self.role) != (other.organisation_id, other.role):
            return False
        return self._begins < other._ends and other._begins < self._ends

    @property
    def _begins(self) -> date:
        return self.joined_by or self.joined_after or date.min

    @property
    def _ends(self) -> date:
        return self.left_after or self.left_by or date.max
