"""Addresses of the pages about things of the lower apps, which may not name them themselves.

Django gives each model its `get_absolute_url` from here (the setting ABSOLUTE_URL_OVERRIDES), so that a template of any
app can link to a town's or an organisation's page.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

ADDRESSES: dict[str, Callable[[Any], str]] = {
    "networks.region": lambda region: reverse("territory", args=[region.slug]),
    "networks.municipality": lambda municipality: reverse("city", args=[municipality.slug]),
    "networks.organisation": lambda organisation: reverse("organisation", args=[organisation.slug]),
    "networks.network": lambda network: reverse("network", args=[network.slug]),
    "agreements.agreement": lambda agreement: reverse("agreement", args=[agreement.slug]),
    "practices.practice": lambda practice: reverse("practices:practice", args=[practice.slug]),
}
