"""Whether somebody looks after the portal, and cannot be impersonated by a password alone. Nobody is named."""

from collections.abc import Iterator

from django.conf import settings

from networks.models import User
from networks.models.person import Editor
from portal.doctor.findings import Asked, Finding, judged, unseen
from portal.second_factor import lacks_second_factor

ACTIVATE = "chi la ha entra da /accesso/login/ e lo attiva: il portale lo chiede prima di ogni altra cosa"


def look(asked: Asked) -> Iterator[Finding]:
    """Superusers and chief editors."""
    for title, people, remedy in (
        ("Chi amministra il portale", User.objects.filter(is_active=True, is_superuser=True), "`portale createsuperuser`"),
        (
            "Caporedazione",
            User.objects.filter(pk__in=Editor.objects.chiefs().values("pk")),
            "chi amministra il portale la nomina in /admin/, «Persone della redazione»",
        ),
    ):
        found = list(people)
        yield judged(bool(found), f"{title}: utenze {len(found)}", f"{title}: nessuna utenza", remedy)
        if not found:
            continue
        if not settings.SECOND_FACTOR_FOR_EDITORS:
            yield unseen(f"{title}: nella demo il secondo fattore non è chiesto")
            continue
        lacking = sum(map(lacks_second_factor, found))
        words = f"{title}: con il secondo fattore {len(found) - lacking} su {len(found)}"
        yield judged(lacking < len(found), words, words, ACTIVATE)
