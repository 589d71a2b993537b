"""What a submission keeps in other tables: its rows and what it refers to, all of it read in one query.

The content of a submission, its words in the search and its page are made from these rows, so that publishing reads them once.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import OuterRef, QuerySet
from taggit.models import Tag

from agreements.models import Commitment
from networks.models import Municipality
from portal.lib.rows import Rows, annotated, with_rows
from practices.models import Adaptation, Attachment, FundingLine, Indicator, Submission, TargetGroup, Theme

Related = dict[str, list[Any]]

# What is told of an adaptation, from either side.
STORY = ("id", "year", "changes", "outcome", "confirmed_at", "disputed_at")
_TAXONOMY = ("id", "name", "slug", "position")
_TAGGED = {"content_type__app_label": "practices", "content_type__model": "submission", "object_id": OuterRef("pk")}

# By the names of the relations, which are those of the record's fields.
RELATIONS = {
    "other_themes": Rows(Theme.objects.filter(other_of=OuterRef("pk")), *_TAXONOMY),
    "target_groups": Rows(TargetGroup.objects.filter(submissions=OuterRef("pk")), *_TAXONOMY),
    "tags": Rows(
        Tag.objects.filter(**{f"taggit_taggeditem_items__{column}": value for column, value in _TAGGED.items()}).order_by(
            "name"
        ),
        *("id", "name", "slug"),
    ),
    "commitments": Rows(
        Commitment.objects.filter(submissions=OuterRef("pk")),
        *("id", "code", "title", "agreement__id", "agreement__title", "agreement__slug"),
    ),
    "municipalities": Rows(
        Municipality.objects.filter(submissions=OuterRef("pk")),
        *("belfiore_code", "name", "other_name", "common_name", "slug", "sort_name"),
        *(f"province__{column}" for column in ("code", "name", "abbreviation")),
        *(f"province__region__{column}" for column in ("nuts_code", "name", "slug")),
    ),
    "funding_lines": Rows(
        FundingLine.objects.filter(submission=OuterRef("pk")),
        *("id", "amount", "from_year", "to_year", "fund__id", "fund__name", "fund__slug"),
    ),
    "indicators": Rows(
        Indicator.objects.filter(submission=OuterRef("pk")),
        *("id", "name", "unit", "baseline", "target", "direction", "source", "common__id", "common__slug"),
    ),
    "adaptations": Rows(
        Adaptation.objects.filter(submission=OuterRef("pk")),
        *STORY,
        *("origin_name", "origin_url", "origin__id", "origin__slug", "origin__merged_into"),
    ),
    "attachments": Rows(
        Attachment.objects.filter(submission=OuterRef("pk")),
        *("id", "kind", "title", "alternative_text", "name", "sha256", "size", "width", "height", "quarantined_at"),
    ),
}


def rows_of_many(submissions: Iterable[Submission], names: Iterable[str]) -> dict[int, Related]:
    """Of each of these submissions, by its primary key, the rows of each of these relations in their order. One query.

    What was prefetched is taken from there; other names than those of relations are passed over.
    """
    versions = {one.pk: one for one in submissions}
    wanted = set(names)
    found: dict[int, Related] = {pk: {name: [] for name in RELATIONS if name in wanted} for pk in versions}
    apart = tuple(name for name in RELATIONS if name in wanted and not all(_is_here(one, name) for one in versions.values()))
    for one in versions.values():
        found[one.pk] |= {name: list(getattr(one, name).all()) for name in found[one.pk] if name not in apart}
    if apart:
        for one in with_rows(_query(apart).filter(pk__in=versions), apart):
            found[one.pk] |= {name: list(getattr(one, name).all()) for name in apart}
    return found


def rows_of(submission: Submission, names: Iterable[str]) -> Related:
    """The same of one submission."""
    return rows_of_many([submission], names)[submission.pk]


def _is_here(submission: Submission, name: str) -> bool:
    return name in getattr(submission, "_prefetched_objects_cache", {})


@cache
def _query(names: tuple[str, ...]) -> QuerySet[Submission]:
    """Made once for each choice of relations: in Python that costs more than the query itself."""
    return annotated(Submission.objects.only("pk"), {name: RELATIONS[name] for name in names})
