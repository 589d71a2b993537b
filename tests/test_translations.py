"""Catalogues are compiled without gettext, and only when they changed; one thing has one word, in either language."""

import gettext
import os
import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from portal import catalogue
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


# One word for one thing -------------------------------------------------------------------------------------------
# What is not written, as a pattern, by what is written instead.
ITALIAN = {
    r"(?<![Ee]-)\bmail\b": "e-mail",
    r"\b(?:una|la|della|alla|nella) e-mail\b": "un'e-mail, l'e-mail",
    r"[Pp]ersona di contatto": "persona di riferimento",
    r"[Ii]dentificatore permanente": "identificativo permanente",
    r"(?:[Ss]piegazione per il|confermare dal|[Aa]ttesa del) Comune\b": "ente: unioni di Comuni scrivono anch'esse",
}


def said_otherwise(texts: Iterable[str], instead: dict[str, str]) -> list[tuple[str, str]]:
    return [(word, text) for text in texts for wrong, word in instead.items() if re.search(wrong, text)]


def italian() -> set[str]:
    """The texts of the interface, and the lines of what is in Italian alone: handbooks and mails."""
    ours = [text for _context, text in catalogue.texts_of(settings.BASE_DIR)]
    texts = {word for text in ours for word in ([text] if isinstance(text, str) else text)}
    for folder, ending in (("handbook", "*.html"), ("mail", "*.txt")):
        for path in (settings.BASE_DIR / "templates" / folder).rglob(ending):
            source = re.sub(r"{[{%].*?[}%]}|<code>.*?</code>", "", path.read_text(encoding="utf-8"))
            texts |= set(source.splitlines())
    return texts


def test_one_thing_has_one_word_in_italian() -> None:
    assert said_otherwise(italian(), ITALIAN) == []


# What the English does not say where the Italian has such a word: the glossary at the head of the catalogue.
ENGLISH = {
    r"": {
        r"[Ee]-mail": "email",
        r"\b[Ll]og(?:s|ged|ging)? ?(?:in|out)\b|\blogin\b": "sign in, sign out",
        r"[‘«»]": "“double” quotes",
        r"\b(?:herself|himself|her|his|she|he)\b": "the person, they",
        r"editorial|newsroom": "editors",
        r"original (?:practice|organisation)": "of origin",
        r"\w(?:organiz|recogniz|publiciz)\w|\bcolor\b|\bcenter\b": "British spelling",
    },
    r"[Ss]ched[ae]\b": {r"\brecords?\b": "submission"},
    r"\b[Ee]nt[ei]\b": {r"(?<!public )\bbod(?:y|ies)\b": "organisation"},
    r"[Cc]onfermata dall'ente": {r"[Vv]erified": "confirmed"},
    r"[Rr]ecepi": {r"[Tt]ranspos": "gives effect to"},
    r"[Dd]à seguito": {r"[Ff]ollows(?! on from)": "follows on from"},
    r"[Rr]ilevazion[ei]": {r"[Mm]easurement|[Ss]urvey": "reading"},
    r"[Oo]sservazion[ei]": {r"[Cc]omment|[Oo]bservation": "remark"},
    r"[Ii]mpegn[oi]\b": {r"[Uu]ndertaking|[Pp]ledge": "commitment"},
    r"[Ii]ncaric(?:o|hi)\b": {r"[Aa]ppointment|[Mm]andate|[Aa]ssignment": "affiliation"},
}


def test_one_thing_has_one_word_in_english() -> None:
    found = []
    for message in catalogue.read(settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"):
        asked = message.id if isinstance(message.id, str) else message.id[0]
        said = [message.string] if isinstance(message.string, str) else message.string
        for words, instead in ENGLISH.items():
            if asked and re.search(words, asked):
                found += said_otherwise(said, instead)
    assert found == []
