"""What there is to tell: each practice once, in the order in which the portal noticed that it had been published."""

from typing import Self

from django.db import models

from practices.models import Practice


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications in the domain's words."""

    def last_number(self) -> int:
        """Of the newest; 0 before the first."""
        return self.aggregate(last=models.Max("number"))["last"] or 0

    def after(self, number: int) -> Self:
        """What has come since."""
        return self.filter(number__gt=number)


class Publication(models.Model):
    """A practice that was published for the first time. New versions of it are no news.

    The number, not the moment, is the position of a subscription: of two publications the one with the earlier moment may
    be written later. It is given by hand, so that of two who notice at once one fails.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    practice = models.OneToOneField(Practice, models.CASCADE, related_name="+")
    published_at = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number}: {self.practice_id}"
