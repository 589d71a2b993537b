"""The editors' pages: how many are subscribed, and who asks to be erased."""

from portal.newsletter.admin import subscribers

__all__ = ["subscribers"]
