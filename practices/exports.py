"""A selection of practices as rows: the columns once, for CSV and JSON."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from networks.models import Municipality
from portal.lib import sheets
from portal.lib.dates import PartialDate
from portal.lib.sheets import Column
from practices.labels import address
from practices.models import Submission

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


def _read(submissions: QuerySet[Submission]) -> Iterator[Submission]:
    """In batches, with what the columns need."""
    towns = Municipality.objects.select_related("province__region")
    found = submissions.select_related("practice", "organisation", "main_theme").prefetch_related(
        Prefetch("municipalities", towns), "other_themes", "target_groups"
    )
    return found.iterator(chunk_size=BATCH)


def as_csv(submissions: QuerySet[Submission]) -> Iterator[str]:
    """Lines for a spreadsheet."""
    return sheets.as_csv(COLUMNS, _read(submissions))


def as_json(submissions: QuerySet[Submission]) -> Iterator[str]:
    """A list of objects."""
    return sheets.as_json(COLUMNS, _read(submissions))
