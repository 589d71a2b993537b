"""What an office does, as fast as it can: `write` prints what was acknowledged, until its process is ended."""

from django.db import OperationalError, transaction
from django.utils import timezone

from networks.models import Organisation, User
from practices.moderation import files, officer
from tests import make
from tests.samples import pdf, stored


def prepare(names: list[str]) -> None:
    """Their offices, and what all share."""
    make.taxonomy()
    make.municipality()
    for number, name in enumerate(names):
        town = make.municipality(f"Prova {name}", f"Z9{number:02d}")
        make.officer_of(make.organisation(f"Comune di prova {name}", town), email=f"{name}@example.org")


def write(name: str) -> None:
    """For ever. Each line is the number of a submission, the path of its file and the file's SHA-256, printed after the one transaction
    in which it was begun, given its file and sent has ended.
    """
    of, by = Organisation.objects.get(name=f"Comune di prova {name}"), User.objects.get(email=f"{name}@example.org")
    number = 0
    while True:
        number += 1
        now = timezone.now()
        file = stored(pdf(f"{name} {number}"), f"relazione-{number}.pdf")
        try:
            with transaction.atomic():
                made = officer.start(of, by=by, at=now, values=make.values(title=f"Portierato {name} {number}"))
                files.attach(made, by=by, at=now, file=file, kind="report", title="Relazione")
                made.refresh_from_db()
                officer.submit(made, by=by, at=now, similar_seen=True)
        except OperationalError:
            # On a machine that has too much to do, writers of SQLite that never pause starve each other: nothing was acknowledged.
            continue
        print(made.pk, file.path, file.sha256, flush=True)
