"""The words of the published practices; written by `practices.search.index`.

Each engine keeps an index of its own over these rows, made by migration 0008: on SQLite an FTS5 table that triggers keep in
step, on PostgreSQL a generated `tsvector` with a GIN index. A later migration that makes SQLite build the table of
SearchEntry anew must make the triggers anew too; `manage.py rebuild_search --verify` tells when they are gone.
"""

from django.db import models

from practices.models.practice import Practice


class SearchEntry(models.Model):
    """One row for each practice in the lists, in the same transaction that publishes it.

    A column holds the words as they stand, then `qjqj`, then their stems, each with `qj` before it.
    """

    practice = models.OneToOneField(Practice, models.CASCADE, primary_key=True, related_name="search_entry")
    title = models.TextField()
    summary = models.TextField()
    tags = models.TextField()
    place = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word that stands, or stood, in a published practice: what a misspelt one is compared with."""

    word = models.CharField(max_length=40, primary_key=True)
    # With its accents, as it was written.
    written = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.written
