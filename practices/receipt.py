"""The receipt of a sending as plain text, for the organisation's register: what was sent, by whom and when.

It is made from the event, so that it says the same whatever is written afterwards.
"""

import hashlib
import json
from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practices.content import Content
from practices.labels import Item, Labels
from practices.models import Attachment, Event, Submission
from practices.presentation import Display, File, PresentedField, Table, number, safe_url, sections

# The verbs with which a text goes to the editors.
SENDINGS = ("submit", "resubmit")
INDENT = " " * 4


def receipt(submission: Submission, event: Event) -> str:
    """The whole file, of one of its sendings. Names of themes and the like are today's; the last line is as it was sent."""
    content: Content = event.after or {}
    canonical = canonical_json(content)
    lines = [
        _("RICEVUTA DI INVIO"),
        _("Buone pratiche di integrazione, Portale Integrazione Migranti"),
        "",
        *_facts(submission, event, content),
        "",
        _("ALLEGATI"),
        *(_files(event, content) or [_("Nessuno.")]),
        "",
        _("IMPRONTA DEL CONTENUTO INVIATO (SHA-256)"),
        digest(canonical),
        _(
            "È calcolata sul contenuto scritto in JSON: una sola riga in UTF-8, chiavi in ordine alfabetico, nessuno spazio fra gli elementi. È l'ultima riga di questo file, senza l'a capo finale. Le impronte degli allegati ne fanno parte."
        ),
        "",
        _("TESTO INVIATO"),
        *_text(content),
        "",
        _("CONTENUTO INVIATO, IN JSON"),
        canonical,
    ]
    return "\n".join(lines) + "\n"


def canonical_json(content: Content) -> str:
    """One content, one text: on every database and in every version of the program."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(canonical: str) -> str:
    """SHA-256 of the text in UTF-8."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def _facts(submission: Submission, event: Event, content: Content) -> Iterator[str]:
    sent = timezone.localtime(event.at)
    earlier = submission.events.filter(verb__in=SENDINGS, pk__lte=event.pk)
    yield _("Codice: %s") % event.practice.code
    yield _("Titolo: %s") % " ".join(content["title"].split())
    yield _("Ente: %s") % submission.organisation
    yield _("Inviata da: %s") % (f"{event.by} <{event.by.email}>" if event.by and event.by.full_name else event.by)
    yield _("Inviata il: %(day)s alle %(time)s (ora italiana, UTC%(offset)s)") % {
        "day": date_format(sent, "j F Y"),
        "time": f"{sent:%H:%M:%S}",
        "offset": f"{sent:%z}"[:3],
    }
    yield _("Invio numero: %d") % earlier.count()


def _files(event: Event, content: Content) -> list[str]:
    """Name, size and hash of each; the size of a file that is no longer stored is not known."""
    hashes = [row["sha256"] for row in content["attachments"]]
    stored = Attachment.objects.filter(submission__practice=event.practice_id, sha256__in=hashes)
    sizes = dict(stored.values_list("sha256", "size"))
    lines = []
    for row in content["attachments"]:
        size = sizes.get(row["sha256"])
        lines.append(_("%(name)s, %(size)s byte") % {"name": row["name"], "size": number(size)} if size else row["name"])
        lines.append(f"{INDENT}SHA-256: {row['sha256']}")
    return lines


def _text(content: Content) -> Iterator[str]:
    """Every field that says something, staff's fields too. What people wrote is indented: it cannot pass for a heading."""
    for section in sections(content, Labels(), public=False):
        yield ""
        yield str(section.label)
        for field in section.fields:
            yield f"{field.label}:"
            yield from (f"{INDENT}{line}" for line in "\n".join(_lines(field)).split("\n"))


def _lines(field: PresentedField) -> Iterator[str]:
    match field.value:
        case str() as text:
            yield text
        case Table() as table:
            for row in table.rows:
                named = zip(table.columns, row, strict=True)
                yield "; ".join(f"{column}: {_item(cell)}" for column, cell in named if cell.text)
        case items:
            for item in items:
                yield _file(item) if isinstance(item, File) else _item(item, alone=field.display is Display.LINK)


def _item(item: Item, *, alone: bool = False) -> str:
    """A name, with its address where that leads to another site."""
    url = safe_url(item.url)
    if alone:
        return url or item.text
    return f"{item.text} ({url})" if url else item.text


def _file(file: File) -> str:
    said = f"{file.title} ({file.kind}, {file.name})"
    return f"{said}: {file.alternative_text}" if file.alternative_text else said
