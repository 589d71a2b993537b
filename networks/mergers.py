"""A municipality that becomes part of another one: what of it belongs to this room."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from networks.affiliations import Refused
from networks.models import Municipality


def check_mergeable(old: Municipality, into: Municipality, *, on: date, today: date) -> None:
    """Raise unless the one can become part of the other; no chains, so that each one leads where a town still is."""
    if old == into:
        raise Refused(_("Un comune non si unisce a sé stesso."))
    if old.merged_into_id:
        raise Refused(_("%s è già unito a un altro comune.") % old)
    if into.ceased_on:
        raise Refused(_("%s non esiste più: scegli il comune di cui fa parte oggi.") % into)
    if on > today:
        raise Refused(_("Il giorno non può essere nel futuro."))


@transaction.atomic
def merge(old: Municipality, into: Municipality, *, on: date) -> Municipality:
    """It has ceased on that day and leads to the other; the unions that had it have the other. The caller has checked."""
    old.ceased_on, old.merged_into = on, into
    old.save(update_fields=["ceased_on", "merged_into"])
    # No chains: what is shown of those that were part of it before is looked for one step away.
    old.merged_from.update(merged_into=into)
    for union in old.unions.all():
        union.municipalities.add(into)
        union.municipalities.remove(old)
    return old
