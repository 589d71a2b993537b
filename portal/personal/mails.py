"""The mails of the queue by whom they go to."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from post_office.models import Email


def mails_to(addresses: Iterable[str]) -> QuerySet[Email]:
    """Those to any of these addresses, waiting or sent. The queue keeps the addresses of a mail in one column."""
    wanted = {address.lower() for address in addresses}
    having = Q(pk__in=[])
    for address in wanted:
        having |= Q(to__icontains=address) | Q(cc__icontains=address) | Q(bcc__icontains=address)
    rows = Email.objects.filter(having).only("to", "cc", "bcc")
    found = [row.pk for row in rows if wanted & {one.lower() for one in (*row.to, *row.cc, *row.bcc)}]
    mails: QuerySet[Email] = Email.objects.filter(pk__in=found)
    return mails
