"""Networks: who is in them on which date, their history, and what their members do."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from networks.models import Membership, Network, Region, Standing
from portal.lib.dates import PartialDate
from portal.lib.public_page import public_page
from portal.lib.tilemap import Place, draw
from portal.news.concerning import of_network
from portal.pages import linked_data
from portal.pages.counts import by_theme, in_list, places, territory_page
from portal.pages.everything import Everything
from portal.pages.newest import newest
from portal.pages.themes import uncovered
from portal.pages.timeline import timeline_of
from practices.models import Submission
from practices.presentation import source

NEWEST = 10
FORMER = 20
LEADING = {Membership.Role.LEAD, Membership.Role.COORDINATOR}
COUNTED = {Membership.Role.LEAD, Membership.Role.MEMBER}


@dataclass(frozen=True)
class Member:
    """A membership with what is known of its dates, in words."""

    membership: Membership
    period: str


@public_page
def networks(request: HttpRequest) -> HttpResponse:
    """All of them, with the number of members today."""
    today = Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.IN))
    counts = dict(today.order_by().values_list("network").annotate(n=Count("pk")))
    found = [(network, counts.get(network.pk, 0)) for network in Network.objects.select_related("programme")]
    return render(request, "pages/networks.html", {"networks": found})


@public_page
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """The members on the day that the address asks for, else today."""
    # The networks of a programme, and those of the same programme, in the same query as the network.
    kin = Network.objects.filter(slug=slug).values("programme")
    family = Network.objects.filter(Q(slug=slug) | Q(programme__slug=slug) | Q(programme__in=kin))
    shown, others = _apart(family.select_related("programme"), slug)
    asked = request.GET.get("data", "").strip()
    day = _day(asked) or timezone.localdate()
    today = Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.IN), network=shown)
    listed = Submission.objects.listed().filter(organisation__in=today.values("organisation"))
    memberships, agreements = _read(shown, day), list(shown.agreements.all())
    everything = Everything(request)
    themes, more = everything.themes_with(by_theme(listed)), f"rete={shown.slug}"
    context = {
        "network": shown,
        "about": linked_data.of_network(shown),
        "trail": [(reverse("networks"), _("Reti"))],
        "day": day,
        "is_today": day == timezone.localdate(),
        "not_a_day": asked[:40] if asked and _day(asked) is None else "",
        **_members(memberships, day),
        "timeline": timeline_of(shown, memberships, agreements),
        "agreements": agreements,
        "belonging": [other for other in others if other.programme_id == shown.pk],
        "sisters": [other for other in others if other.programme_id != shown.pk],
        "sources": [source(url) for url in shown.source_urls],
        "more": more,
        "covered": in_list(themes, more, "ambito"),
        "uncovered": uncovered(themes),
        "count": listed.count(),
        "cards": newest(listed, NEWEST, everything),
        "concerning": of_network(shown),
        "of_former": list(_of_former_members(shown)[:FORMER]),
    }
    return render(request, "pages/network.html", context)


def _apart(family: Iterable[Network], slug: str) -> tuple[Network, list[Network]]:
    """The network of this slug, and the others."""
    by_slug = {network.slug: network for network in family}
    if slug not in by_slug:
        raise Http404
    return by_slug.pop(slug), list(by_slug.values())


def _read(network: Network, day: date) -> list[Membership]:
    """Every membership with its standing on that day."""
    return list(network.memberships.on(day).select_related("organisation__municipality__province"))


def _of_former_members(network: Network) -> QuerySet[Submission]:
    """Listed practices of those that have left, begun before they did; the day of publication where no beginning is said."""
    gone = Membership.objects.members().on(timezone.localdate()).filter(Q(standing=Standing.OUT), network=network)
    # Until the last day on which they surely were in, where it is known.
    until = gone.annotate(last=Coalesce("left_after", "left_by"))
    while_in = until.filter(Q(last__gte=OuterRef("begun")), organisation=OuterRef("organisation"))
    begun = Submission.objects.listed().annotate(begun=Coalesce("started_on", TruncDate("published_at")))
    found = begun.filter(Exists(while_in))
    return found.select_related("practice", "organisation").order_by("-published_at", "-pk")


def _members(memberships: Iterable[Membership], day: date) -> dict[str, Any]:
    """Who was in, perhaps in, or no longer in on that day, and where those who were in are."""
    memberships = list(memberships)
    counted = [membership for membership in memberships if membership.role in COUNTED]
    inside, outside = _standing(counted, Standing.IN), _standing(counted, Standing.OUT)
    territories = _by_territory(inside)
    return {
        "leading": _standing(memberships, Standing.IN, roles=LEADING),
        "led": [m for m in _standing(memberships, Standing.OUT, roles=LEADING) if _has_left(m, day)],
        "inside": inside,
        "uncertain": _standing(counted, Standing.UNCERTAIN),
        "left": [member for member in outside if _has_left(member, day)],
        "map": draw(territories),
        "places": [place for place in territories if place.count],
        "of_none": len(inside) - sum(place.count for place in territories),
    }


def _has_left(member: Member, day: date) -> bool:
    return member.membership.left_by is not None and member.membership.left_by <= day


def _by_territory(members: Iterable[Member]) -> list[Place]:
    """The 21 with the number of these members in each; a tile leads to the territory's networks, which names them."""
    bodies = [member.membership.organisation for member in members]
    counts = Counter(body.region_id or (body.municipality and body.municipality.province.region_id) for body in bodies)
    return places(
        ((region, counts[region.pk]) for region in Region.objects.all()), lambda region: f"{territory_page(region)}#reti"
    )


def _day(text: str) -> date | None:
    """A whole date, as the form writes it."""
    try:
        known = PartialDate.parse(text)
    except ValueError:
        return None
    return known.first_day if known.day else None


def _standing(memberships: Iterable[Membership], standing: Standing, roles: set[Membership.Role] = COUNTED) -> list[Member]:
    """Those of these roles with this standing on the day that they were read for."""
    return with_periods(m for m in memberships if m.role in roles and m.standing == standing)  # type: ignore[attr-defined]


def with_periods(memberships: Iterable[Membership]) -> list[Member]:
    """Each with its dates in words."""
    return [Member(membership, period(membership)) for membership in memberships]


def period(membership: Membership) -> str:
    """From when to when, as far as is known: *dal 21 settembre 2010, uscita entro il 5 maggio 2016*."""
    joined = _joined(membership.joined_after, membership.joined_by)
    left = _left(membership.left_after, membership.left_by)
    return f"{joined}; {left}" if left else joined


def _joined(after: date | None, by: date | None) -> str:
    words = {"after": _in_words(after), "by": _in_words(by)}
    if after and after == by:
        return _("dal %(by)s") % words
    if after and by:
        return _("ingresso tra il %(after)s e il %(by)s") % words
    if by:
        return _("già presente il %(by)s") % words
    if after:
        return _("ingresso dopo il %(after)s") % words
    return _("data di ingresso non nota")


def _left(after: date | None, by: date | None) -> str:
    words = {"after": _in_words(after), "by": _in_words(by)}
    if after and after == by:
        return _("uscita il %(by)s") % words
    if after and by:
        return _("uscita tra il %(after)s e il %(by)s") % words
    if by:
        return _("non più presente il %(by)s") % words
    return _("uscita dopo il %(after)s") % words if after else ""


def _in_words(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
