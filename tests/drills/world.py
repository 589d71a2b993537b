"""Who is in a site, and what is left of what they were told: for `tests.drills.inside`."""

import hashlib
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import override_settings
from post_office.models import Email

from networks.models import User
from practices import content
from practices.models import Attachment, Submission
from practices.models.choices import Status
from practices.moderation import officer
from tests import make
from tests.accounts import confirmed
from tests.drills.people import WORDS
from tests.invariants import broken

OFFICERS, EDITORS = 8, 4


def world() -> dict[str, Any]:
    """Officers of a town each, a colleague of the first, editors, a published practice, a reason to reject."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        make.published()
        officers = []
        for number in range(OFFICERS + 1):
            # The last works with the first.
            town = make.municipality(f"Paese {number % OFFICERS}", f"X{number % OFFICERS:03}")
            of = make.organisation(f"Comune di {town.name}", town)
            by = confirmed(make.officer_of(of, email=f"officer{number}@example.org"))
            model = officer.start(of, by=by, at=make.NOW, values=make.values(title=f"Modello {number}"))
            officers.append({"email": by.email, "organisation": of.pk, "model": model.pk})
        editors = [confirmed(make.editor_user(f"editor{number}@example.org", chief=True)) for number in range(EDITORS)]
        reason = make.reason("reject")
    # A hash that production knows; only the first login of each, which encodes it anew, takes the time of a real one.
    User.objects.update(password=PBKDF2PasswordHasher().encode(make.PASSWORD, "sale", 1000))
    Email.objects.all().delete()
    return {"officers": officers, "editors": [person.email for person in editors], "reason": reason.pk}


def verdict(acknowledged: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Of what was acknowledged what is lost; of all that is there what is twice or in part; and the files of nobody, swept."""
    found = {one.pk: one for one in Submission.objects.filter(title__startswith="Pratica ")}
    lost, in_part = [], broken()
    for told in acknowledged:
        one = found.get(told["pk"])
        if one is None or one.title != told["title"] or one.status != Status.SUBMITTED:
            lost.append(f"{told['title']}: {one and one.status}")
        elif [file.sha256 for file in one.attachments.all()] != [told["sha256"]]:
            lost.append(f"{told['title']}: its file")
        else:
            said = content.read(one)
            lost += [f"{told['title']}: {name}" for name in WORDS.values() if not said[name].endswith(told["mark"])]
    titles = Counter(one.title for one in found.values())
    doubled = [title for title, number in titles.items() if number > 1]
    receipts = Counter(Email.objects.filter(subject__startswith="Ricevuta").values_list("subject", flat=True))
    doubled += [subject for subject, number in receipts.items() if number > 1]
    sent = [one for one in found.values() if one.status == Status.SUBMITTED]
    if len(receipts) != len(sent):
        in_part.append(f"{len(sent)} sent, {len(receipts)} receipts")
    for file in Attachment.objects.all():
        with default_storage.open(file.file.name) as stored:
            if hashlib.sha256(stored.read()).hexdigest() != file.sha256:
                in_part.append(f"{file.file.name} is not what it was")
    return {"lost": lost, "doubled": doubled, "in_part": in_part, "stray": _stray_after_the_sweep()}


def _stray_after_the_sweep() -> list[str]:
    """A day later, as files see it."""
    kept = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    for path in kept:
        os.utime(path, (time.time() - 2 * 24 * 60 * 60,) * 2)
    with open(os.devnull, "w") as nowhere:
        call_command("sweep_files", stdout=nowhere)
    named = set(Attachment.objects.values_list("file", flat=True))
    names = (path.relative_to(settings.MEDIA_ROOT).as_posix() for path in kept if path.exists())
    return [name for name in names if name not in named]
