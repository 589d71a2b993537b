"""The published versions of a practice: every text that was ever on its page, in order, as the events keep it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from practices.comparison import differing
from practices.content import Content
from practices.models import Event, Practice
from practices.models.choices import Status
from practices.moderation.table import Verb
from practices.record import Text

# What changes the text on the page; the other events of these verbs keep no text.
CHANGES = (Verb.IMPORT, Verb.PUBLISH, Verb.CORRECT, Verb.ROLL_BACK)


@dataclass(frozen=True)
class Version:
    """A text that was on the page, or still is. `shut` says why nobody reads it there any more."""

    number: int
    at: datetime
    what_for: str
    content: Content
    # The last one before it whose text is open: what it is compared with.
    before: "Version | None"
    is_current: bool
    shut: str

    @property
    def changed(self) -> list[Text]:
        """The names of the public fields that differ from the version before."""
        return [field.label for field in differing(self.before.content, self.content, public=True)] if self.before else []


def versions_of(practice: Practice) -> list[Version]:
    """The oldest first; numbers never change, since events are only ever added. One query."""
    events = list(
        practice.events.filter(verb__in=(*CHANGES, Verb.REMOVE))
        .only("practice", "verb", "at", "submission_id", "from_status", "after")
        .order_by("pk")
    )
    # As for going back: what was rolled back once was a mistake, whatever it was before.
    mistaken = {e.submission_id for e in events if e.verb == Verb.ROLL_BACK and e.from_status == Status.PUBLISHED}
    # Whatever the removal was for: what had to leave the page must not come back through its history.
    removed = max((event.pk for event in events if event.verb == Verb.REMOVE), default=0)
    texts = [(event, event.after) for event in events if event.after is not None]
    versions: list[Version] = []
    before: Version | None = None
    last_of: dict[int | None, int] = {}
    for number, (event, text) in enumerate(texts, start=1):
        shut = ""
        if event.submission_id in mistaken:
            shut = _("Ritirata: era stata pubblicata per errore.")
        elif event.pk < removed:
            shut = _("Non si può più leggere: in seguito la pratica è stata rimossa, e poi ripristinata.")
        what_for = _what_for(event, number, last_of.get(event.submission_id))
        version = Version(number, event.at, what_for, text, before, number == len(texts), shut)
        versions.append(version)
        last_of[event.submission_id] = number
        before = before if shut else version
    return versions


def _what_for(event: Event, number: int, earlier: int | None) -> str:
    """`earlier`: the last number that the same submission had."""
    match event.verb:
        case Verb.IMPORT:
            return _("Ripresa da una fonte pubblica")
        case Verb.CORRECT:
            return _("Correzione formale della redazione")
        case Verb.ROLL_BACK:
            return _("Ritorno alla versione %d") % (earlier or 0)
    return _("Prima pubblicazione") if number == 1 else _("Nuova versione dell'ente")
