"""The words of the published practices, folded for search; written by `practices.search`."""

from django.db import models

from practices.models.practice import Practice


class SearchEntry(models.Model):
    """One row for each practice in the lists, in the same transaction that publishes it."""

    practice = models.OneToOneField(Practice, models.CASCADE, primary_key=True, related_name="search_entry")
    title = models.TextField()
    heading = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return self.title
