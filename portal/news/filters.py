"""The filters of the list of news: kind, year, territory, town, network, agreement."""

from typing import Any

import django_filters
from django.db.models import CharField, Exists, F, Model, OuterRef, Q
from django.db.models.functions import Cast, ExtractYear
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from networks.models import Municipality, Network, Region
from portal.news.models import News, NewsQuerySet
from practices.filters.base import ConditionFilter, ListFilter, rows_filter
from practices.filters.facets import Facet, Part, Rows, Selection, itself, links
from practices.filters.fields import ChoicesField, TextField, TownsField, YearsField
from practices.models import Practice
from practices.search.query import Query


class WordsFilter(django_filters.Filter):  # type: ignore[misc]
    """The words that were searched for, read by the same analyser as the practices'."""

    field_class = TextField

    def filter(self, qs: NewsQuerySet, value: str) -> NewsQuerySet:
        return qs.matching(Query.parse(value))


def _linked(**condition: Any) -> Q:
    """Through a query of its own: a news item of two such towns is found once."""
    return Q(pk__in=News.objects.filter(**condition).values("pk"))


def _in_regions(rows: list[Region]) -> Q:
    return _linked(territories__in=rows) | _linked(cities__province__region__in=rows)


def _in_towns(rows: list[Municipality]) -> Q:
    """What their pages show."""
    marked = _linked(territories__provinces__municipalities__in=rows, for_every_town=True)
    return _linked(cities__in=rows) | _linked(cities__merged_into__in=rows) | marked


def _of_practices(rows: list[Practice]) -> Q:
    return _linked(practices__in=rows) | _linked(practices__merged_into__in=rows)


_REGION = "municipality__province__region"


def _towns(selection: Selection) -> Rows:
    """One that has the territory of its town too is counted there."""
    same = News.territories.through._default_manager.filter(news=OuterRef("news"), region=OuterRef(_REGION))
    return links(News.cities.through, "news")(selection).filter(~Exists(same))


def _rows(through: type[Model], row: str, label: str) -> Facet:
    return [Part(links(through, "news"), F(f"{row}__slug"), F(f"{row}__{label}"), of="news")]


class NewsFilter(ListFilter):
    """Each has the name that stands in the address. Towns and practices have no choices: their pages lead here."""

    facets = {
        "tipo": [Part(itself, F("kind"))],
        "anno": [Part(itself, Cast(ExtractYear("published_on"), CharField()))],
        "territorio": [
            *_rows(News.territories.through, "region", "name"),
            Part(_towns, F(f"{_REGION}__slug"), F(f"{_REGION}__name"), of="news"),
        ],
        "rete": _rows(News.networks.through, "network", "name"),
        "accordo": _rows(News.agreements.through, "agreement", "title"),
    }

    q = WordsFilter(label=_("Testo"))
    tipo = ConditionFilter(lambda kinds: Q(kind__in=kinds), ChoicesField, _("Tipo"), choices=News.Kind)
    anno = ConditionFilter(lambda years: Q(published_on__year__in=years), YearsField, _("Anno"))
    territorio = rows_filter(_in_regions, Region.objects.all(), _("Territorio"))
    comune = ConditionFilter(_in_towns, TownsField, _("Comune"), rows=Municipality.objects.select_related("province"))
    rete = rows_filter(lambda rows: _linked(networks__in=rows), Network.objects.all(), _("Rete"))
    accordo = rows_filter(lambda rows: _linked(agreements__in=rows), Agreement.objects.all(), _("Accordo"))
    pratica = rows_filter(_of_practices, Practice.objects.visible(), _("Pratica"))
