"""Names for the codes of a content.

A content names rows by their public codes, so that a snapshot outlives the rows; whoever shows one looks the names up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Model, Q
from django.urls import reverse

from agreements.models import Commitment
from networks.models import Municipality
from practices.content import REFERENCES, Content
from practices.models import Attachment, CommonIndicator, Practice, Submission, Theme
from practices.models.attachment import FileAddress

_COLUMNS = dict(REFERENCES.values())
_JOINED: dict[type[Model], list[str]] = {Municipality: ["province"], Commitment: ["agreement"]}


@dataclass(frozen=True)
class Item:
    """A name, with the address of its page and a word of explanation where there are any."""

    text: str
    url: str = ""
    note: str = ""


@dataclass
class Labels:
    """Rows of the reference tables by their code, and files by their hash. Empty at first; filled by `prepare`."""

    tables: dict[type[Model], dict[str, Item]] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    # A preview by link serves files at addresses of its own.
    file_url: FileAddress = Attachment.address

    def name(self, model: type[Model], code: str) -> Item:
        """The code itself when the row is not known any more."""
        return self.tables.get(model, {}).get(code) or Item(code)

    def add(self, rows: Iterable[Model]) -> None:
        """Name these rows."""
        for row in rows:
            self.tables.setdefault(type(row), {})[str(getattr(row, _COLUMNS[type(row)]))] = _item(row)

    def prepare(self, *contents: Content | None) -> None:
        """Look up what these contents mention and is not named yet: one query a table at most."""
        for model, codes in _mentioned(contents).items():
            known = self.tables.setdefault(model, {})
            missing = codes - known.keys()
            if missing and model is Practice:
                known.update(_origins(missing))
            elif missing:
                rows = model._default_manager.filter(**{f"{_COLUMNS[model]}__in": missing})
                self.add(rows.select_related(*_JOINED[model]) if model in _JOINED else rows)
            # What no longer exists is not looked up again.
            known.update({code: Item(code) for code in codes - known.keys()})


def labels_of(submission: Submission) -> Labels:
    """Names from the rows that the submission is linked to: no query where they are prefetched."""
    labels = Labels(files={attachment.sha256: attachment for attachment in submission.attachments.all()})
    if submission.main_theme:
        labels.add([submission.main_theme])
    labels.add(submission.other_themes.all())
    labels.add(submission.target_groups.all())
    labels.add(submission.municipalities.all())
    labels.add(submission.commitments.all())
    labels.add(line.fund for line in submission.funding_lines.all())
    return labels


def _mentioned(contents: Iterable[Content | None]) -> dict[type[Model], set[str]]:
    found: dict[type[Model], set[str]] = {}
    for content in filter(None, contents):
        for name, (model, _column) in REFERENCES.items():
            value = content.get(name) or []
            found.setdefault(model, set()).update([value] if isinstance(value, str) else value)
        found[REFERENCES["fund"][0]].update(row["fund"] for row in content.get("funding_lines") or [])
        shared = {row["common"] for row in content.get("indicators") or [] if row.get("common")}
        found[CommonIndicator].update(shared)
        origins = {row["origin"] for row in content.get("adaptations") or [] if row["origin"]}
        found.setdefault(Practice, set()).update(origins)
    return {model: codes for model, codes in found.items() if codes}


def _origins(codes: set[str]) -> dict[str, Item]:
    """Titles of those practices that have a public page; one that was merged into another has the other's."""
    numbers = {int(code[3:]): code for code in codes}
    live = Submission.objects.live().annotate(merged=F("practice__merged_from")).select_related("practice")
    return {
        numbers[number]: Item(f"{submission.title} ({submission.practice.code})", address(submission.practice))
        for submission in live.filter(Q(practice__in=numbers) | Q(merged__in=numbers)).only("title", "practice__slug")
        for number in {submission.practice_id, submission.merged} & numbers.keys()  # type: ignore[attr-defined]
    }


def _item(row: Model) -> Item:
    match row:
        case Theme():
            return Item(row.name, f"{reverse('practices:list')}?ambito={row.slug}")
        case Municipality() | CommonIndicator():
            return Item(str(row), address(row))
        case Commitment():
            return Item(row.title, address(row), row.agreement.title)
    return Item(str(row))


def address(row: Model) -> str:
    """The page of a thing; pages of the lower apps' things have theirs from `portal.addresses`."""
    return str(row.get_absolute_url())  # type: ignore[attr-defined]
