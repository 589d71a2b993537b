"""The English catalogue holds exactly the texts of the interface, each translated; how it is kept so."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from portal import catalogue

ENGLISH = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"


def test_the_english_catalogue_is_complete() -> None:
    """If it is not: `manage.py update_catalogue en`, then translate what has an empty msgstr."""
    assert catalogue.faults(catalogue.read(ENGLISH), catalogue.texts_of(settings.BASE_DIR)) == {}


def test_the_english_catalogue_is_as_the_command_writes_it(tmp_path: Path) -> None:
    written = tmp_path / "django.po"
    catalogue.write(catalogue.updated(catalogue.read(ENGLISH), catalogue.texts_of(settings.BASE_DIR)), written)
    assert ENGLISH.read_text(encoding="utf-8") == written.read_text(encoding="utf-8")


def test_no_text_stands_inside_an_f_string() -> None:
    """Python 3.11 reads an f-string as one word, and whoever looks for texts does not find those in it."""
    inside = [
        f"{path.relative_to(settings.BASE_DIR)}:{written.lineno}"
        for app in catalogue.SOURCES
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        for written in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(written, ast.JoinedStr)
        for called in ast.walk(written)
        if isinstance(called, ast.Call)
        and ast.unparse(called.func) in {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
    ]
    assert inside == []


def test_our_italian_is_read_as_it_is_written() -> None:
    """A text of ours that is an English one of Django's or allauth's too would be translated by their catalogue."""
    texts = [words for _context, words in catalogue.texts_of(settings.BASE_DIR) if isinstance(words, str)]
    with translation.override("it"):
        shown = {text: translation.gettext(text) for text in texts}
    assert {text: read for text, read in shown.items() if text != read} == {"Home": "Pagina iniziale"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small house with one text of each kind, and a catalogue."""
    for app in catalogue.SOURCES:
        (tmp_path / app / "migrations").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "a.py").write_text(
        'a = _("Uno")\nb = ngettext("%d riga", "%d righe", n)\nc = pgettext("mese", "Maggio")\nd = _(\n    "Due "\n    "parti"\n)\n'
    )
    (tmp_path / "portal" / "migrations" / "b.py").write_text('a = _("Migrato")\n')
    (tmp_path / "templates" / "a.html").write_text(
        "<div>\n"
        '    {% translate "Uno" %} l\'una {# _("no") #}\n'
        '        <a title="{% translate "L\'altra" %}">{% blocktranslate with n=rows|length %}Sono {{ n }}{% endblocktranslate %}</a>\n'
        "    {% blocktranslate count n=n %}{{ n }} uso{% plural %}{{ n }} usi{% endblocktranslate %}\n"
        '    {{ _("Tre")|upper }}\n'
        "</div>\n"
    )
    (tmp_path / "templates" / "a.txt").write_text('{% translate "Nella posta" %}\n')
    return tmp_path


def test_every_marked_text_is_found_where_it_stands(folder: Path) -> None:
    assert catalogue.texts_of(folder) == {
        (None, "Uno"): ["portal/a.py", "templates/a.html"],
        (None, ("%d riga", "%d righe")): ["portal/a.py"],
        ("mese", "Maggio"): ["portal/a.py"],
        (None, "Due parti"): ["portal/a.py"],
        (None, "L'altra"): ["templates/a.html"],
        (None, "Sono %(n)s"): ["templates/a.html"],
        (None, ("%(n)s uso", "%(n)s usi")): ["templates/a.html"],
        (None, "Tre"): ["templates/a.html"],
        (None, "Nella posta"): ["templates/a.txt"],
    }


OLD = """# Parole inglesi.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Uno"
msgstr "One"

msgid "Sparito"
msgstr "Gone"

#, fuzzy
msgid "Tre"
msgstr "Three"

msgid "Sono %(n)s"
msgstr "They are %(m)s"

msgid "%(n)s uso"
msgid_plural "%(n)s usi"
msgstr[0] "one use"
msgstr[1] "%(n)s uses"

#~ msgid "Di una volta"
#~ msgstr "Of old"
"""


def test_faults_are_told_by_kind_and_updating_mends_what_a_machine_can(folder: Path) -> None:
    path = folder / "django.po"
    path.write_text(OLD)
    texts = catalogue.texts_of(folder)
    told = {"fuzzy": ["Tre"], "placeholders": ["Sono %(n)s"]}
    absent = ["('%d riga', '%d righe')", "Due parti", "L'altra", "Maggio", "Nella posta"]
    assert catalogue.faults(catalogue.read(path), texts) == {
        **told,
        "missing": absent,
        "obsolete": ["Di una volta", "Sparito"],
    }
    catalogue.write(catalogue.updated(catalogue.read(path), texts), path)
    kept = catalogue.read(path)
    assert catalogue.faults(kept, texts) == {**told, "untranslated": absent}
    assert [catalogue.key(message) for message in kept if message.id] == list(texts)
    assert path.read_text().startswith('# Parole inglesi.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n')
    once = path.read_bytes()
    catalogue.write(catalogue.updated(catalogue.read(path), texts), path)
    assert path.read_bytes() == once


def test_a_plural_keeps_its_placeholders_and_a_singular_may_leave_out_the_number(folder: Path) -> None:
    path = folder / "django.po"
    header = OLD.partition('msgid "Uno"')[0]
    for one, many, expected in (
        ("one row", "%d rows", {}),
        ("%d row", "%d rows", {}),
        ("%d row", "rows", {"placeholders"}),
        ("%s row", "%d rows", {"placeholders"}),
    ):
        path.write_text(f'{header}msgid "%d riga"\nmsgid_plural "%d righe"\nmsgstr[0] "{one}"\nmsgstr[1] "{many}"\n')
        found = catalogue.faults(catalogue.read(path), {(None, ("%d riga", "%d righe")): []})
        assert set(found) == set(expected)


def test_the_command_says_what_is_left_to_translate(
    folder: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_DIR = folder  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="Non c'è nessun catalogo"):
        call_command("update_catalogue", "en")
    path = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(OLD)
    call_command("update_catalogue", "en")
    assert capsys.readouterr().out == "Testi: 9, da tradurre: 5\n"
