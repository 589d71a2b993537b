from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    """The site as a whole."""

    name = "portal"
    verbose_name = "Portale"

    def ready(self) -> None:
        from portal.permissions import set_up_groups

        # After the last of our apps: by then the permissions of all exist. (Django sends nothing for an app without models.)
        post_migrate.connect(set_up_groups, sender=apps.get_app_config("newsletter"))
