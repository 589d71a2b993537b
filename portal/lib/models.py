"""The one model of the library."""

from django.db import models


class ContentVersion(models.Model):
    """One row that counts the changes of whatever is public, with when the last one was: it stands in every page's ETag."""

    number = models.BigIntegerField(default=1)
    # Empty where nothing was published since the portal keeps it.
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="lib_content_version_one_row")]

    def __str__(self) -> str:
        return str(self.number)
