"""A selection of practices as rows: the columns once, for CSV and JSON."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from networks.models import Municipality
from portal.lib import sheets
from portal.lib.dates import PartialDate
from portal.lib.sheets import Column
from practices.labels import address
from practices.models import Adaptation, Indicator, Practice, Reading, Submission
from practices.replication import live as live_adaptations

BATCH = 500


def _towns(get: Callable[[Municipality], str]) -> Callable[[Submission], list[str]]:
    return lambda s: list(dict.fromkeys(get(town) for town in s.municipalities.all()))


COLUMNS: tuple[Column[Submission], ...] = (
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


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _indicator(row: Indicator) -> dict[str, Any]:
    return {
        "nome": row.name,
        "unita": row.unit,
        "partenza": _decimal(row.baseline),
        "atteso": _decimal(row.target),
        "verso": row.direction,
        "fonte": row.source,
        "rilevazioni": [_reading(one) for one in row.readings.all()],
    }


def _reading(row: Reading) -> dict[str, Any]:
    return {
        "periodo": row.period,
        "data": row.on.isoformat(),
        "valore": _decimal(row.value),
        "approssimato": row.is_approximate,
        "fonte": row.source,
        "verificato": row.verified_at is not None,
        "contestato": bool(row.contested_note),
    }


def _adaptation(row: Adaptation) -> dict[str, Any]:
    confirmed, disputed = row.confirmed_at is not None, row.disputed_at is not None
    return {"anno": row.year, "esito": row.outcome, "confermato": confirmed, "contestato": disputed}


def _adapted_from(s: Submission) -> list[dict[str, Any]]:
    rows = [row for row in s.adaptations.all() if not row.origin or row.origin.merged_into_id != s.practice_id]
    return [
        {"origine": row.origin.code if row.origin else "", "nome": row.origin_name, "indirizzo": row.origin_url}
        | _adaptation(row)
        for row in rows
    ]


def _adapted_by(s: Submission) -> list[dict[str, Any]]:
    """By its own readers and by those of its duplicates."""
    origins: list[Practice] = [s.practice, *s.practice.merged_from.all()]
    rows = [row for origin in origins for row in origin.adapted_in.all() if row.submission.practice_id != s.practice_id]
    return [{"pratica": row.submission.practice.code} | _adaptation(row) for row in sorted(rows, key=lambda row: row.pk)]


# What has rows of its own, for JSON alone.
NESTED: tuple[Column[Submission], ...] = (
    Column("valutazione", lambda s: s.evaluation),
    Column("indicatori", lambda s: [_indicator(row) for row in s.practice.indicators.all()]),
    Column("adattamenti", _adapted_from),
    Column("adattata_da_altri", _adapted_by),
)


def _read(submissions: QuerySet[Submission], *rows: Any) -> Iterator[Submission]:
    """In batches, with what the columns need; `rows`: what to read beside it."""
    towns = Municipality.objects.select_related("province__region")
    found = submissions.select_related("practice", "organisation", "main_theme").prefetch_related(
        Prefetch("municipalities", towns), "other_themes", "target_groups", *rows
    )
    return found.iterator(chunk_size=BATCH)


def as_csv(submissions: QuerySet[Submission]) -> Iterator[str]:
    """Lines for a spreadsheet."""
    return sheets.as_csv(COLUMNS, _read(submissions))


def as_json(submissions: QuerySet[Submission]) -> Iterator[str]:
    """A list of objects, with the rows of which the evidence level is made."""
    indicators = Indicator.objects.filter(published_at__isnull=False).prefetch_related(
        Prefetch("readings", Reading.objects.filter(superseded_by__isnull=True))
    )
    by_others = live_adaptations().select_related("submission__practice")
    rows = (
        "adaptations",
        Prefetch("practice__indicators", indicators),
        Prefetch("practice__adapted_in", by_others),
        Prefetch("practice__merged_from__adapted_in", by_others.all()),
    )
    return sheets.as_json((*COLUMNS, *NESTED), _read(submissions, *rows))
