"""Replication as data: who adapted which practice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import User
from practices.models.practice import Practice
from practices.models.submission import Submission


class AdaptationManager(models.Manager["Adaptation"]):
    """An adaptation is never read without its origin."""

    def get_queryset(self) -> "models.QuerySet[Adaptation]":
        return super().get_queryset().select_related("origin")


class Adaptation(models.Model):
    """This submission's practice was adapted from another, or from an outside one named in words.

    Shown once the submission is published; *confirmed* once the origin's organisation confirms it.
    """

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way", _("in corso")
        SUCCEEDED = "succeeded", _("riuscita")
        PARTLY = "partly", _("riuscita in parte")
        ABANDONED = "abandoned", _("abbandonata")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="adaptations")
    origin = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True, related_name="adapted_in")
    origin_name = models.CharField(_("pratica di origine, se fuori dal portale"), max_length=200, blank=True)
    origin_url = models.URLField(_("indirizzo della pratica di origine"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("anno"))
    changes = models.TextField(_("che cosa è stato cambiato"))
    outcome = models.CharField(_("com'è andata"), max_length=10, choices=Outcome)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = AdaptationManager()

    class Meta:
        verbose_name = _("adattamento")
        verbose_name_plural = _("adattamenti")
        ordering = ["year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__isnull=False, origin_name="") | Q(origin__isnull=True) & ~Q(origin_name=""),
                name="practices_adaptation_one_origin",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(origin__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="practices_adaptation_confirmed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.origin_name or str(self.origin)
