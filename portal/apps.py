from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    """The site as a whole."""

    name = "portal"
    verbose_name = "Portale"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from portal.permissions import set_up_groups
        from portal.second_factor import end_other_sessions

        # After the last of our apps: by then the permissions of all exist. (Django sends nothing for an app without models.)
        post_migrate.connect(set_up_groups, sender=apps.get_app_config("newsletter"))
        authenticator_added.connect(end_other_sessions)
