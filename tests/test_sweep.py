"""Files that no submission names any more go away; all others stay."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from practices.models import Attachment
from tests import make


@pytest.mark.django_db
def test_only_old_files_without_a_row_are_swept(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MEDIA_ROOT = tmp_path
    submission = make.submission()
    for name in ("named", "stray", "young"):
        default_storage.save(f"allegati/{name[:2]}/{name}.pdf", ContentFile(b"x"))
    Attachment.objects.create(
        submission=submission,
        kind="report",
        title="Relazione",
        file="allegati/na/named.pdf",
        sha256="0" * 64,
        name="named.pdf",
        content_type="application/pdf",
        size=1,
    )
    yesterday = time.time() - 2 * 24 * 60 * 60
    for name in ("named", "stray"):
        os.utime(tmp_path / "allegati" / name[:2] / f"{name}.pdf", (yesterday, yesterday))

    call_command("sweep_files")

    assert capsys.readouterr().out == "File eliminati: 1\n"
    assert sorted(path.name for path in tmp_path.rglob("*.pdf")) == ["named.pdf", "young.pdf"]


@pytest.mark.django_db
def test_nothing_was_ever_attached(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("sweep_files")
    assert capsys.readouterr().out == "File eliminati: 0\n"
