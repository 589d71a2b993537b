"""The dataset of practices: everything public of the record, with where it comes from and what became of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from networks.sizes import SizeClass, size_class
from portal.lib.open_data import (
    LICENCE,
    Dataset,
    Field,
    Record,
    Type,
    coded,
    codes_of,
    iso,
    licence_field,
    page_of,
    record,
    records_field,
)
from practices.models import Adaptation, Event, Indicator, Practice, Reading, Submission
from practices.models.choices import EvidenceLevel, Origin, RemovalReason, Status
from practices.open_data.adapted import ADAPTER, ORIGIN, STORY
from practices.open_data.measured import DEFINITION, SAID
from practices.open_data.of_record import APART, fields_of
from practices.open_data.reading import BATCH, read, read_everything, rows_of
from practices.record import FIELDS


class State(TextChoices):
    """What a row says of a practice."""

    PUBLISHED = "published", _("pubblicata")
    ARCHIVED = "archived", _("archiviata: fuori dagli elenchi, la pagina resta")
    REMOVED = "removed", _("rimossa: restano solo il codice, il giorno e il tipo di motivo")
    MERGED = "merged", _("doppione: restano solo il codice e quello della pratica in cui è confluita")


def identifier(practice: Practice) -> str:
    """The permanent address, whatever becomes of the page."""
    return f"{settings.SITE_URL}/id/{practice.code}"


def _state(row: Submission) -> str:
    return State.ARCHIVED.value if row.practice.archived_at else State.PUBLISHED.value


def _changes(row: Submission) -> list[Event]:
    return rows_of(row.practice, "events")


def _updated(row: Submission) -> str | None:
    changed = _changes(row)
    return iso(changed[-1].at if changed else row.published_at)


def _of_towns(get: Any) -> Any:
    """What the towns have in common, each once, in the order of their codes."""

    def read(row: Submission) -> list[str]:
        towns = sorted(rows_of(row, "municipalities"), key=lambda town: town.belfiore_code)
        return list(dict.fromkeys(value for town in towns if (value := get(town))))

    return read


def _adapted_from(row: Submission) -> list[Adaptation]:
    return [one for one in rows_of(row, "adaptations") if not one.origin or one.origin.merged_into_id != row.practice_id]


def _adapted_by(row: Submission) -> list[Adaptation]:
    """By its own readers and by those of its duplicates, as far as their pages are live."""
    origins = [row.practice, *rows_of(row.practice, "merged_from")]
    found = [one for origin in origins for one in rows_of(origin, "adapted_in") if _is_live(one.submission)]
    return sorted((one for one in found if one.submission.practice_id != row.practice_id), key=lambda one: one.pk)


def _is_live(row: Submission) -> bool:
    gone = row.practice.removed_at or row.practice.merged_into_id
    return row.status == Status.PUBLISHED and not gone


def _readings(row: Indicator) -> list[Reading]:
    return rows_of(row, "readings")


_IDENTITY: tuple[Field[Submission], ...] = (
    Field(
        "codice", lambda row: row.practice.code, _("Codice"), _("Permanente: non cambia e non si riusa."), can_be_empty=False
    ),
    Field(
        "identificatore",
        lambda row: identifier(row.practice),
        _("Identificatore"),
        _("L'indirizzo permanente da citare: porta alla pagina di oggi."),
        Type.URL,
        can_be_empty=False,
    ),
    *coded("stato", _state, State, _("Stato"), can_be_empty=False),
    Field(
        "versione",
        lambda row: len(_changes(row)) or 1,
        _("Versione"),
        _("Il numero che ha nella cronologia della pratica."),
        Type.INTEGER,
    ),
    Field(
        "indirizzo",
        lambda row: page_of(row.practice),
        _("Pagina"),
        _("L'indirizzo della pagina di oggi: può cambiare."),
        Type.URL,
    ),
    Field("ente", lambda row: row.organisation.slug, _("Ente"), refers_to="enti"),
    Field("ente_nome", lambda row: row.organisation.name, _("Nome dell'ente")),
)
_PLACES: tuple[Field[Submission], ...] = (
    Field(
        "comuni_istat",
        _of_towns(lambda town: town.istat_code),
        _("Codici ISTAT dei Comuni"),
        _("Nell'ordine dei codici catastali."),
        is_list=True,
    ),
    Field("province", _of_towns(lambda town: town.province.abbreviation), _("Sigle delle province"), is_list=True),
    Field(
        "territori",
        _of_towns(lambda town: town.province.region_id),
        _("Territori"),
        _("I codici NUTS 2."),
        refers_to="territori",
        is_list=True,
    ),
    Field("territori_nome", _of_towns(lambda town: town.province.region.name), _("Nomi dei territori"), is_list=True),
    Field(
        "dimensioni",
        _of_towns(lambda town: str(size_class(town.population) or "")),
        _("Dimensioni dei Comuni"),
        _("Le classi di popolazione dei Comuni, come nei filtri delle pratiche."),
        codes=codes_of(SizeClass),
        is_list=True,
    ),
)
_HISTORY: tuple[Field[Submission], ...] = (
    *coded(
        "livello_di_evidenza",
        lambda row: row.practice.evidence_level,
        EvidenceLevel,
        _("Livello di evidenza"),
        _("Che cosa si può dire dei risultati: si calcola dalla scheda."),
        type=Type.INTEGER,
    ),
    Field("pubblicata_il", lambda row: iso(row.published_at), _("Pubblicata il"), _("La versione di oggi."), Type.DATETIME),
    Field("aggiornata_il", _updated, _("Aggiornata il"), _("L'ultima volta che il testo è cambiato."), Type.DATETIME),
    Field(
        "confermata_il",
        lambda row: iso(row.practice.confirmed_on),
        _("Confermata dall'ente il"),
        _("Vuota se l'ente non l'ha mai confermata."),
        Type.DATE,
    ),
    Field("archiviata_il", lambda row: iso(row.practice.archived_at), _("Archiviata il"), "", Type.DATETIME),
    Field("avviso_di_archiviazione", lambda row: row.practice.archived_notice, _("Avviso di archiviazione")),
    Field("rimossa_il", lambda row: None, _("Rimossa il"), _("Solo delle pratiche rimosse."), Type.DATETIME),
    *coded("motivo_della_rimozione", lambda row: None, RemovalReason, _("Tipo di motivo della rimozione")),
    Field(
        "confluita_in",
        lambda row: None,
        _("Confluita in"),
        _("Solo dei doppioni: il codice dell'altra."),
        refers_to="pratiche",
    ),
    Field("dimostrativa", lambda row: row.is_demo, _("Testo dimostrativo"), "", Type.BOOLEAN),
    *coded("provenienza", lambda row: row.origin, Origin, _("Provenienza")),
    licence_field(lambda row: row.source_licence or LICENCE),
    Field("fonte", lambda row: row.source_url, _("Fonte"), _("Di ciò che è ripreso da altri."), Type.URL),
    Field("altre_fonti", lambda row: list(row.other_source_urls), _("Altre fonti"), is_list=True),
    Field("dubbi", lambda row: row.source_note, _("Dubbi delle fonti")),
)
# In the CSV they are the datasets of indicators, readings and adaptations.
_NESTED: tuple[Field[Submission], ...] = (
    records_field(
        "indicatori",
        lambda row: rows_of(row.practice, "indicators"),
        (
            *DEFINITION,
            records_field("rilevazioni", _readings, SAID, label=_("Rilevazioni"), in_csv=False),
        ),
        label=_("Indicatori"),
        in_csv=False,
    ),
    records_field("adattamenti", _adapted_from, (*ORIGIN, *STORY), label=_("È partita da"), in_csv=False),
    records_field("adattata_da_altri", _adapted_by, (ADAPTER, *STORY), label=_("L'hanno adattata"), in_csv=False),
)


def _record() -> Iterator[Field[Submission]]:
    for name, field in FIELDS.items():
        if field.public and name not in APART:
            yield from fields_of(name)
        if name == "municipalities":
            yield from _PLACES


FIELDS_OF_PRACTICE: tuple[Field[Submission], ...] = (*_IDENTITY, *_record(), *_HISTORY, *_NESTED)


def one(submission: Submission) -> Record:
    """One practice as its row says it."""
    (row,) = read(Submission.objects.filter(pk=submission.pk))
    return record(FIELDS_OF_PRACTICE, row)


def _live() -> QuerySet[Submission]:
    return Submission.objects.live()


def _gone() -> QuerySet[Practice]:
    """Those whose page was public and says no more than that it is gone."""
    ever_public = Exists(Submission.objects.filter(practice=OuterRef("pk"), status=Status.PUBLISHED))
    gone = Practice.objects.filter(ever_public).filter(Q(removed_at__isnull=False) | Q(merged_into__isnull=False))
    return gone.select_related("merged_into").order_by("pk")


_GONE: tuple[Field[Practice], ...] = (
    Field("codice", lambda row: row.code),
    Field("identificatore", identifier),
    *coded("stato", lambda row: State.REMOVED.value if row.removed_at else State.MERGED.value, State, ""),
    Field("rimossa_il", lambda row: iso(row.removed_at)),
    *coded("motivo_della_rimozione", lambda row: row.removed_reason, RemovalReason, ""),
    Field("confluita_in", lambda row: row.merged_into.code if row.merged_into and not row.removed_at else None),
)


def bare(practice: Practice) -> Record:
    """All that the data say of a practice that is gone."""
    return record(_GONE, practice)


def removed() -> list[Record]:
    """The bare rows of the practices that were removed. One query."""
    return [bare(practice) for practice in _gone().filter(removed_at__isnull=False)]


PRACTICES: Dataset[Submission] = Dataset(
    "pratiche",
    _("Pratiche"),
    _("Le buone pratiche, gli interventi e le esperienze positive: tutto ciò che dicono le loro pagine."),
    FIELDS_OF_PRACTICE,
    read_everything,
    lambda: _live().count(),
    key="codice",
    query=_live,
    read=read,
    limits=_(
        "Ci sono le pratiche che gli enti hanno inviato o che la redazione ha ripreso da fonti pubbliche: non tutte quelle "
        "che esistono. Le archiviate ci sono e sono segnate; delle rimosse resta una riga senza testo."
    ),
    gone=lambda: (bare(practice) for practice in _gone().iterator(BATCH)),
    count_gone=lambda: _gone().count(),
)
