"""Results as data: indicators, those that practices share, and their readings over time."""

from datetime import date, timedelta
from typing import Literal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from networks.models import User
from portal.lib.content_version import always_public
from portal.lib.dates import a_year_before
from portal.lib.working_days import end_of
from practices.models.practice import Practice
from practices.models.submission import Submission
from practices.models.taxonomy import Taxonomy, Theme

# What a reading may refer to, at the earliest.
EARLIEST = date(1950, 1, 1)


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("meglio se cresce")
    DOWN = "down", _("meglio se diminuisce")
    NEUTRAL = "neutral", _("descrive soltanto")


@always_public
class CommonIndicator(Taxonomy):
    """What many practices measure in the same way, so that they can be compared; chief editors keep the list."""

    description = None  # type: ignore[assignment]  # it has a definition instead
    definition = models.TextField(
        _("che cosa si conta"), help_text=_("Chi, che cosa, in quale arco di tempo: come va contato.")
    )
    unit = models.CharField(_("unità"), max_length=40)
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("ambito")
    )
    direction = models.CharField(_("verso"), max_length=8, choices=Direction, default=Direction.NEUTRAL)

    class Meta(Taxonomy.Meta):
        verbose_name = _("indicatore comune")
        verbose_name_plural = _("indicatori comuni")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Indicators in the domain's words."""

    def public(self) -> "IndicatorQuerySet":
        """Published with a submission of a practice that has a page."""
        visible = Submission.objects.live().filter(practice=OuterRef("practice"))
        return self.filter(Exists(visible), published_at__isnull=False)

    def listed(self) -> "IndicatorQuerySet":
        """Of practices that stand in lists."""
        return self.filter(published_at__isnull=False, practice__in=Practice.objects.listed())

    def due(self, today: date) -> "IndicatorQuerySet":
        """Public, not closed, and for more than a year nothing was declared of them; since when, as `silent_since`."""
        # Not an aggregate: what is grouped cannot be narrowed further on SQLite.
        latest = Reading.objects.filter(indicator=OuterRef("pk")).order_by("-declared_at").values("declared_at")[:1]
        since = Coalesce(Subquery(latest), F("published_at"))
        silent = self.public().filter(closed_on__isnull=True).annotate(silent_since=since)
        return silent.filter(silent_since__lt=end_of(a_year_before(today) - timedelta(days=1)))


class Indicator(models.Model):
    """What is measured, in which unit. Proposed in a submission; its definition never changes once it is published.

    One that names a common indicator has its name, unit and direction, copied when it was proposed.
    """

    Direction = Direction

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="indicators")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="indicators")
    common = models.ForeignKey(
        CommonIndicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("indicatore comune"),
    )
    name = models.CharField(_("che cosa si misura"), max_length=150)
    unit = models.CharField(_("unità"), max_length=40)
    baseline = models.DecimalField(_("valore di partenza"), max_digits=16, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("valore atteso"), max_digits=16, decimal_places=4, null=True, blank=True)
    direction = models.CharField(_("verso"), max_length=8, choices=Direction, default=Direction.NEUTRAL)
    source = models.CharField(_("fonte del dato"), max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(_("chiuso il"), null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicatore")
        verbose_name_plural = _("indicatori")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Readings in the domain's words."""

    def current(self) -> "ReadingQuerySet":
        """Not corrected by a later one."""
        return self.filter(superseded_by__isnull=True)


class Reading(models.Model):
    """A value of an indicator, declared at once, verified or contested by an editor. A correction supersedes."""

    class Approximation(models.TextChoices):
        ABOUT = "about", _("circa")
        OVER = "over", _("oltre")
        UNDER = "under", _("meno di")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="readings", verbose_name=_("indicatore"))
    period = models.CharField(_("periodo"), max_length=60, help_text=_("Come lo dice l'ufficio: anno scolastico 2022-23."))
    on = models.DateField(_("data di riferimento"))
    value = models.DecimalField(_("valore"), max_digits=16, decimal_places=4)
    is_approximate = models.BooleanField(_("valore approssimato"), default=False)
    # The word that goes with an approximate value; where the source has none, the page says *circa*.
    approximation = models.CharField(_("come lo si dice"), max_length=5, choices=Approximation, blank=True)
    source = models.CharField(_("fonte"), max_length=500, blank=True)
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dichiarata da")
    )
    declared_at = models.DateTimeField(_("dichiarata il"))
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verificata da")
    )
    verified_at = models.DateTimeField(_("verificata il"), null=True, blank=True)
    contested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contestata da")
    )
    contested_at = models.DateTimeField(_("contestata il"), null=True, blank=True)
    contested_note = models.TextField(_("perché è contestata"), blank=True)
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rilevazione")
        verbose_name_plural = _("rilevazioni")
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["-declared_at", "-id"], name="practices_reading_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="practices_reading_verified_whole",
            ),
            models.CheckConstraint(
                condition=Q(contested_by__isnull=True, contested_at__isnull=True, contested_note="")
                | Q(contested_by__isnull=False, contested_at__isnull=False) & ~Q(contested_note=""),
                name="practices_reading_contested_whole",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(contested_at__isnull=True),
                name="practices_reading_verified_or_contested",
            ),
            models.CheckConstraint(
                condition=Q(approximation="") | Q(is_approximate=True), name="practices_reading_approximation_in_words"
            ),
            models.CheckConstraint(condition=Q(on__gte=EARLIEST), name="practices_reading_not_before_1950"),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("pk")),
                name="practices_reading_not_corrected_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value.normalize():f}"

    @property
    def state(self) -> Literal["declared", "verified", "contested"]:
        """How it is known."""
        if self.contested_at:
            return "contested"
        return "verified" if self.verified_at else "declared"
