"""Sums of pages by day. Nothing here tells who read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """A day of one machine that was counted; a second count of the same file finds it and adds nothing."""

    day = models.DateField(_("giorno"))
    machine = models.CharField(_("macchina"), max_length=100)

    class Meta:
        verbose_name = _("conteggio")
        verbose_name_plural = _("conteggi")
        constraints = [models.UniqueConstraint(fields=["day", "machine"], name="usage_tally_once_a_day_and_machine")]

    def __str__(self) -> str:
        return f"{self.day} {self.machine}"


class Count(models.Model):
    """How often a kind of page was read that day in a language; of a practice's pages, of which practice."""

    tally = models.ForeignKey(Tally, models.CASCADE, related_name="counts")
    # The name of the address, not the address: what people searched for is not kept.
    route = models.CharField(_("tipo di pagina"), max_length=100)
    language = models.CharField(_("lingua"), max_length=10)
    # Its key, which is its permanent number; 0 where the page is of none. No relation: what was counted stays when it goes.
    practice = models.PositiveBigIntegerField(_("pratica"), default=0)
    pages = models.PositiveIntegerField(_("pagine"))

    class Meta:
        verbose_name = _("pagine lette")
        verbose_name_plural = _("pagine lette")
        constraints = [
            models.UniqueConstraint(fields=["tally", "route", "language", "practice"], name="usage_count_once"),
            models.CheckConstraint(condition=models.Q(pages__gt=0), name="usage_count_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.language} {self.practice}: {self.pages}"
