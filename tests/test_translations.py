"""Catalogues are compiled without gettext, and only when they changed."""

import gettext
import os
from pathlib import Path

from django.core.management import call_command

from portal.translations import compile_catalogues


def test_a_catalogue_is_compiled_when_it_is_newer(tmp_path: Path) -> None:
    folder = tmp_path / "it" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "June"\nmsgstr "giugno"\n')
    assert compile_catalogues(tmp_path) == 1
    assert compile_catalogues(tmp_path) == 0
    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("June") == "giugno"
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 10))
    assert compile_catalogues(tmp_path) == 1


def test_the_command_says_how_many(capsys: object, settings: object) -> None:
    call_command("compile_translations")
    assert capsys.readouterr().out == "Cataloghi compilati: 0\n"  # type: ignore[attr-defined]
