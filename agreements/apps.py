from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """What organisations have undertaken: agreements, parties, signatures, commitments, documents."""

    name = "agreements"
    verbose_name = "Accordi e impegni"
