from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    """News and events: they concern everything, so they stand on top."""

    name = "portal.news"
    label = "news"
    verbose_name = _("Notizie")
