"""The editors' pages: the newsletters, how many are subscribed, and who asks to be erased."""

from portal.newsletter.admin import issues, subscribers

__all__ = ["issues", "subscribers"]
