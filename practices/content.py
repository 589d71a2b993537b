"""The content of a submission as plain JSON: the form in which it is saved, copied, compared, restored and recorded.

One value a field of `practices.record`: text as it is, references by their public code, dates as ISO 8601 with reduced
precision, money as a decimal string, rows as lists of objects.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Model
from taggit.models import Tag, TaggedItem

from agreements.models import Commitment
from networks.models import Municipality
from portal.lib.dates import PartialDate
from practices.models import (
    Adaptation,
    Attachment,
    CommonIndicator,
    Fund,
    FundingLine,
    Indicator,
    Practice,
    Submission,
    TargetGroup,
    Theme,
)
from practices.record import FIELDS, Column, Field, Type
from practices.related import RELATIONS, Related, rows_of

Content = dict[str, Any]

# What the organisation of the practice of origin said of an adaptation; nobody writes it in a submission.
SAID_BY_ORIGIN = ("confirmed_by_id", "confirmed_at", "disputed_by_id", "disputed_at", "disputed_text")

# Which rows a reference names, and by which of their columns.
REFERENCES: dict[str, tuple[type[Model], str]] = {
    "main_theme": (Theme, "slug"),
    "other_themes": (Theme, "slug"),
    "target_groups": (TargetGroup, "slug"),
    "municipalities": (Municipality, "belfiore_code"),
    "commitments": (Commitment, "code"),
    "fund": (Fund, "slug"),
    "common": (CommonIndicator, "slug"),
}


def _decimal(value: Decimal | None) -> str | None:
    """Without trailing zeros, so that the same amount is always the same text."""
    return None if value is None else f"{value.normalize():f}"


def read(submission: Submission, names: Iterable[str] = FIELDS, *, rows: Related | None = None) -> Content:
    """The values of these fields (all, unless told otherwise); from the rows that were read before, if they are given."""
    names = list(names)
    found = rows_of(submission, names) if rows is None else rows
    return {name: _read(submission, FIELDS[name], found) for name in names}


def _read(submission: Submission, field: Field, rows: Related) -> Any:
    match field.type:
        case Type.REFERENCES:
            return sorted(getattr(row, REFERENCES[field.name][1]) for row in rows[field.name])
        case Type.TAGS:
            return sorted(row.name for row in rows[field.name])
        case Type.ROWS if field.name in RELATIONS:
            return [{column.name: _single(row, column) for column in field.columns} for row in rows[field.name]]
        case Type.ROWS:
            return list(getattr(submission, field.name))
    return _single(submission, field)


def _single(row: Model, of: Field | Column) -> Any:
    """The value of a field or of a column that is not a list."""
    value = getattr(row, of.name)
    match of.type:
        case Type.REFERENCE:
            return getattr(value, REFERENCES[of.name][1]) if value else None
        case Type.DATE:
            return str(PartialDate.of(value, getattr(row, f"{of.name}_precision"))) if value else None
        case Type.MONEY:
            return _decimal(value)
    if of.name == "origin":
        return value.code if value else ""
    return value


def write(submission: Submission, values: Content) -> None:
    """Set these fields, save the submission, and replace the rows that belong to them. Call it in a transaction.

    Only codes that exist are written: the forms refuse others with a message; a code that has meanwhile been merged or
    retired simply falls away when an old text is restored. What stands in other tables already, to the letter, stays.
    """
    there = read(submission, RELATIONS.keys() & values.keys()) if submission.pk else {}
    later: list[tuple[Field, Any]] = []
    for name, value in values.items():
        field = FIELDS[name]
        match field.type:
            case Type.REFERENCES | Type.TAGS:
                if there.get(name, []) != sorted(value):
                    later.append((field, value))
            case Type.ROWS if name in RELATIONS:
                # An indicator is called anew as the common one that it names, whose name may have changed.
                if there.get(name, []) != value or name == "indicators":
                    later.append((field, value))
            case Type.REFERENCE:
                model, code = REFERENCES[name]
                setattr(submission, name, model._default_manager.filter(**{code: value}).first() if value else None)
            case Type.DATE:
                _write_date(submission, name, value)
            case Type.MONEY:
                setattr(submission, name, None if value is None else Decimal(value))
            case _:
                setattr(submission, name, value)
    submission.save()
    for field, value in later:
        if field.type is Type.REFERENCES:
            model, code = REFERENCES[field.name]
            getattr(submission, field.name).set(model._default_manager.filter(**{f"{code}__in": value}))
        elif field.type is Type.TAGS:
            _write_tags(submission, value)
        else:
            _write_rows(submission, field.name, value)


def _write_tags(submission: Submission, names: list[str]) -> None:
    """In few queries, where `tags.set` makes two for each; a word that is new is made as there."""
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    tags = [known.get(name) or Tag.objects.get_or_create(name=name)[0] for name in dict.fromkeys(names)]
    submission.tags.clear()
    TaggedItem.objects.bulk_create(TaggedItem(tag=tag, content_object=submission) for tag in tags)


def _write_date(submission: Submission, name: str, value: str | None) -> None:
    known = PartialDate.parse(value) if value else None
    day = known and (known.last_day if name == "ended_on" else known.first_day)
    setattr(submission, name, day)
    setattr(submission, f"{name}_precision", known.precision if known else "")


def _write_rows(submission: Submission, name: str, rows: list[dict[str, Any]]) -> None:
    match name:
        case "funding_lines":
            submission.funding_lines.all().delete()
            funds = {fund.slug: fund for fund in Fund.objects.filter(slug__in=[row["fund"] for row in rows])}
            FundingLine.objects.bulk_create(
                FundingLine(submission=submission, **{**row, "fund": funds[row["fund"]]})
                for row in rows
                if row["fund"] in funds
            )
        case "indicators":
            _write_indicators(submission, rows)
        case "adaptations":
            _write_adaptations(submission, rows)
        case "attachments":
            _write_attachments(submission, rows)


def _write_indicators(submission: Submission, rows: list[dict[str, Any]]) -> None:
    """Those that are public stay as they are. One that names a common indicator is called and counted as that is, now."""
    submission.indicators.filter(published_at__isnull=True).delete()
    kept = set(submission.indicators.values_list("name", flat=True))
    named = {row["common"] for row in rows if row.get("common")}
    shared = {one.slug: one for one in CommonIndicator.objects.filter(slug__in=named)} if named else {}
    proposed = []
    for row in rows:
        one = Indicator(
            submission=submission, practice=submission.practice, **{**row, "common": shared.get(row.get("common") or "")}
        )
        if one.common:
            one.name, one.unit, one.direction = one.common.name, one.common.unit, one.common.direction
        if one.name not in kept:
            proposed.append(one)
    Indicator.objects.bulk_create(proposed)


def _write_adaptations(submission: Submission, rows: list[dict[str, Any]]) -> None:
    """What the origin said of an adaptation, confirming or disputing it, stays while its origin, year and outcome stay."""
    known = Adaptation.objects.filter(submission__practice=submission.practice, origin__isnull=False).order_by("pk")
    said = {
        (_counts(row.origin), row.year, row.outcome): {name: getattr(row, name) for name in SAID_BY_ORIGIN}
        for row in known
        if row.confirmed_at or row.disputed_at
    }
    submission.adaptations.all().delete()
    # No practice is its own origin.
    others = Practice.objects.exclude(pk=submission.practice_id)
    origins = {one.code: one for one in others.filter(pk__in=[int(row["origin"][3:]) for row in rows if row["origin"]])}
    written = []
    for row in rows:
        origin = origins.get(row["origin"])
        if not origin and not row["origin_name"]:
            continue
        word = said.get((_counts(origin), row["year"], row["outcome"]), {}) if origin else {}
        name = "" if origin else row["origin_name"]
        written.append(Adaptation(submission=submission, **word, **{**row, "origin": origin, "origin_name": name}))
    Adaptation.objects.bulk_create(written)


def _counts(origin: Practice | None) -> int | None:
    """Which practice it counts for: the one that a duplicate was merged into."""
    return (origin.merged_into_id or origin.pk) if origin else None


def _write_attachments(submission: Submission, rows: list[dict[str, Any]]) -> None:
    """Rows name a stored file by its hash; another submission of the same practice may hold it already.

    Files are described and added here, never taken away: a text that is older than an upload does not undo it. They stay
    the same rows, so that their addresses on an open page go on working.
    """
    ours = {file.sha256: file for file in submission.attachments.all()}
    known = Attachment.objects.filter(submission__practice=submission.practice).exclude(submission=submission)
    shared = {file.sha256: file for file in known.filter(sha256__in=[row["sha256"] for row in rows]).order_by("-pk")}
    described, added = [], []
    for row in rows:
        file = ours.get(row["sha256"]) or shared.get(row["sha256"])
        if file is None:
            continue
        file.title, file.kind, file.alternative_text = row["title"], row["kind"], row["alternative_text"]
        if file.submission_id == submission.pk:
            described.append(file)
        else:
            # A row of our own that shares the stored file.
            file.pk, file.submission, file.name = None, submission, row["name"]
            added.append(file)
    Attachment.objects.bulk_update(described, ["title", "kind", "alternative_text"])
    Attachment.objects.bulk_create(added)
