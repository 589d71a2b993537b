from django.apps import AppConfig


class NetworksConfig(AppConfig):
    """Who takes part: places, organisations, networks of them, people who act for them."""

    name = "networks"
    verbose_name = "Enti, reti e persone"
