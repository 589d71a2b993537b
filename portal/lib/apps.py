from django.apps import AppConfig


class LibConfig(AppConfig):
    """What is not about municipalities or practices; the only part of `portal` that the other apps import."""

    name = "portal.lib"
    label = "lib"
    verbose_name = "Portale"

    def ready(self) -> None:
        """With it the lookup is there for every query."""
        from portal.lib import among  # noqa: F401
