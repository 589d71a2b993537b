"""A process that writes as an office does, as fast as it can, and prints what was acknowledged, until it is told to stop.

    python -m tests.drills.writer NAME

Each line is the number of a submission, the path of its attachment and the attachment's SHA-256, printed after the one transaction in which it
was begun, given its file and sent has ended.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
import django

django.setup()

from django.db import transaction
from django.utils import timezone

from practices.models.choices import Status
from practices.moderation import files, officer
from tests import make
from tests.samples import pdf, stored


def write(name: str) -> None:
    """For ever."""
    of = make.organisation(f"Comune di prova {name}")
    by = make.officer_of(of, email=f"{name}@example.org")
    make.taxonomy()
    number = 0
    while True:
        number += 1
        now = timezone.now()
        file = stored(pdf(f"{name} {number}"), f"relazione-{number}.pdf")
        with transaction.atomic():
            made = officer.start(of, by=by, at=now, values=make.values(title=f"Portierato {name} {number}"))
            files.attach(made, by=by, at=now, file=file, kind="report", title="Relazione")
            made.refresh_from_db()
            sent = officer.submit(made, by=by, at=now, similar_seen=True)
        assert sent.status == Status.SUBMITTED
        print(sent.pk, file.path, file.sha256, flush=True)


if __name__ == "__main__":
    write(sys.argv[1])
