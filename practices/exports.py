"""A selection of practices as rows: the columns once, for CSV and JSON."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from networks.models import Municipality
from portal.lib.dates import PartialDate
from practices.labels import address
from practices.models import Submission

BATCH = 500
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its name, and what stands in it."""

    name: str
    value: Callable[[Submission], Any]


def _towns(get: Callable[[Municipality], str]) -> Callable[[Submission], list[str]]:
    return lambda s: list(dict.fromkeys(get(town) for town in s.municipalities.all()))


COLUMNS = (
    Column("codice", lambda s: s.practice.code),
    Column("titolo", lambda s: s.title),
    Column("sintesi", lambda s: s.summary),
    Column("ente", lambda s: s.organisation.name),
    Column("comuni", _towns(lambda town: town.name)),
    Column("codici_comuni", _towns(lambda town: town.belfiore_code)),
    Column("province", _towns(lambda town: town.province.abbreviation)),
    Column("territori", _towns(lambda town: town.province.region.name)),
    Column("ambito", lambda s: s.main_theme.name if s.main_theme else ""),
    Column("altri_ambiti", lambda s: [theme.name for theme in s.other_themes.all()]),
    Column("destinatari", lambda s: [group.name for group in s.target_groups.all()]),
    Column("tipo", lambda s: s.kind),
    Column("fase", lambda s: s.stage),
    Column("livello_di_evidenza", lambda s: s.practice.evidence_level),
    Column("inizio", lambda s: str(PartialDate.of(s.started_on, s.started_on_precision)) if s.started_on else ""),
    Column("pubblicata_il", lambda s: timezone.localdate(s.published_at).isoformat() if s.published_at else ""),
    Column("confermata_il", lambda s: s.practice.confirmed_on.isoformat() if s.practice.confirmed_on else ""),
    Column("indirizzo", lambda s: f"{settings.SITE_URL}{address(s.practice)}"),
    Column("identificatore", lambda s: f"{settings.SITE_URL}/id/{s.practice.code}"),
    Column("licenza", lambda s: s.source_licence or "CC BY 4.0"),
    Column("fonte", lambda s: s.source_url),
)


def rows(submissions: QuerySet[Submission]) -> Iterator[dict[str, Any]]:
    """One dictionary a practice, read in batches."""
    towns = Municipality.objects.select_related("province__region")
    found = submissions.select_related("practice", "organisation", "main_theme").prefetch_related(
        Prefetch("municipalities", towns), "other_themes", "target_groups"
    )
    for submission in found.iterator(chunk_size=BATCH):
        yield {column.name: column.value(submission) for column in COLUMNS}


class _Line:
    """What csv writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def as_csv(submissions: QuerySet[Submission]) -> Iterator[str]:
    """Lines for a spreadsheet: UTF-8 with BOM, several values in a cell parted by semicolons."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([column.name for column in COLUMNS])
    for row in rows(submissions):
        yield writer.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_json(submissions: QuerySet[Submission]) -> Iterator[str]:
    """A list of objects."""
    before = "[\n"
    for row in rows(submissions):
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"
