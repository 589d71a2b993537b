"""Which practice was adapted from which other."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.lib.open_data import LICENCE, Dataset, Field, Type, coded, licence_field
from practices.models import Adaptation

BATCH = 500


def _adaptations() -> QuerySet[Adaptation]:
    """Those that the pages of practices tell of; not the one from a duplicate that was since merged into the adapter."""
    of_itself = Q(origin__isnull=False, origin__merged_into=F("submission__practice"))
    found = Adaptation.objects.live().exclude(of_itself).select_related("submission__practice", "origin")
    return found.order_by("pk")


NUMBER: Field[Adaptation] = Field(
    "adattamento",
    lambda row: row.pk,
    _("Numero dell'adattamento"),
    _("Non è permanente: cambia con una nuova versione della scheda."),
    Type.INTEGER,
    can_be_empty=False,
)
STORY: tuple[Field[Adaptation], ...] = (
    Field("anno", lambda row: row.year, _("Anno"), type=Type.INTEGER, can_be_empty=False),
    *coded("esito", lambda row: row.outcome, Adaptation.Outcome, _("Com'è andata"), can_be_empty=False),
    *coded(
        "stato",
        lambda row: str(row.state),
        Adaptation.State,
        _("Che cosa ne dice l'origine"),
        _("Se l'ente della pratica di origine l'ha confermata o contestata."),
        can_be_empty=False,
    ),
    Field("che_cosa_e_cambiato", lambda row: row.changes, _("Che cosa è stato cambiato")),
)
ADAPTER: Field[Adaptation] = Field(
    "pratica",
    lambda row: row.submission.practice.code,
    _("Pratica"),
    _("Il codice permanente di quella che è partita dall'altra."),
    refers_to="pratiche",
    can_be_empty=False,
)
ORIGIN: tuple[Field[Adaptation], ...] = (
    Field(
        "origine",
        lambda row: row.origin.code if row.origin else "",
        _("Pratica di origine"),
        _("Il suo codice permanente, se è nel portale."),
        refers_to="pratiche",
    ),
    Field("origine_nome", lambda row: row.origin_name, _("Nome dell'origine"), _("Se è fuori dal portale.")),
    Field(
        "origine_indirizzo", lambda row: row.origin_url, _("Indirizzo dell'origine"), _("Se è fuori dal portale."), Type.URL
    ),
)

ADAPTATIONS: Dataset[Adaptation] = Dataset(
    "adattamenti",
    _("Adattamenti"),
    _("Quali pratiche sono partite da un'altra, con che esito, e se chi le ha dato origine lo conferma."),
    (NUMBER, ADAPTER, *ORIGIN, *STORY, licence_field(lambda row: row.submission.source_licence or LICENCE)),
    lambda: _adaptations().iterator(BATCH),
    lambda: _adaptations().count(),
    key="adattamento",
    query=_adaptations,
    limits=_("Ci sono solo gli adattamenti che l'ente che li ha fatti ha scritto nella propria scheda."),
)
