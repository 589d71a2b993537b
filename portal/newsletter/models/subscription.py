"""Who asked for what. Nothing of it outlives the last subscription but a count."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What one subscribes to."""

    NEWSLETTER = "newsletter", _("Newsletter")
    SEARCH = "search", _("Avviso su una ricerca")


class Frequency(models.TextChoices):
    """How often an alert may come. The newsletter comes when it is sent."""

    IMMEDIATELY = "immediately", _("Subito")
    WEEKLY = "weekly", _("Una volta alla settimana")
    MONTHLY = "monthly", _("Una volta al mese")


class Language(models.TextChoices):
    """Of the mails."""

    ITALIAN = "it", "Italiano"
    ENGLISH = "en", "English"


def _whole(name: str) -> models.CheckConstraint:
    """The newsletter has neither a search nor a frequency; an alert has a frequency."""
    newsletter = Q(kind=Kind.NEWSLETTER, query="", frequency="")
    search = Q(kind=Kind.SEARCH, frequency__in=Frequency.values)
    return models.CheckConstraint(condition=newsletter | search, name=name)


class _Wish(models.Model):
    """The newsletter, or a search: the canonical query of the practices' list, empty for all of them."""

    kind = models.CharField(_("tipo"), max_length=10, choices=Kind)
    query = models.CharField(_("ricerca"), max_length=2000, blank=True)
    frequency = models.CharField(_("frequenza"), max_length=11, choices=Frequency, blank=True)

    class Meta:
        abstract = True


class Request(_Wish):
    """What somebody asked for in the name of an address, until its owner says yes. Erased after some days."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=Language)
    asked_at = models.DateTimeField(db_index=True)
    # Kept for as long as the link would be good, so that a second click finds it.
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [_whole("newsletter_request_whole")]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"


class Subscriber(models.Model):
    """An address whose owner said yes, with at least one subscription."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(max_length=254, unique=True)
    language = models.CharField(max_length=2, choices=Language)
    # Mails came back: nothing is sent until the owner says yes again.
    switched_off_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("iscrizione")
        verbose_name_plural = _("iscrizioni")

    def __str__(self) -> str:
        """Never the address: the admin's log and error pages show this."""
        return f"#{self.pk}"


class Subscription(_Wish):
    """One thing that a subscriber asked for. `told_until` is the publication up to which it has been told."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    confirmed_at = models.DateTimeField()
    begins_after = models.PositiveBigIntegerField(default=0)
    told_until = models.PositiveBigIntegerField(default=0)
    told_on = models.DateField()

    class Meta:
        constraints = [
            _whole("newsletter_subscription_whole"),
            models.UniqueConstraint(fields=["subscriber", "kind", "query"], name="newsletter_subscription_once"),
            models.CheckConstraint(
                condition=Q(told_until__gte=models.F("begins_after")), name="newsletter_subscription_told_in_order"
            ),
        ]
        indexes = [models.Index(fields=["kind", "frequency"], name="newsletter_subscription_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class SoftBounce(models.Model):
    """A day on which a mail could not be delivered for now; after some of them the address is switched off."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="soft_bounces")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "on"], name="newsletter_soft_bounce_once_a_day")]

    def __str__(self) -> str:
        return f"{self.on}"


class Leaving(models.Model):
    """How many subscriptions ended in a month: all that is left of them."""

    month = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "kind"], name="newsletter_leaving_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}: {self.number}"
