from django.apps import AppConfig


class UsageConfig(AppConfig):
    """How many pages are read."""

    name = "portal.usage"
    label = "usage"
    verbose_name = "Uso del portale"
