"""The money of a submission."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practices.models.submission import Submission
from practices.models.taxonomy import Fund


class FundingLineManager(models.Manager["FundingLine"]):
    """A line is never read without its fund."""

    def get_queryset(self) -> "models.QuerySet[FundingLine]":
        return super().get_queryset().select_related("fund")


class FundingLine(models.Model):
    """Money from one source; an empty amount means that it is not available."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="funding_lines")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="lines", verbose_name=_("fondo"))
    amount = models.DecimalField(_("importo in euro"), max_digits=14, decimal_places=2, null=True, blank=True)
    from_year = models.PositiveSmallIntegerField(_("dal"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("al"), null=True, blank=True)

    objects = FundingLineManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="practices_funding_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(from_year__isnull=True) | Q(to_year__isnull=True) | Q(to_year__gte=F("from_year")),
                name="practices_funding_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.fund)
