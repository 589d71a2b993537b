"""The filters of the public list: what an address asks for, and the choices with their counts."""

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from agreements.models import Agreement, Commitment
from networks.models import Municipality, Network, Organisation, Province, Region
from networks.sizes import SizeClass
from practices.filters import conditions
from practices.filters import facets as counting
from practices.filters.base import ConditionFilter, Group, ListFilter, rows_filter
from practices.filters.fields import ChoicesField, OrderField, TextField, TownsField, YearsField
from practices.models import Fund, Submission, TargetGroup, Theme
from practices.models.choices import EvidenceLevel, Kind, Stage
from practices.record import Text
from practices.search.matching import having_some, hits, matching, rank
from practices.search.query import Query

# Of more towns than these a reader chooses the territory or the province first; of more words, the most used ones are shown.
MOST_TOWNS = 60
MOST_TAGS = 24
TOWNS = Municipality.objects.select_related("province")
# One that the newer lists have without any town is no more: who saved a search in it is told so.
PROVINCES = Province.objects.filter(Exists(Municipality.objects.filter(province=OuterRef("pk"))))
ORDERS = {
    "rilevanza": _("Rilevanza"),
    "recenti": _("Pubblicate di recente"),
    "confermate": _("Confermate di recente"),
    "titolo": _("Titolo"),
}


class TextFilter(django_filters.Filter):  # type: ignore[misc]
    """What somebody searches for."""

    field_class = TextField

    def filter(self, qs: QuerySet[Submission], value: str) -> QuerySet[Submission]:
        return qs.filter(matching(Query.parse(value))) if value else qs


class OrderFilter(django_filters.Filter):  # type: ignore[misc]
    """How the list is sorted: it selects nothing."""

    field_class = OrderField

    def filter(self, qs: QuerySet[Submission], value: str) -> QuerySet[Submission]:
        return qs


class PracticeFilter(ListFilter):
    """The public list's filters."""

    facets = counting.FACETS

    q = TextFilter(label=_("Testo"))
    territorio = rows_filter(conditions.in_regions, Region.objects.all(), _("Territorio"))
    provincia = rows_filter(conditions.in_provinces, PROVINCES, _("Provincia"), "abbreviation")
    comune = ConditionFilter(conditions.in_municipalities, TownsField, _("Comune"), rows=TOWNS)
    dimensione = ConditionFilter(conditions.in_towns_of_size, ChoicesField, _("Dimensione del Comune"), choices=SizeClass)
    ambito = rows_filter(conditions.on_themes, Theme.objects.all(), _("Ambito"))
    destinatari = rows_filter(conditions.for_groups, TargetGroup.objects.all(), _("Destinatari"))
    tipo = ConditionFilter(conditions.of_kinds, ChoicesField, _("Tipo"), choices=Kind)
    fase = ConditionFilter(conditions.at_stages, ChoicesField, _("A che punto è"), choices=Stage)
    evidenza = ConditionFilter(conditions.at_levels, ChoicesField, _("Livello di evidenza"), choices=EvidenceLevel)
    fondo = rows_filter(conditions.paid_by, Fund.objects.all(), _("Fondo"))
    rete = rows_filter(conditions.of_networks, Network.objects.all(), _("Rete"))
    accordo = rows_filter(conditions.under_agreements, Agreement.objects.all(), _("Accordo"))
    impegno = rows_filter(conditions.for_commitments, Commitment.objects.all(), _("Impegno"), "code")
    anno = ConditionFilter(conditions.begun_in, YearsField, _("Anno di inizio"))
    parola = rows_filter(conditions.tagged, Tag.objects.all(), _("Parola chiave"))
    # Other pages link to it; there are too many to choose from.
    ente = rows_filter(conditions.of_organisations, Organisation.objects.all(), _("Ente"))
    ordine = OrderFilter(label=_("Ordine"), ways=ORDERS)

    @cached_property
    def query(self) -> Query:
        """The text, as the search reads it."""
        return Query.parse(self.asked["q"])

    @property
    def order(self) -> str:
        """The order asked for; else the best matches first when words are searched for, the newest without."""
        asked = self.asked["ordine"] or "rilevanza"
        return "recenti" if asked == "rilevanza" and not self.query.terms else str(asked)

    def orders(self) -> list[tuple[str, Text]]:
        """The ways to sort that make sense here."""
        return [(way, label) for way, label in ORDERS.items() if way != "rilevanza" or self.query.terms]

    def ordered(self) -> QuerySet[Submission]:
        """The selection, in order; what is equal stands by date, then as it was written."""
        found: QuerySet[Submission] = self.qs
        first: dict[str, list[Any]] = {
            "recenti": [],
            "confermate": [F("practice__confirmed_on").desc(nulls_last=True)],
            "titolo": ["practice__search_entry__title"],
        }
        best = [rank(self.query)] if self.order == "rilevanza" else first[self.order]
        return found.order_by(*best, "-published_at", "-pk")

    def nearest(self) -> QuerySet[Submission]:
        """Where not all words match: what has some of them, with the rest of the selection as it is."""
        found = self.without("q").filter(having_some(self.query))
        return found.order_by(hits(self.query), "-published_at", "-pk")

    def offered(self) -> list[str]:
        """All; commitments once an agreement, or one of them, is chosen."""
        return [name for name in self.facets if name != "impegno" or self.asked["accordo"] or self.asked["impegno"]]

    def group(self, name: str, counted: list[counting.Counted]) -> Group:
        """Of what there is too much to choose from, a part and why."""
        group = super().group(name, counted)
        choices = group.choices
        match name:
            case "comune" if len(choices) > MOST_TOWNS and not (self.asked["territorio"] or self.asked["provincia"]):
                kept = [choice for choice in choices if choice.is_chosen]
                return replace(group, choices=kept, hint=_("Scegli prima un territorio o una provincia."))
            case "parola" if len(choices) > MOST_TAGS:
                first = sorted(choices, key=lambda choice: (not choice.is_chosen, -choice.count))[:MOST_TAGS]
                used = {choice.value for choice in first}
                kept = [choice for choice in choices if choice.value in used]
                return replace(group, choices=kept, hint=_("Le più usate: le altre si trovano con la ricerca."))
        return group
