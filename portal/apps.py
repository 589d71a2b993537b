from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    """The site as a whole."""

    name = "portal"
    verbose_name = "Portale"

    def ready(self) -> None:
        from portal.permissions import set_up_groups

        post_migrate.connect(set_up_groups, sender=self)
