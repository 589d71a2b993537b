"""Subscriptions, and what there is to tell."""

from portal.newsletter.models.issue import Issue, Item
from portal.newsletter.models.publication import Publication
from portal.newsletter.models.subscription import (
    Frequency,
    Kind,
    Language,
    Leaving,
    Request,
    SoftBounce,
    Subscriber,
    Subscription,
)

__all__ = [
    "Frequency",
    "Issue",
    "Item",
    "Kind",
    "Language",
    "Leaving",
    "Publication",
    "Request",
    "SoftBounce",
    "Subscriber",
    "Subscription",
]
