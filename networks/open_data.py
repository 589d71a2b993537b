"""Open data about who takes part: territories, municipalities, organisations, networks and who belonged to them when."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from networks.models import Membership, Municipality, Network, Organisation, Region
from networks.sizes import SizeClass, size_class
from portal.lib.open_data import Dataset, Field, Type, coded, iso, licence_field, page_field

BATCH = 500


def _territories() -> QuerySet[Region]:
    return Region.objects.order_by("nuts_code")


TERRITORIES: Dataset[Region] = Dataset(
    "territori",
    _("Territori"),
    _("Le 19 regioni e le due province autonome, con il loro codice NUTS."),
    (
        Field("codice_nuts", lambda row: row.nuts_code, _("Codice NUTS 2"), _("Edizione 2021."), can_be_empty=False),
        Field("nome", lambda row: row.name, _("Nome"), can_be_empty=False),
        *coded("tipo", lambda row: row.kind, Region.Kind, _("Tipo"), can_be_empty=False),
        page_field(),
        licence_field(),
    ),
    lambda: _territories().iterator(BATCH),
    lambda: _territories().count(),
    key="codice_nuts",
    query=_territories,
)


def _municipalities() -> QuerySet[Municipality]:
    return Municipality.objects.select_related("province__region").order_by("belfiore_code")


MUNICIPALITIES: Dataset[Municipality] = Dataset(
    "comuni",
    _("Comuni"),
    _("I Comuni che il portale conosce, soppressi compresi, con i codici che servono a unire i dati ad altri."),
    (
        Field(
            "codice_catastale",
            lambda row: row.belfiore_code,
            _("Codice catastale"),
            _("Detto anche Belfiore: resta lo stesso quando una provincia cambia codice."),
            can_be_empty=False,
        ),
        Field("codice_istat", lambda row: row.istat_code, _("Codice ISTAT"), _("Quello di oggi."), can_be_empty=False),
        Field("nome", lambda row: row.name, _("Denominazione ufficiale"), can_be_empty=False),
        Field("altra_lingua", lambda row: row.other_name, _("Denominazione in altra lingua")),
        Field("nome_d_uso", lambda row: row.display_name, _("Nome d'uso"), _("Quello delle pagine."), can_be_empty=False),
        Field("provincia", lambda row: row.province.abbreviation, _("Sigla della provincia"), can_be_empty=False),
        Field("provincia_nome", lambda row: row.province.name, _("Provincia"), can_be_empty=False),
        Field("provincia_istat", lambda row: row.province.code, _("Codice ISTAT della provincia"), can_be_empty=False),
        Field(
            "territorio",
            lambda row: row.province.region_id,
            _("Territorio"),
            _("Il suo codice NUTS 2."),
            refers_to="territori",
            can_be_empty=False,
        ),
        Field("territorio_nome", lambda row: row.province.region.name, _("Territorio"), can_be_empty=False),
        Field(
            "capoluogo",
            lambda row: row.is_provincial_capital,
            _("Capoluogo di provincia"),
            type=Type.BOOLEAN,
            can_be_empty=False,
        ),
        Field(
            "popolazione",
            lambda row: row.population,
            _("Popolazione residente"),
            _("ISTAT, alla data che sta accanto."),
            Type.INTEGER,
            _("persone"),
        ),
        Field(
            "residenti_stranieri",
            lambda row: row.foreign_residents,
            _("Residenti stranieri"),
            "",
            Type.INTEGER,
            _("persone"),
        ),
        Field("dati_al", lambda row: iso(row.population_on), _("Dati riferiti al"), "", Type.DATE),
        *coded(
            "dimensione",
            lambda row: size_class(row.population),
            SizeClass,
            _("Dimensione"),
            _("La classe di popolazione del Comune, come nei filtri delle pratiche."),
        ),
        Field("soppresso_il", lambda row: iso(row.ceased_on), _("Soppresso il"), "", Type.DATE),
        Field(
            "confluito_in",
            lambda row: row.merged_into_id,
            _("Confluito in"),
            _("Il codice catastale del Comune che ne ha preso il posto."),
            refers_to="comuni",
        ),
        page_field(),
        licence_field(),
    ),
    lambda: _municipalities().iterator(BATCH),
    lambda: _municipalities().count(),
    key="codice_catastale",
    query=_municipalities,
    limits=_("Popolazione e residenti stranieri mancano dove nessuno ha ancora caricato i dati ISTAT."),
)


def _organisations() -> QuerySet[Organisation]:
    found = Organisation.objects.select_related("municipality", "region").prefetch_related("municipalities")
    return found.order_by("pk")


ORGANISATIONS: Dataset[Organisation] = Dataset(
    "enti",
    _("Enti"),
    _("Chi firma gli accordi, aderisce alle reti o realizza le pratiche."),
    (
        Field("ente", lambda row: row.slug, _("Codice dell'ente"), _("L'ultima parte dell'indirizzo."), can_be_empty=False),
        Field("nome", lambda row: row.name, _("Nome"), can_be_empty=False),
        Field("sigla", lambda row: row.acronym, _("Sigla")),
        *coded("tipo", lambda row: row.kind, Organisation.Kind, _("Tipo"), can_be_empty=False),
        Field(
            "codice_ipa",
            lambda row: row.ipa_code,
            _("Codice IPA"),
            _("Quello dell'Indice dei domicili digitali della pubblica amministrazione."),
        ),
        Field(
            "comune",
            lambda row: row.municipality_id,
            _("Comune"),
            _("Di un Comune, il suo codice catastale."),
            refers_to="comuni",
        ),
        Field(
            "comuni_dell_unione",
            lambda row: sorted(town.belfiore_code for town in row.municipalities.all()),
            _("Comuni dell'unione"),
            _("Di un'unione, i codici catastali dei suoi Comuni."),
            refers_to="comuni",
            is_list=True,
        ),
        Field("territorio", lambda row: row.region_id, _("Territorio"), _("Il suo codice NUTS 2."), refers_to="territori"),
        Field("sito", lambda row: row.website, _("Sito"), type=Type.URL),
        page_field(),
        licence_field(),
    ),
    lambda: _organisations().iterator(BATCH),
    lambda: _organisations().count(),
    key="ente",
    query=_organisations,
    limits=_("Non ci sono le persone che lavorano per gli enti, né i loro recapiti."),
)


def _networks() -> QuerySet[Network]:
    return Network.objects.select_related("programme").order_by("pk")


NETWORKS: Dataset[Network] = Dataset(
    "reti",
    _("Reti"),
    _("Le reti di enti e i programmi di cui fanno parte."),
    (
        Field("rete", lambda row: row.slug, _("Codice della rete"), _("L'ultima parte dell'indirizzo."), can_be_empty=False),
        Field("nome", lambda row: row.name, _("Nome"), can_be_empty=False),
        Field(
            "programma",
            lambda row: row.programme.slug if row.programme else "",
            _("Programma"),
            _("La rete più ampia di cui fa parte."),
            refers_to="reti",
        ),
        Field("costituita_il", lambda row: iso(row.founded_on), _("Costituita il"), "", Type.DATE),
        Field("sito", lambda row: row.website, _("Sito"), type=Type.URL),
        Field("descrizione", lambda row: row.description, _("Descrizione")),
        Field("fonti", lambda row: list(row.source_urls), _("Fonti"), is_list=True),
        Field("dubbi", lambda row: row.doubts, _("Dubbi delle fonti")),
        page_field(),
        licence_field(),
    ),
    lambda: _networks().iterator(BATCH),
    lambda: _networks().count(),
    key="rete",
    query=_networks,
)


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.select_related("network", "organisation").order_by("network_id", "organisation_id", "pk")


_JOINED = _("L'ingresso sta tra le due date: due date uguali sono un giorno noto, una vuota non è nota.")
_LEFT = _("L'uscita sta tra le due date; se sono vuote tutte e due, l'ente è ancora nella rete.")


MEMBERSHIPS: Dataset[Membership] = Dataset(
    "adesioni",
    _("Adesioni alle reti"),
    _("Chi è stato in quale rete, con ciò che si sa di quando è entrato e uscito."),
    (
        Field("adesione", lambda row: row.pk, _("Numero dell'adesione"), type=Type.INTEGER, can_be_empty=False),
        Field("rete", lambda row: row.network.slug, _("Rete"), refers_to="reti", can_be_empty=False),
        Field("rete_nome", lambda row: row.network.name, _("Nome della rete"), can_be_empty=False),
        Field("ente", lambda row: row.organisation.slug, _("Ente"), refers_to="enti", can_be_empty=False),
        Field("ente_nome", lambda row: row.organisation.name, _("Nome dell'ente"), can_be_empty=False),
        *coded("ruolo", lambda row: row.role, Membership.Role, _("Ruolo"), can_be_empty=False),
        Field("ingresso_non_prima_del", lambda row: iso(row.joined_after), _("Ingresso non prima del"), _JOINED, Type.DATE),
        Field("ingresso_entro_il", lambda row: iso(row.joined_by), _("Ingresso entro il"), _JOINED, Type.DATE),
        Field("uscita_non_prima_del", lambda row: iso(row.left_after), _("Uscita non prima del"), _LEFT, Type.DATE),
        Field("uscita_entro_il", lambda row: iso(row.left_by), _("Uscita entro il"), _LEFT, Type.DATE),
        Field("fonte", lambda row: row.source_url, _("Fonte"), type=Type.URL),
        Field("nota", lambda row: row.note, _("Nota")),
        licence_field(),
    ),
    lambda: _memberships().iterator(BATCH),
    lambda: _memberships().count(),
    key="adesione",
    query=_memberships,
    limits=_(
        "Le date sono quelle che le fonti dicono: dove non bastano, l'ingresso o l'uscita sono noti solo entro due date."
    ),
)
