"""The filters of the list of agreements: kind, year, party, network, territory, whether it is in force."""

from typing import Any

import django_filters
from django.db.models import Case, CharField, F, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Cast, Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from networks.models import Network, Organisation, Region
from practices.filters.base import ConditionFilter, ListFilter, rows_filter
from practices.filters.facets import Part, Rows, Selection, itself
from practices.filters.fields import ChoicesField, TextField, YearsField
from practices.search.highlight import found_in
from practices.search.query import Query


class Force(TextChoices):
    """Whether an agreement is in force today; of most the sources do not say until when."""

    YES = "si", _("sì")
    NO = "no", _("no")
    UNKNOWN = "non-noto", _("non noto")


def matching(text: str) -> QuerySet[Agreement]:
    """Those in which all the words stand, read by the same analyser as the practices; all of them without words."""
    query = Query.parse(TextField().to_python(text))
    if not query.terms:
        return Agreement.objects.all()
    rows = Agreement.objects.values_list("pk", "title", "summary")
    return Agreement.objects.filter(pk__in=[pk for pk, *words in rows if found_in(" ".join(words), query)])


class WordsFilter(django_filters.Filter):  # type: ignore[misc]
    """The words that were searched for; what they select is the queryset that the set is given."""

    field_class = TextField

    def filter(self, qs: QuerySet[Agreement], value: str) -> QuerySet[Agreement]:
        return qs


def _in_force(values: list[Force]) -> Q:
    today = timezone.localdate()
    conditions = {
        Force.YES: Q(in_force_until__gte=today),
        Force.NO: Q(in_force_until__lt=today),
        Force.UNKNOWN: Q(in_force_until__isnull=True),
    }
    found = Q()
    for value in values:
        found |= conditions[value]
    return found


def _linked(**condition: Any) -> Q:
    """Through a query of its own: an agreement with two such parties is found once."""
    return Q(pk__in=Agreement.objects.filter(**condition).values("pk"))


def _in_regions(rows: list[Region]) -> Q:
    return _linked(parties__organisation__region__in=rows) | _linked(
        parties__organisation__municipality__province__region__in=rows
    )


_PARTY = "parties__organisation"
_OWN, _OF_TOWN = f"{_PARTY}__region", f"{_PARTY}__municipality__province__region"


def _with_parties(selection: Selection) -> Rows:
    return selection.filter(**{f"{_PARTY}__isnull": False})


def _with_networks(selection: Selection) -> Rows:
    return selection.filter(networks__isnull=False)


def _with_force(selection: Selection) -> Rows:
    steps = [When(_in_force([value]), then=Value(value.value)) for value in Force]
    found: Rows = selection.annotate(force=Case(*steps, output_field=CharField()))
    return found


class AgreementFilter(ListFilter):
    """The list's filters; words select beforehand, with `matching`."""

    facets = {
        "tipo": [Part(itself, F("kind"))],
        "anno": [Part(itself, Cast(ExtractYear("signed_on"), CharField()))],
        "parte": [Part(_with_parties, F(f"{_PARTY}__slug"), F(f"{_PARTY}__name"), F(f"{_PARTY}__sort_name"))],
        "rete": [Part(_with_networks, F("networks__slug"), F("networks__name"))],
        "territorio": [
            Part(
                _with_parties,
                Coalesce(f"{_OWN}__slug", f"{_OF_TOWN}__slug"),
                Coalesce(f"{_OWN}__name", f"{_OF_TOWN}__name"),
            )
        ],
        "vigore": [Part(_with_force, F("force"))],
    }

    q = WordsFilter(label=_("Testo"))
    tipo = ConditionFilter(lambda kinds: Q(kind__in=kinds), ChoicesField, _("Tipo"), choices=Agreement.Kind)
    anno = ConditionFilter(lambda years: Q(signed_on__year__in=years), YearsField, _("Anno"))
    parte = rows_filter(lambda rows: _linked(parties__organisation__in=rows), Organisation.objects.all(), _("Parte"))
    rete = rows_filter(lambda rows: _linked(networks__in=rows), Network.objects.all(), _("Rete"))
    territorio = rows_filter(_in_regions, Region.objects.all(), _("Territorio"))
    vigore = ConditionFilter(_in_force, ChoicesField, _("In vigore"), choices=Force)
