"""The texts of the interface: what our sources mark to be translated, and the catalogue that has to hold exactly these.

Django's `makemessages` needs gettext on the machine; this needs Babel alone.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = ("portal", "networks", "agreements", "practices")
# What marks a text, and where in the call the text, its plural and its context ("c") stand.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# What a catalogue begins with; no dates and no names of programs, which would change with every run.
HEADER = """# {comment}
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
# A text by its context, where it has one, and its words: one string, or the singular and the plural.
Text = tuple[str | None, str | tuple[str, ...]]


def texts_of(folder: Path) -> dict[Text, list[str]]:
    """Every text that is marked, in the order of its first place, with the files that it stands in."""
    found: dict[Text, list[str]] = {}
    for path in _files(folder):
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Beginnings of lines are cut off: Babel reads what is left of a template as Python, where they would mean blocks.
            source = re.sub(r"^[ \t]+", "", templatize(source, origin=str(path)), flags=re.MULTILINE)
        for text in _marked(source):
            places = found.setdefault(text, [])
            name = path.relative_to(folder).as_posix()
            if name not in places:
                places.append(name)
    return found


def _files(folder: Path) -> Iterator[Path]:
    for app in SOURCES:
        yield from (path for path in sorted((folder / app).rglob("*.py")) if "migrations" not in path.parts)
    yield from (path for path in sorted((folder / "templates").rglob("*")) if path.suffix in {".html", ".txt"})


def _marked(source: str) -> Iterator[Text]:
    for _line, words, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield (context, words)


def key(message: Message) -> Text:
    """A catalogue's message as `texts_of` names it."""
    return (message.context, tuple(message.id) if isinstance(message.id, list | tuple) else message.id)


def read(path: Path) -> Catalog:
    """A catalogue in a .po file."""
    with path.open("rb") as file:
        return read_po(file)


def updated(catalogue: Catalog, texts: dict[Text, list[str]]) -> Catalog:
    """A catalogue of exactly these texts, with the translations that the old one has of them."""
    known = {key(message): message for message in catalogue if message.id}
    fresh = Catalog(locale=catalogue.locale, header_comment=catalogue.header_comment, fuzzy=False)
    for text, places in texts.items():
        context, words = text
        old = known.get(text)
        fresh.add(
            words,
            old.string if old else None,
            locations=[(place, 0) for place in places],
            flags=old.flags if old else (),
            context=context,
        )
    return fresh


def write(catalogue: Catalog, path: Path) -> None:
    """One line a text and no line numbers: what did not change stays as it was."""
    comment = catalogue.header_comment.removeprefix("#").strip()
    header = HEADER.format(comment=comment, language=catalogue.locale_identifier, plurals=catalogue.plural_forms)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=0, omit_header=True, include_lineno=False, ignore_obsolete=True)


def placeholders(text: str) -> list[str]:
    """What a text has filled in: %(name)s, %s, {name}."""
    return sorted(re.findall(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}", text))


def faults(catalogue: Catalog, texts: dict[Text, list[str]]) -> dict[str, list[str]]:
    """What keeps a catalogue from being complete, by kind of fault; empty when it is."""
    messages = {key(message): message for message in catalogue if message.id}
    found = {
        "missing": [str(words) for context, words in texts.keys() - messages.keys()],
        "obsolete": [str(words) for context, words in messages.keys() - texts.keys()] + [str(o) for o in catalogue.obsolete],
        "untranslated": [str(m.id) for m in messages.values() if not all(_forms(m.string))],
        "fuzzy": [str(m.id) for m in messages.values() if m.fuzzy],
        "placeholders": [str(m.id) for m in messages.values() if not _keeps_placeholders(m)],
    }
    return {fault: sorted(texts) for fault, texts in found.items() if texts}


def _forms(words: Any) -> list[str]:
    return list(words) if isinstance(words, list | tuple) else [words]


def _keeps_placeholders(message: Message) -> bool:
    """Each form has what its own has; a singular may leave the number out, as *one practice* does."""
    own, said = _forms(message.id), _forms(message.string)
    pairs = list(zip(own, said, strict=False))
    if not all(said):
        return True
    if len(own) == 1:
        return placeholders(own[0]) == placeholders(said[0])
    (_one, one), (many, several) = pairs
    return set(placeholders(one)) <= set(placeholders(many)) and placeholders(many) == placeholders(several)
