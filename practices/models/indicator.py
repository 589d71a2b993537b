"""Results as data: indicators and their readings over time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import User
from practices.models.practice import Practice
from practices.models.submission import Submission


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Indicators in the domain's words."""

    def public(self) -> "IndicatorQuerySet":
        """Published with a submission of a practice that has a page."""
        return self.filter(published_at__isnull=False, practice__in=Practice.objects.visible())


class Indicator(models.Model):
    """What is measured, in which unit. Proposed in a submission; its definition never changes once it is published."""

    class Direction(models.TextChoices):
        UP = "up", _("meglio se cresce")
        DOWN = "down", _("meglio se diminuisce")
        NEUTRAL = "neutral", _("descrive soltanto")

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="indicators")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="indicators")
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


class Reading(models.Model):
    """A value of an indicator, declared at once, verified or contested by an editor. A correction supersedes."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="readings")
    period = models.CharField(_("periodo"), max_length=60, help_text=_("Come lo dice l'ufficio: anno scolastico 2022-23."))
    on = models.DateField(_("data di riferimento"))
    value = models.DecimalField(_("valore"), max_digits=16, decimal_places=4)
    is_approximate = models.BooleanField(_("valore approssimato"), default=False)
    source = models.CharField(_("fonte"), max_length=500, blank=True)
    declared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField()
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    contested_note = models.TextField(blank=True)
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    class Meta:
        verbose_name = _("rilevazione")
        verbose_name_plural = _("rilevazioni")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="practices_reading_verified_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value.normalize():f}"
