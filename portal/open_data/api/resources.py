"""What the API gives: every dataset, how a row of it is found by its key, and what its rows are selected by."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.lib.open_data import Dataset, Field, Record, record
from portal.open_data.api.parameters import Fault, Refused, check
from portal.open_data.datasets import DATASETS
from practices.filters.fields import ForgivingField, OrderField
from practices.filters.practice import PracticeFilter
from practices.models import Practice, Submission


@dataclass(frozen=True)
class Key:
    """What a row is found by: which texts can be keys, and the condition that one makes."""

    pattern: str
    condition: Callable[[str], dict[str, Any]]


def _by(column: str) -> Key:
    return Key("[A-Za-z0-9_-]{1,120}", lambda key: {column: key})


BY_NUMBER = Key("[1-9][0-9]{0,17}", lambda key: {"pk": int(key)})
BY_CODE = Key("BP-[0-9]{6,12}", lambda key: {"practice__in": Practice.objects.coded(key)})


@dataclass(frozen=True)
class Resource:
    """A dataset as the API gives it."""

    dataset: Dataset[Any]
    key: Key
    # By the name of the field that they are about, the column that holds the code or leads to the row.
    filters: Mapping[str, str] = field(default_factory=dict)
    # What other rows refer to, when it is not the row itself.
    referred: str = "pk"

    def rows(self) -> QuerySet[Any]:
        """All of them, in the order of the dataset."""
        assert self.dataset.query
        return self.dataset.query()

    def find(self, key: str) -> QuerySet[Any]:
        """The row of this key, or none."""
        rows = self.rows()
        return rows.filter(**self.key.condition(key)) if re.fullmatch(self.key.pattern, key) else rows.none()

    def filter_field(self, name: str) -> Field[Any]:
        """The field that a filter is about."""
        return next(one for one in self.dataset.fields if one.name == name)

    def select(self, query: QueryDict) -> QuerySet[Any]:
        """The rows that the parameters ask for, in the order of the dataset."""
        check(query, dict.fromkeys(self.filters, False))
        rows = self.rows()
        for name, column in self.filters.items():
            if value := query.get(name):
                rows = rows.filter(**{column: self._meant(self.filter_field(name), value)})
        return rows

    def _meant(self, about: Field[Any], value: str) -> Any:
        if about.codes:
            known: list[Any] = [one.code for one in about.codes() if one.code == value]
        else:
            other = RESOURCES[about.refers_to]
            known = list(other.find(value).values_list(other.referred, flat=True))
        if not known:
            raise Refused(Fault(about.name, value, _("Non conosciamo questo valore.")))
        return known[0]

    def records(self, keys: list[int]) -> list[Record]:
        """The rows of these primary keys, in this order; without what was taken away since their keys were read."""
        rows = self.dataset.read(self.rows().filter(pk__in=keys).order_by())
        found = {row.pk: record(self.dataset.fields, row) for row in rows}
        return [found[key] for key in keys if key in found]


class Practices(Resource):
    """Practices are selected as their list is, by the same filters; archived ones are in the files and by their code."""

    def select(self, query: QueryDict) -> QuerySet[Any]:
        """The practices that the list would show, in its order."""
        filters = PracticeFilter(query, queryset=Submission.objects.listed())
        fields = filters.form.fields
        several = {name: isinstance(one, ForgivingField) and not isinstance(one, OrderField) for name, one in fields.items()}
        check(query, several)
        filters.form.is_valid()
        unknown = [(name, value) for name, one in fields.items() for value in getattr(one, "unknown", ())]
        if unknown:
            raise Refused(*(Fault(name, value, _("Non conosciamo questo valore.")) for name, value in unknown))
        return filters.ordered()


RESOURCES: dict[str, Resource] = {
    "pratiche": Practices(DATASETS["pratiche"], BY_CODE, referred="practice_id"),
    "indicatori": Resource(DATASETS["indicatori"], BY_NUMBER, {"pratica": "practice"}),
    "rilevazioni": Resource(
        DATASETS["rilevazioni"], BY_NUMBER, {"pratica": "indicator__practice", "indicatore": "indicator"}
    ),
    "adattamenti": Resource(
        DATASETS["adattamenti"], BY_NUMBER, {"pratica": "submission__practice", "origine": "origin", "esito": "outcome"}
    ),
    "enti": Resource(DATASETS["enti"], _by("slug"), {"tipo": "kind", "territorio": "region", "comune": "municipality"}),
    "reti": Resource(DATASETS["reti"], _by("slug"), {"programma": "programme"}),
    "adesioni": Resource(DATASETS["adesioni"], BY_NUMBER, {"rete": "network", "ente": "organisation", "ruolo": "role"}),
    "accordi": Resource(DATASETS["accordi"], _by("slug"), {"tipo": "kind", "reti": "networks"}),
    "impegni": Resource(DATASETS["impegni"], _by("code"), {"accordo": "agreement", "ente": "owner"}),
    "comuni": Resource(DATASETS["comuni"], _by("belfiore_code"), {"territorio": "province__region"}),
    "territori": Resource(DATASETS["territori"], _by("nuts_code")),
}
