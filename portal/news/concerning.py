"""The latest news of what a page is about: one query each."""

from dataclasses import dataclass

from django.db.models import Q

from agreements.models import Agreement
from networks.models import Municipality, Network, Region
from portal.news.models import News
from practices.models import Practice

SHOWN = 4


@dataclass(frozen=True)
class Concerning:
    """Some news, and the list's query with all of them where there are more."""

    news: list[News]
    more: str


def latest(number: int) -> list[News]:
    """The latest of all."""
    return list(News.objects.published().on_cards()[:number])


def of_region(region: Region) -> Concerning:
    """Its own and its towns'."""
    return _some(Q(territories=region) | Q(cities__province__region=region), f"territorio={region.slug}")


def of_town(town: Municipality) -> Concerning:
    """Its own, those of the towns that became part of it, and of its territory those that are marked for every town."""
    marked = Q(territories=town.province.region_id, for_every_town=True)
    return _some(Q(cities=town) | Q(cities__merged_into=town) | marked, f"comune={town.slug}")


def of_network(network: Network) -> Concerning:
    """Those that name it."""
    return _some(Q(networks=network), f"rete={network.slug}")


def of_agreement(agreement: Agreement) -> Concerning:
    """Those that name it."""
    return _some(Q(agreements=agreement), f"accordo={agreement.slug}")


def of_practice(practice: Practice) -> Concerning:
    """Those that name it, or one that was merged into it."""
    return _some(Q(practices=practice) | Q(practices__merged_into=practice), f"pratica={practice.slug}")


def _some(condition: Q, more: str) -> Concerning:
    # Through a query of its own: what names two towns of a territory is shown once.
    named = News.objects.filter(condition).values("pk")
    found = list(News.objects.published().filter(pk__in=named).on_cards()[: SHOWN + 1])
    return Concerning(found[:SHOWN], more if len(found) > SHOWN else "")
