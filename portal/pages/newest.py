"""The newest practices that a page is about, as cards."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from portal.lib.one_by_one import has_any
from portal.pages.everything import Everything
from practices.cards import kept_cards
from practices.models import Submission


def newest(listed: QuerySet[Submission], most: int, everything: Everything) -> list[SafeString]:
    """The newest first."""
    pks = listed.order_by("-published_at", "-pk").values_list("pk", flat=True)[:most]
    return kept_cards(list(pks), everything.version)


def newest_linked(*links: QuerySet[Any], count: int, most: int, everything: Everything) -> list[SafeString]:
    """Of the listed practices that are the `submission` of any of these rows: `count` in all.

    Many are soon met among the newest of everything; few are sooner sought out from the rows that link to them. Either way no more
    than some √(most × everything) are looked at, which for ten of 100,000 are 1,000.
    """
    if count * count > most * everything.number:
        linked = [Q(has_any(rows.filter(submission=OuterRef("pk")))) for rows in links]
    else:
        linked = [Q(pk__in=rows.values("submission")) for rows in links]
    return newest(Submission.objects.listed().filter(reduce(or_, linked)), most, everything) if count else []
