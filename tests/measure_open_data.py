"""How much memory and time the file of practices takes; run by hand, for it takes minutes.

    .venv/bin/python -m tests.measure_open_data 100000 csv

Fills a database of its own under the system's folder for temporary files (kept: the next run uses it), with copies of the
practices of the fixtures, then writes the file in a fresh process and tells that process's greatest resident set.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NUMBER, ENDING = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "csv"
FOLDER = Path(tempfile.gettempdir()) / f"buone-pratiche-misura-{NUMBER}"
os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEVELOPMENT": "1", "DATA_DIR": str(FOLDER)}


def fill() -> None:
    """Practices with towns, groups, money, indicators and an event each."""
    from django.core.management import call_command
    from django.db import transaction

    from practices.importing import import_practices
    from practices.models import Event, FundingLine, Indicator, Practice, Submission
    from tests import make
    from tests.reference import load_reference_data, practice_lines

    call_command("migrate", verbosity=0)
    if Submission.objects.count() >= NUMBER:
        return
    load_reference_data()
    import_practices(list(practice_lines()), at=make.NOW, apply=True)
    models = list(Submission.objects.prefetch_related("municipalities", "target_groups", "funding_lines", "indicators"))
    towns, groups = Submission.municipalities.through, Submission.target_groups.through
    columns = [field.attname for field in Submission._meta.concrete_fields]
    for start in range(1000, NUMBER + 950, 1000):
        found: dict[type, list[object]] = {
            kind: [] for kind in (Practice, Submission, towns, groups, FundingLine, Indicator, Event)
        }
        for pk in range(start, min(start + 1000, NUMBER + 950)):
            like = models[pk % len(models)]
            values = {name: getattr(like, name) for name in columns} | {"id": pk, "practice_id": pk, "token": None}
            values["lessons"] = (like.lessons or "") + " Una frase di prova." * 60
            found[Practice].append(Practice(pk=pk, organisation_id=like.organisation_id, slug=f"pratica-{pk}"))
            found[Submission].append(Submission(**values))
            found[towns] += [towns(submission_id=pk, municipality_id=one.pk) for one in like.municipalities.all()]
            found[groups] += [groups(submission_id=pk, targetgroup_id=one.pk) for one in like.target_groups.all()]
            found[FundingLine] += [FundingLine(submission_id=pk, fund_id=one.fund_id) for one in like.funding_lines.all()]
            found[Indicator] += [
                Indicator(practice_id=pk, submission_id=pk, name=one.name, unit=one.unit, published_at=make.NOW)
                for one in like.indicators.all()
            ]
            found[Event].append(Event(practice_id=pk, submission_id=pk, at=make.NOW, verb="publish", after={"title": "x"}))
        with transaction.atomic():
            for kind, rows in found.items():
                kind.objects.bulk_create(rows)  # type: ignore[attr-defined]


def measure() -> None:
    """In this process, which has done nothing else."""
    import portal.urls
    from portal.open_data.files import FILES, FORMATS

    assert portal.urls.urlpatterns
    before, began = peak(), time.process_time()
    rows = sum(1 for _part in FORMATS[ENDING].write(FILES["pratiche"], FILES["pratiche"].records()))
    print(
        f"{rows} parts of {ENDING}: {peak()} MB, {before} of them before; {time.process_time() - began:.0f} s of processor"
    )


def peak() -> int:
    """The greatest resident set so far, in megabytes: Linux's own, since getrusage counts that of the parent too."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


if __name__ == "__main__":
    import django

    django.setup()
    if "--measure" in sys.argv:
        measure()
    else:
        fill()
        subprocess.run([sys.executable, "-m", "tests.measure_open_data", str(NUMBER), ENDING, "--measure"], check=True)
