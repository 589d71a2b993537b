from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    """The newsletter and the alerts."""

    name = "portal.newsletter"
    label = "newsletter"
    verbose_name = _("Newsletter e avvisi")
