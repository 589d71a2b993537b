from django.apps import AppConfig


class PracticesConfig(AppConfig):
    """What organisations do: practices, their submissions, moderation, results."""

    name = "practices"
    verbose_name = "Buone pratiche"
