"""What keeps a submission from being sent: fields that are missing, texts that are too long, things that contradict."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.lib.dates import PartialDate
from portal.lib.text import count_words
from practices.content import Content
from practices.record import FIELDS, Field, Needed, Type, is_empty


@dataclass(frozen=True)
class Problem:
    """A field that must be mended before sending, and why; the id of its place on the page of its section."""

    field: Field
    message: str
    place: str


def problems(content: Content) -> list[Problem]:
    """Everything at once, in the order of the form. Empty when the submission can be sent."""
    return [problem for field in FIELDS.values() for problem in _problems(field, content)]


def _problems(field: Field, content: Content) -> Iterator[Problem]:
    if field.name == "attachments":
        yield from _pictures_without_words(field, content)
    if field.name == "adaptations" and any(not row["changes"] for row in content["adaptations"]):
        # A draft that began from another practice does not know it yet.
        yield Problem(field, _("Scrivi che cosa avete cambiato rispetto alla pratica di origine."), f"campo-{field.name}")
    for message in _messages(field, content):
        yield Problem(field, message, f"campo-{field.name}")


def _pictures_without_words(field: Field, content: Content) -> Iterator[Problem]:
    for row in content["attachments"]:
        if row["kind"] == "picture" and not row["alternative_text"]:
            message = _("Descrivi l'immagine «%s» per chi non la vede.") % row["title"]
            yield Problem(field, message, f"id_attachments-{row['sha256']}-alternative_text")


def _messages(field: Field, content: Content) -> Iterator[str]:
    value = content[field.name]
    if is_empty(value):
        if field.name == "releases_declared" and not _has_pictures(content):
            return
        if field.needed is not Needed.NEVER:
            yield _("Da compilare.")
        return
    if field.max_words and field.type is Type.PARAGRAPHS and (words := count_words(value)) > field.max_words:
        yield _("È troppo lungo: %(words)d parole, il limite è %(limit)d.") % {"words": words, "limit": field.max_words}
    if field.name == "ended_on" and content["started_on"]:
        if PartialDate.parse(value).last_day < PartialDate.parse(content["started_on"]).first_day:
            yield _("La fine viene prima dell'inizio.")
    if field.name == "context_foreign_residents" and content["context_population"] is not None:
        if value > content["context_population"]:
            yield _("I residenti stranieri sono più della popolazione.")
    for name in ("women", "minors"):
        if field.name.endswith(f"_{name}"):
            total = content[field.name.replace(name, "total")]
            if total is not None and value > total:
                yield _("È più del totale.")


def _has_pictures(content: Content) -> bool:
    return any(row["kind"] == "picture" for row in content["attachments"])
