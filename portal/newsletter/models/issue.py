"""A newsletter: composed by the editors from what was published, sent once, then kept as it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.news.models import News
from practices.models import Practice


class IssueQuerySet(models.QuerySet["Issue"]):
    """Issues in the domain's words."""

    def sent(self) -> "IssueQuerySet":
        """What everybody reads in the archive."""
        return self.filter(number__isnull=False)

    def in_sending(self) -> "IssueQuerySet":
        """Decided, and not in the queue for everybody yet."""
        return self.sent().filter(finished_at__isnull=True)


class Issue(models.Model):
    """One newsletter. It has its number from the moment at which somebody sends it; until then it is the draft."""

    number = models.PositiveIntegerField(_("numero"), null=True, editable=False)
    title = models.CharField(_("titolo"), max_length=150)
    title_en = models.CharField(_("titolo in inglese"), max_length=150, blank=True)
    introduction = models.TextField(_("introduzione"), blank=True)
    introduction_en = models.TextField(_("introduzione in inglese"), blank=True)

    composed_at = models.DateTimeField(_("composta il"), editable=False)
    sent_at = models.DateTimeField(_("inviata il"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("inviata da"),
    )
    # How far the queueing has come: the last subscriber, how many mails, and when it was over.
    queued_until = models.PositiveBigIntegerField(default=0, editable=False)
    queued = models.PositiveIntegerField(_("e-mail accodate"), default=0, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletter")
        ordering = [models.F("number").desc(nulls_first=True)]
        constraints = [
            # Numbers once, and one without a number.
            models.UniqueConstraint(Coalesce("number", Value(0)), name="newsletter_issue_one_draft"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, sent_at__isnull=True, sent_by__isnull=True, finished_at__isnull=True)
                | Q(number__gte=1, sent_at__isnull=False, sent_by__isnull=False),
                name="newsletter_issue_sent_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page in the archive."""
        return reverse("newsletter:issue", args=[self.number]) if self.number else ""


class Item(models.Model):
    """A practice or a news item that an issue may tell, in the editors' order."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="items")
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, editable=False, related_name="+")
    news = models.ForeignKey(News, models.CASCADE, null=True, editable=False, related_name="+")
    is_included = models.BooleanField(_("nella newsletter"), default=True)
    position = models.PositiveSmallIntegerField(_("posto"), default=0)

    class Meta:
        verbose_name = _("voce")
        verbose_name_plural = _("voci")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(practice__isnull=True, news__isnull=False) | Q(practice__isnull=False, news__isnull=True),
                name="newsletter_item_one_thing",
            ),
            models.UniqueConstraint(fields=["issue", "practice"], name="newsletter_item_practice_once"),
            models.UniqueConstraint(fields=["issue", "news"], name="newsletter_item_news_once"),
        ]

    def __str__(self) -> str:
        return str(self.practice or self.news)
