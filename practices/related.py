"""What a submission keeps in other tables: its rows and what it refers to, all of it read in one query.

The query is a union of one SELECT a table, each of which gives its rows as JSON objects. The content of a submission and its
words in the search are made from the same rows, so that publishing reads them once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import itemgetter
from typing import Any

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, JSONObject
from taggit.models import TaggedItem

from practices.models import Adaptation, Attachment, FundingLine, Indicator, Submission

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Source:
    """The table of a relation and what is read of it: a key for each path from its rows. `order`: the keys that sort them."""

    model: type[Model]
    columns: dict[str, str]
    order: tuple[str, ...] = ("id",)
    # In a table that only links: the path from there to the row; and the column that names the submission.
    link: str = ""
    to: str = "submission"
    # JSON has no numbers as exact as these: they come as text.
    decimals: tuple[str, ...] = ()


_TAXONOMY = {"code": "slug", "name": "name", "position": "position"}
_IN_ORDER = ("position", "name")
SOURCES: dict[str, Source] = {
    "other_themes": Source(Submission.other_themes.through, _TAXONOMY, _IN_ORDER, "theme"),
    "target_groups": Source(Submission.target_groups.through, _TAXONOMY, _IN_ORDER, "targetgroup"),
    "tags": Source(TaggedItem, {"name": "name"}, ("name",), "tag", "object_id"),
    "commitments": Source(Submission.commitments.through, {"code": "code"}, ("code",), "commitment"),
    "municipalities": Source(
        Submission.municipalities.through,
        {
            "code": "belfiore_code",
            "name": "name",
            "other_name": "other_name",
            "common_name": "common_name",
            "sort_name": "sort_name",
            "province": "province__name",
            "region": "province__region__name",
        },
        ("sort_name",),
        "municipality",
    ),
    "funding_lines": Source(
        FundingLine,
        {
            "id": "id",
            "fund": "fund__slug",
            "name": "fund__name",
            "amount": "amount",
            "from_year": "from_year",
            "to_year": "to_year",
        },
        decimals=("amount",),
    ),
    "indicators": Source(
        Indicator,
        {
            "id": "id",
            "common": "common__slug",
            **{name: name for name in ("name", "unit", "baseline", "target", "direction", "source")},
        },
        decimals=("baseline", "target"),
    ),
    "adaptations": Source(
        Adaptation,
        {
            "origin": "origin_id",
            **{name: name for name in ("id", "confirmed_at", "origin_name", "origin_url", "year", "changes", "outcome")},
        },
        ("year", "id"),
    ),
    "attachments": Source(
        Attachment, {name: name for name in ("id", "title", "kind", "alternative_text", "name", "sha256", "quarantined_at")}
    ),
}


def rows_of_many(submissions: Iterable[Submission], names: Iterable[str]) -> dict[int, Rows]:
    """Of each of these submissions, by its primary key, the rows of each of these relations in their order. One query.

    What was prefetched is taken from there; other names than those of relations are passed over.
    """
    versions = {one.pk: one for one in submissions}
    asked = [name for name in names if name in SOURCES]
    found: dict[int, Rows] = {pk: {name: [] for name in asked} for pk in versions}
    apart = []
    for name in asked:
        if all(name in getattr(one, "_prefetched_objects_cache", {}) for one in versions.values()):
            for pk, one in versions.items():
                found[pk][name] = [_of_object(row, SOURCES[name]) for row in getattr(one, name).all()]
        else:
            apart.append(_select(name).filter(**{f"{SOURCES[name].to}__in": list(versions)}))
    if apart:
        for name, pk, row in apart[0].union(*apart[1:], all=True):
            found[pk][name].append(row)
    for rows in found.values():
        for name in asked:
            rows[name].sort(key=itemgetter(*SOURCES[name].order))
    return found


def rows_of(submission: Submission, names: Iterable[str]) -> Rows:
    """The same of one submission."""
    return rows_of_many([submission], names)[submission.pk]


@cache
def _select(name: str) -> QuerySet[Any, Any]:
    """The rows of this relation, of all submissions. Made once: in Python that costs more than the query itself."""
    source = SOURCES[name]
    rows: QuerySet[Any] = source.model._default_manager.order_by()
    if source.model is TaggedItem:
        rows = rows.filter(content_type__app_label="practices", content_type__model="submission")
    linked = f"{source.link}__" if source.link else ""
    columns: dict[str, Any] = {key: F(linked + path) for key, path in source.columns.items()}
    columns |= {key: Cast(columns[key], CharField()) for key in source.decimals}
    return rows.values_list(Value(name), source.to, JSONObject(**columns))


def _of_object(row: Model, source: Source) -> Row:
    return {key: reduce(_step, path.split("__"), row) for key, path in source.columns.items()}


def _step(row: Any, name: str) -> Any:
    return getattr(row, name, None)
