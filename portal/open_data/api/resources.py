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

# From a key to the condition on the row; None for what can be no key.
Locate = Callable[[str], dict[str, Any] | None]


def _by(column: str) -> Locate:
    return lambda key: {column: key}


def _by_number(key: str) -> dict[str, Any] | None:
    return {"pk": int(key)} if re.fullmatch(r"[1-9]\d{0,17}", key, re.ASCII) else None


def _by_code(key: str) -> dict[str, Any] | None:
    return {"practice__in": Practice.objects.coded(key)}


@dataclass(frozen=True)
class Resource:
    """A dataset as the API gives it."""

    dataset: Dataset[Any]
    locate: Locate
    # By the name of the field that they are about, the column that holds the code or leads to the row.
    filters: Mapping[str, str] = field(default_factory=dict)
    # What other rows refer to, when it is not the row itself.
    referred: str = "pk"

    def find(self, key: str) -> QuerySet[Any]:
        """The row of this key, or none."""
        condition = self.locate(key)
        return self.dataset.query().filter(**condition) if condition else self.dataset.query().none()

    def filter_field(self, name: str) -> Field[Any]:
        """The field that a filter is about."""
        return next(one for one in self.dataset.fields if one.name == name)

    def select(self, query: QueryDict) -> QuerySet[Any]:
        """The rows that the parameters ask for, in the order of the dataset."""
        check(query, dict.fromkeys(self.filters, False))
        rows = self.dataset.query()
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
        """The rows of these primary keys, in this order."""
        rows = self.dataset.read(self.dataset.query().filter(pk__in=keys).order_by())
        found = {row.pk: record(self.dataset.fields, row) for row in rows}
        return [found[key] for key in keys]


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
    "pratiche": Practices(DATASETS["pratiche"], _by_code, referred="practice_id"),
    "indicatori": Resource(DATASETS["indicatori"], _by_number, {"pratica": "practice"}),
    "rilevazioni": Resource(
        DATASETS["rilevazioni"], _by_number, {"pratica": "indicator__practice", "indicatore": "indicator"}
    ),
    "adattamenti": Resource(
        DATASETS["adattamenti"], _by_number, {"pratica": "submission__practice", "origine": "origin", "esito": "outcome"}
    ),
    "enti": Resource(DATASETS["enti"], _by("slug"), {"tipo": "kind", "territorio": "region", "comune": "municipality"}),
    "reti": Resource(DATASETS["reti"], _by("slug"), {"programma": "programme"}),
    "adesioni": Resource(
        DATASETS["adesioni"], _by_number, {"rete": "network", "ente": "organisation", "ruolo": "role"}
    ),
    "accordi": Resource(DATASETS["accordi"], _by("slug"), {"tipo": "kind", "reti": "networks"}),
    "impegni": Resource(DATASETS["impegni"], _by("code"), {"accordo": "agreement", "ente": "owner"}),
    "comuni": Resource(DATASETS["comuni"], _by("belfiore_code"), {"territorio": "province__region"}),
    "territori": Resource(DATASETS["territori"], _by("nuts_code")),
}
