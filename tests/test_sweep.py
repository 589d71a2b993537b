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
from tests.news import news


@pytest.mark.django_db
def test_only_old_files_without_a_row_are_swept(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MEDIA_ROOT = tmp_path
    submission = make.submission()
    for name in ("named", "named-480", "stray", "stray-1200", "named-481", "young"):
        default_storage.save(f"allegati/{name[:2]}/{name}.jpg", ContentFile(b"x"))
    Attachment.objects.create(
        submission=submission,
        kind="picture",
        title="La piazza",
        file="allegati/na/named.jpg",
        sha256="0" * 64,
        name="named.jpg",
        content_type="image/jpeg",
        size=1,
    )
    # Those of the news stand apart: what one names in its folder, the other does not keep.
    news("draft", picture="notizie/pi/picture.jpg", picture_text="La piazza").documents.create(
        title="Bando", file="notizie/do/document.jpg"
    )
    for name in ("picture", "picture-480", "document", "lost", "lost-480"):
        default_storage.save(f"notizie/{name[:2]}/{name}.jpg", ContentFile(b"x"))
    yesterday = time.time() - 2 * 24 * 60 * 60
    for path in tmp_path.rglob("*.jpg"):
        if path.stem != "young":
            os.utime(path, (yesterday, yesterday))

    call_command("sweep_files")

    assert capsys.readouterr().out == "File eliminati: 5\n"
    # The narrower copies of a picture stay and go with it.
    assert sorted(path.stem for path in tmp_path.rglob("*.jpg")) == [
        "document",
        "named",
        "named-480",
        "picture",
        "picture-480",
        "young",
    ]


@pytest.mark.django_db
def test_nothing_was_ever_attached(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("sweep_files")
    assert capsys.readouterr().out == "File eliminati: 0\n"
