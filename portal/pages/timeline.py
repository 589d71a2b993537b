"""The history of a network as one list in order of date: founded, joined, left, agreements, events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import Agreement
from networks.models import Membership, Network
from portal.lib.dates import in_words
from practices.labels import address


@dataclass
class Entry:
    """What happened, when as far as is known, and to whom; `text` is what people wrote, `label` the interface's words."""

    on: date | None
    when: str
    label: str = ""
    text: str = ""
    items: list[tuple[str, str]] = field(default_factory=list)
    source_url: str = ""


def timeline_of(network: Network, memberships: Iterable[Membership], agreements: Iterable[Agreement]) -> list[Entry]:
    """By the latest day on which each fact is known to have happened; what has no date at the end."""
    entries = [*_founded(network), *_joined_and_left(memberships), *_agreements(agreements), *_events(network)]
    return sorted(entries, key=lambda entry: entry.on or date.max)


def _founded(network: Network) -> Iterator[Entry]:
    if network.founded_on:
        yield Entry(network.founded_on, in_words(network.founded_on, "day"), _("Nasce la rete"))


def _events(network: Network) -> Iterator[Entry]:
    for event in network.events.all():
        yield Entry(event.on, in_words(event.on, event.precision), text=event.title, source_url=event.source_url)


def _agreements(agreements: Iterable[Agreement]) -> Iterator[Entry]:
    for row in agreements:
        when = in_words(row.signed_on, row.signed_on_precision)
        yield Entry(row.signed_on, when, _("Accordo"), items=[(row.title, address(row))])


def _joined_and_left(memberships: Iterable[Membership]) -> list[Entry]:
    """Those of the same role who joined, or left, at the same time stand together."""
    role = Membership.Role
    joined = {
        role.LEAD: _("Ingresso come capofila"),
        role.MEMBER: _("Ingresso"),
        role.COORDINATOR: _("Inizio del coordinamento"),
        role.OBSERVER: _("Ingresso come osservatore"),
    }
    left = {
        role.LEAD: _("Fine del ruolo di capofila"),
        role.MEMBER: _("Uscita"),
        role.COORDINATOR: _("Fine del coordinamento"),
        role.OBSERVER: _("Uscita come osservatore"),
    }
    found: dict[tuple[str, date | None, date | None], Entry] = {}
    for row in sorted(memberships, key=lambda row: row.organisation.sort_name):
        moves = [(joined[role(row.role)], row.joined_after, row.joined_by)]
        if row.left_after or row.left_by:
            moves.append((left[role(row.role)], row.left_after, row.left_by))
        for label, after, by in moves:
            entry = found.setdefault((label, after, by), Entry(by or after, _when(after, by), label))
            entry.items.append((row.organisation.name, address(row.organisation)))
    return list(found.values())


def _when(after: date | None, by: date | None) -> str:
    words = {name: date_format(day, "j F Y") if day else "" for name, day in (("after", after), ("by", by))}
    if after and after == by:
        return words["by"]
    if after and by:
        return _("tra il %(after)s e il %(by)s") % words
    if by:
        return _("entro il %(by)s") % words
    return _("dopo il %(after)s, incerto") % words if after else _("data non nota")
