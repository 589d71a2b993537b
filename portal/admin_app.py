from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Makes the portal's admin the default one."""

    default_site = "portal.site.PortalAdminSite"
