"""Which agreement transposes or follows which, over any number of steps."""

from django.db.models import F
from django.utils.translation import gettext as _

from agreements.models import Agreement
from portal.lib.chain import Chain, Link, Step, connected, draw
from portal.lib.dates import in_words
from practices.labels import address


def chain_of(agreement: Agreement) -> Chain | None:
    """Everything before and after it, the earliest first; nothing where it stands alone. One query: agreements are few."""
    columns = ("kind", "title", "slug", "signed_on", "signed_on_precision", "transposes", "follows")
    rows = {row.pk: row for row in Agreement.objects.only(*columns).order_by(F("signed_on").asc(nulls_last=True), "pk")}
    links = [Link(row.transposes_id, row.pk, _("recepisce")) for row in rows.values() if row.transposes_id]
    links += [Link(row.follows_id, row.pk, _("dà seguito a")) for row in rows.values() if row.follows_id]
    joined = connected(agreement.pk, links)
    if len(joined) == 1:
        return None
    return draw([_step(row) for row in rows.values() if row.pk in joined], links, agreement.pk)


def _step(row: Agreement) -> Step:
    note = f"{row.get_kind_display()}, {in_words(row.signed_on, row.signed_on_precision)}"
    return Step(row.pk, row.title, address(row), note, str(row.signed_on.year) if row.signed_on else "?")
