"""What practices measure: their public indicators, and the readings of them."""

from typing import Any

from django.db.models import F, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from portal.lib.open_data import (
    LICENCE,
    Dataset,
    Field,
    Type,
    coded,
    decimal,
    iso,
    licence_field,
)
from practices.models import Indicator, Reading
from practices.models.choices import Status
from practices.models.indicator import Direction
from practices.open_data.of_record import kept_list

BATCH = 500
_PRACTICE = _("Il codice permanente della pratica.")


class Known(TextChoices):
    """How a reading is known."""

    DECLARED = "declared", _("dichiarata dall'ente")
    VERIFIED = "verified", _("verificata dalla redazione")
    CONTESTED = "contested", _("contestata dalla redazione")


def _licence(row: Any) -> str:
    return row.licence or LICENCE


def _indicators() -> QuerySet[Indicator]:
    published = Indicator.objects.public().filter(practice__submissions__status=Status.PUBLISHED)
    found = published.annotate(licence=F("practice__submissions__source_licence"))
    return found.select_related("common", "practice").order_by("pk")


def _readings() -> QuerySet[Reading]:
    current = Reading.objects.current().filter(
        indicator__in=Indicator.objects.public(), indicator__practice__submissions__status=Status.PUBLISHED
    )
    found = current.annotate(licence=F("indicator__practice__submissions__source_licence"))
    return found.select_related("indicator__practice").order_by("indicator_id", "on", "pk")


NUMBER: Field[Any] = Field(
    "indicatore", lambda row: row.pk, _("Numero dell'indicatore"), type=Type.INTEGER, can_be_empty=False
)
# What is said of an indicator beside its practice, here and among the practices in JSON.
DEFINITION: tuple[Field[Indicator], ...] = (
    NUMBER,
    Field("nome", lambda row: row.name, _("Che cosa si misura"), can_be_empty=False),
    Field(
        "comune",
        lambda row: row.common.slug if row.common else "",
        _("Indicatore comune"),
        _("Quello che più pratiche misurano nello stesso modo; vuoto se la pratica ne ha uno suo."),
        codes=kept_list("common"),
    ),
    Field("unita", lambda row: row.unit, _("Unità"), can_be_empty=False),
    Field(
        "partenza",
        lambda row: decimal(row.baseline),
        _("Valore di partenza"),
        "",
        Type.DECIMAL,
        _("quella dell'indicatore"),
    ),
    Field("atteso", lambda row: decimal(row.target), _("Valore atteso"), "", Type.DECIMAL, _("quella dell'indicatore")),
    *coded("verso", lambda row: row.direction, Direction, _("Verso"), can_be_empty=False),
    Field("fonte", lambda row: row.source, _("Fonte del dato")),
    Field("chiuso_il", lambda row: iso(row.closed_on), _("Chiuso il"), _("Da allora non si misura più."), Type.DATE),
)
# Nobody's names: who declared, verified or contested a reading is not public.
SAID: tuple[Field[Reading], ...] = (
    Field("rilevazione", lambda row: row.pk, _("Numero della rilevazione"), type=Type.INTEGER, can_be_empty=False),
    Field("periodo", lambda row: row.period, _("Periodo"), _("Come lo dice l'ufficio."), can_be_empty=False),
    Field("data", lambda row: iso(row.on), _("Data di riferimento"), "", Type.DATE, can_be_empty=False),
    Field(
        "valore",
        lambda row: decimal(row.value),
        _("Valore"),
        "",
        Type.DECIMAL,
        _("quella dell'indicatore"),
        can_be_empty=False,
    ),
    Field("approssimato", lambda row: row.is_approximate, _("Valore approssimato"), "", Type.BOOLEAN, can_be_empty=False),
    *coded("come_lo_si_dice", lambda row: row.approximation, Reading.Approximation, _("Come lo si dice")),
    Field("fonte", lambda row: row.source, _("Fonte"), _("Se è vuota vale quella dell'indicatore.")),
    *coded("stato", lambda row: row.state, Known, _("Come è nota"), can_be_empty=False),
    Field(
        "dichiarata_il",
        lambda row: iso(row.declared_at),
        _("Dichiarata il"),
        _("Quando è arrivata al portale."),
        Type.DATETIME,
        can_be_empty=False,
    ),
)

INDICATORS: Dataset[Indicator] = Dataset(
    "indicatori",
    _("Indicatori"),
    _("Che cosa misurano le pratiche, in quale unità e da quale valore partono."),
    (
        Field("pratica", lambda row: row.practice.code, _("Pratica"), _PRACTICE, refers_to="pratiche", can_be_empty=False),
        *DEFINITION,
        licence_field(_licence),
    ),
    lambda: _indicators().iterator(BATCH),
    lambda: _indicators().count(),
    key="indicatore",
    query=_indicators,
    limits=_("Un indicatore c'è solo dove l'ente ne ha proposto uno: che manchi non dice che i risultati manchino."),
)

READINGS: Dataset[Reading] = Dataset(
    "rilevazioni",
    _("Rilevazioni"),
    _("I valori degli indicatori nel tempo, come gli enti li dichiarano."),
    (
        Field(
            "pratica",
            lambda row: row.indicator.practice.code,
            _("Pratica"),
            _PRACTICE,
            refers_to="pratiche",
            can_be_empty=False,
        ),
        Field(
            "indicatore",
            lambda row: row.indicator_id,
            _("Numero dell'indicatore"),
            "",
            Type.INTEGER,
            refers_to="indicatori",
            can_be_empty=False,
        ),
        Field("indicatore_nome", lambda row: row.indicator.name, _("Che cosa si misura"), can_be_empty=False),
        Field("unita", lambda row: row.indicator.unit, _("Unità"), can_be_empty=False),
        *SAID,
        licence_field(_licence),
    ),
    lambda: _readings().iterator(BATCH),
    lambda: _readings().count(),
    key="rilevazione",
    query=_readings,
    limits=_("Solo i valori in vigore: quelli corretti in seguito stanno sulla pagina della pratica."),
)
