"""Atom feeds whose bytes depend on their content alone."""

from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed

# What stands where nothing was ever published: any moment will do, if it is always the same.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class AtomFeed(Atom1Feed):
    """Django's own says of a feed without entries that it was updated just now; pages are kept by what is in them."""

    def latest_post_date(self) -> Any:
        """When the newest entry was published."""
        return super().latest_post_date() if self.items else NEVER
