"""Noticing what was published: read from the practices, which know nothing of who wants to be told."""

from django.db import IntegrityError, transaction
from django.db.models import Exists, Min, OuterRef

from portal.newsletter.models import Publication
from practices.models import Practice


def notice() -> int:
    """Number whatever was ever published and has no number yet, by its first publication; how many.

    What is archived or removed by now too: brought back later it is no news. Repeatable at any moment. Who notices the same at the same time waits, fails and finds it done.
    """
    new = (
        Practice.objects.exclude(Exists(Publication.objects.filter(practice=OuterRef("pk"))))
        .annotate(first_at=Min("submissions__published_at"))
        .filter(first_at__isnull=False)
        .order_by("first_at", "pk")
        .values_list("pk", "first_at")
    )
    try:
        with transaction.atomic():
            last = Publication.objects.last_number()
            rows = [
                Publication(number=last + n, practice_id=practice, published_at=at)
                for n, (practice, at) in enumerate(new, start=1)
            ]
            Publication.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        return 0
    return len(rows)
