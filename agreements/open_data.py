"""Open data about what was undertaken: agreements and their commitments.

Which practices carry a commitment out is known further up: `practices.open_data` adds it.
"""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Commitment, Document, Party
from portal.lib.open_data import (
    Dataset,
    Field,
    Type,
    coded,
    iso,
    licence_field,
    page_field,
    partial_date,
    records_field,
)

BATCH = 200

PARTIES: tuple[Field[Party], ...] = (
    Field("ente", lambda row: row.organisation.slug if row.organisation else "", _("Ente"), refers_to="enti"),
    Field("nome", str, _("Come è indicata"), _("Le parole delle fonti, o il nome dell'ente."), can_be_empty=False),
    Field("adesione_entro_il", lambda row: iso(row.joined_by), _("Adesione successiva, entro il"), "", Type.DATE),
)
DOCUMENTS: tuple[Field[Document], ...] = (
    Field("titolo", lambda row: row.title, _("Titolo"), can_be_empty=False),
    Field("tipo", lambda row: row.kind, _("Tipo")),
    Field("indirizzo", lambda row: row.url, _("Indirizzo"), type=Type.URL),
    Field("lingua", lambda row: row.language, _("Lingua"), can_be_empty=False),
)


def _agreements() -> QuerySet[Agreement]:
    parties = Prefetch("parties", Party.objects.select_related("organisation"))
    found = Agreement.objects.select_related("transposes", "follows").prefetch_related(parties, "documents", "networks")
    return found.order_by("pk")


AGREEMENTS: Dataset[Agreement] = Dataset(
    "accordi",
    _("Accordi"),
    _("Gli accordi tra enti, con le parti e i documenti correlati."),
    (
        Field(
            "accordo",
            lambda row: row.slug,
            _("Codice dell'accordo"),
            _("L'ultima parte dell'indirizzo."),
            can_be_empty=False,
        ),
        *coded("tipo", lambda row: row.kind, Agreement.Kind, _("Tipo"), can_be_empty=False),
        Field("titolo", lambda row: row.title, _("Titolo"), can_be_empty=False),
        Field("livello", lambda row: row.level, _("Livello")),
        Field("data", lambda row: partial_date(row.signed_on, row.signed_on_precision), _("Data"), "", Type.PARTIAL_DATE),
        Field("data_come_si_conosce", lambda row: row.signed_on_basis, _("Come si conosce la data")),
        Field("luogo", lambda row: row.place, _("Luogo")),
        Field("in_vigore_fino_al", lambda row: iso(row.in_force_until), _("In vigore fino al"), "", Type.DATE),
        Field("sintesi", lambda row: row.summary, _("Di che cosa si tratta")),
        Field(
            "recepisce",
            lambda row: row.transposes.slug if row.transposes else "",
            _("Recepisce"),
            _("L'accordo di cui riprende i contenuti."),
            refers_to="accordi",
        ),
        Field(
            "da_seguito_a",
            lambda row: row.follows.slug if row.follows else "",
            _("Dà seguito a"),
            _("L'accordo che continua."),
            refers_to="accordi",
        ),
        Field("reti", lambda row: [one.slug for one in row.networks.all()], _("Reti"), refers_to="reti", is_list=True),
        records_field("parti", lambda row: row.parties.all(), PARTIES, label=_("Parti")),
        records_field("documenti", lambda row: row.documents.all(), DOCUMENTS, label=_("Documenti correlati")),
        Field("fonti", lambda row: list(row.source_urls), _("Fonti"), is_list=True),
        Field("dubbi", lambda row: row.doubts, _("Dubbi delle fonti")),
        page_field(),
        licence_field(),
    ),
    lambda: _agreements().iterator(BATCH),
    lambda: _agreements().count(),
    key="accordo",
    query=_agreements,
    limits=_("I nomi di chi ha firmato stanno sulla pagina dell'accordo e non nei dati."),
)


def commitments() -> QuerySet[Commitment]:
    """In the order of the agreements."""
    return Commitment.objects.select_related("agreement", "owner").order_by("agreement_id", "position", "pk")


COMMITMENT_FIELDS: tuple[Field[Commitment], ...] = (
    Field("impegno", lambda row: row.code, _("Codice dell'impegno"), can_be_empty=False),
    Field("accordo", lambda row: row.agreement.slug, _("Accordo"), refers_to="accordi", can_be_empty=False),
    Field("accordo_titolo", lambda row: row.agreement.title, _("Titolo dell'accordo"), can_be_empty=False),
    Field("posizione", lambda row: row.position, _("Posizione nell'accordo"), "", Type.INTEGER, can_be_empty=False),
    Field("titolo", lambda row: row.title, _("Titolo"), can_be_empty=False),
    Field("testo", lambda row: row.text, _("Testo")),
    Field("ente", lambda row: row.owner.slug if row.owner else "", _("Chi ne risponde"), refers_to="enti"),
    Field("scadenza", lambda row: iso(row.due_on), _("Scadenza"), "", Type.DATE),
    page_field(),
    licence_field(),
)
