from django.apps import AppConfig


class NotesConfig(AppConfig):
    """What the portal has to say of itself."""

    name = "portal.notes"
    label = "notes"
    verbose_name = "Note del portale"
