"""The one list of fields.

The form, the checklist, the word counters, the comparison, the snapshots, the public page, the open data and the import
format are made from it. To add a field: a column in `practices.models.submission` and a line here (CONTRIBUTING.md).

Limits are in words unless they say characters. `needed` tells when a field must be filled: to save the section, to send
the submission, or never.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.models.adaptation import Adaptation
from practices.models.attachment import Attachment
from practices.models.choices import ActionType, ActKind, Evaluation, Kind, Stage
from practices.models.indicator import Indicator

Text = str | Promise
Choices = type[TextChoices]


class Type(Enum):
    """What a field holds; `practices.content` reads and writes each, `practices.forms.section` and `rows` ask for each."""

    LINE = auto()
    PARAGRAPHS = auto()
    CHOICE = auto()
    REFERENCE = auto()
    REFERENCES = auto()
    TAGS = auto()
    DATE = auto()
    INTEGER = auto()
    MONEY = auto()
    URL = auto()
    EMAIL = auto()
    DECLARATION = auto()
    ROWS = auto()


class Needed(Enum):
    """When a field must be filled."""

    NEVER = auto()
    TO_SEND = auto()
    TO_SAVE = auto()


@dataclass(frozen=True)
class Column:
    """A column of a field that holds rows."""

    name: str
    label: Text
    type: Type = Type.LINE
    max_length: int = 200
    required: bool = False
    choices: Choices | None = None
    unit: Text = ""


@dataclass(frozen=True)
class Field:
    """One thing that the record says."""

    name: str
    label: Text
    type: Type = Type.PARAGRAPHS
    needed: Needed = Needed.NEVER
    help: Text = ""
    max_words: int | None = None
    max_length: int = 20_000
    public: bool = True
    choices: Choices | None = None
    columns: tuple[Column, ...] = ()
    max_rows: int = 20
    max_chosen: int | None = None
    # Not in its section of the public page: the head shows it, or the page in English does.
    in_head: bool = False
    # What it is called and counted in in the open data. Others build on the name: once published it stays.
    data_name: str = ""
    unit: Text = ""
    section: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the record, saved on its own."""

    name: str
    label: Text
    intro: Text
    fields: tuple[Field, ...]


def _section(name: str, label: Text, intro: Text, *fields: Field) -> Section:
    placed = tuple(Field(**{**field.__dict__, "section": name}) for field in fields)
    return Section(name, label, intro, placed)


SEND, SAVE = Needed.TO_SEND, Needed.TO_SAVE

# A table: one field a line or two.
# fmt: off
SECTIONS: tuple[Section, ...] = (
    _section(
        "identity",
        _("In breve"),
        _("Come si chiama e che cos'è: è ciò che si legge negli elenchi."),
        Field("kind", _("Che cosa inserite"), Type.CHOICE, SAVE, choices=Kind, in_head=True, help=_("La scelta è vostra, e non è un grado."), data_name="tipo"),
        Field("title", _("Titolo"), Type.LINE, SAVE, _("Un nome che si capisca anche fuori dal vostro Comune."),
              max_length=100, in_head=True, data_name="titolo"),
        Field("summary", _("In sintesi"), needed=SEND, max_words=100, in_head=True,
              help=_("Che cosa fate, per chi e dove, con parole che chiunque capisca."), data_name="sintesi"),
        Field("main_theme", _("Ambito principale"), Type.REFERENCE, SEND, in_head=True, help=_("Quello sotto cui chi legge la cercherebbe."), data_name="ambito"),
        Field("other_themes", _("Altri ambiti"), Type.REFERENCES, max_chosen=2, help=_("Fino a due."), in_head=True, data_name="altri_ambiti"),
        Field("action_type", _("Tipo di azione"), Type.CHOICE, SEND, choices=ActionType, data_name="tipo_di_azione"),
        Field("tags", _("Parole chiave"), Type.TAGS, max_length=200, help=_("Separate da virgole."), data_name="parole_chiave"),
        Field("title_en", _("Titolo in inglese"), Type.LINE, max_length=100, in_head=True, help=_("Facoltativo: serve a chi legge dall'estero."), data_name="titolo_in_inglese"),
        Field("summary_en", _("Sintesi in inglese"), max_words=100, in_head=True, data_name="sintesi_in_inglese"),
    ),
    _section(
        "territory",
        _("Dove"),
        _("I Comuni in cui la pratica si svolge, e com'era il territorio quando è partita."),
        Field("municipalities", _("Comuni"), Type.REFERENCES, SEND, max_chosen=60, in_head=True,
              help=_("Quelli in cui si svolge: decidono su quali pagine comparirà."), data_name="comuni"),
        Field("neighbourhood", _("Quartiere o zona"), Type.LINE, max_length=120, help=_("Se riguarda una parte sola del territorio."), data_name="quartiere"),
        Field("context_population", _("Popolazione residente"), Type.INTEGER, SEND,
              _("Di tutti i Comuni indicati, alla data del dato."), data_name="popolazione", unit=_("persone")),
        Field("context_foreign_residents", _("Residenti stranieri"), Type.INTEGER, SEND, data_name="residenti_stranieri", unit=_("persone")),
        Field("context_source", _("Fonte dei dati"), Type.LINE, SEND, max_length=200, help= _("Per esempio: ISTAT, anagrafe comunale."), data_name="fonte_dei_dati"),
        Field("context_on", _("Data dei dati"), Type.DATE, SEND, data_name="data_dei_dati"),
    ),
    _section(
        "people",
        _("Per chi"),
        _("Le persone a cui la pratica si rivolge e quelle che ha raggiunto."),
        Field("target_groups", _("Destinatari"), Type.REFERENCES, SEND, in_head=True, help=_("Le persone per cui è pensata."), data_name="destinatari"),
        Field("target_description", _("Chi sono"), needed=SEND, max_words=40, help=_("Con parole vostre: età, provenienza, situazione."), data_name="chi_sono"),
        Field("expected_total", _("Persone previste"), Type.INTEGER, help=_("Se non si sa, lasciate vuoto: zero vuol dire nessuna."), data_name="persone_previste", unit=_("persone")),
        Field("expected_women", _("di cui donne"), Type.INTEGER, data_name="donne_previste", unit=_("persone")),
        Field("expected_minors", _("di cui minori"), Type.INTEGER, data_name="minori_previsti", unit=_("persone")),
        Field("reached_total", _("Persone raggiunte"), Type.INTEGER, help=_("Finora, o in tutto se è conclusa."), data_name="persone_raggiunte", unit=_("persone")),
        Field("reached_women", _("di cui donne (raggiunte)"), Type.INTEGER, data_name="donne_raggiunte", unit=_("persone")),
        Field("reached_minors", _("di cui minori (raggiunti)"), Type.INTEGER, data_name="minori_raggiunti", unit=_("persone")),
    ),
    _section(
        "time",
        _("Quando"),
        _("Bastano il mese o l'anno, se il giorno non è noto."),
        Field("started_on", _("Inizio"), Type.DATE, SEND, help=_("Delle attività, non della firma dell'atto."), data_name="inizio"),
        Field("ended_on", _("Fine"), Type.DATE, help=_("Vuota se continua."), data_name="fine"),
        Field("stage", _("A che punto è"), Type.CHOICE, SEND, choices=Stage, in_head=True, help=_("Al giorno in cui scrivete."), data_name="fase"),
    ),
    _section(
        "why",
        _("Perché"),
        _("Da dove siete partiti e che cosa volevate ottenere."),
        Field("context", _("Contesto e bisogni"), needed=SEND, max_words=150, help=_("Com'era la situazione quando siete partiti."), data_name="contesto"),
        Field("problem", _("Problema affrontato"), needed=SEND, max_words=100, help=_("Quale parte avete scelto di affrontare."), data_name="problema"),
        Field("objectives", _("Obiettivi"), needed=SEND, max_words=100, help=_("Che cosa doveva cambiare, e per quante persone."), data_name="obiettivi"),
    ),
    _section(
        "how",
        _("Come"),
        _("Che cosa fate concretamente, e con chi."),
        Field("activities", _("Attività"), needed=SEND, max_words=400, help=_("Che cosa si fa, chi lo fa, dove e ogni quanto."), data_name="attivita"),
        Field("participation", _("Partecipazione delle persone interessate"), needed=SEND, max_words=150,
              help=_("Come hanno contribuito a pensare, realizzare o correggere la pratica."), data_name="partecipazione"),
        Field("milestones", _("Tappe"), Type.ROWS,
              columns=(Column("when", _("Quando"), max_length=60), Column("what", _("Che cosa"), required=True)), data_name="tappe"),
        Field("partners", _("Partner"), Type.ROWS, max_rows=40,
              columns=(Column("name", _("Nome"), required=True), Column("nature", _("Natura"), max_length=80),
                       Column("contribution", _("Contributo"))), data_name="partner"),
    ),
    _section(
        "means",
        _("Con quali mezzi"),
        _("Risorse e atti: è ciò che serve a chi vuole rifarla."),
        Field("funding_lines", _("Finanziamenti"), Type.ROWS, SEND,
              _("L'importo resta vuoto se non è disponibile."),
              columns=(Column("fund", _("Fondo"), Type.REFERENCE, required=True),
                       Column("amount", _("Importo in euro"), Type.MONEY, unit=_("euro")), Column("from_year", _("Dal"), Type.INTEGER),
                       Column("to_year", _("Al"), Type.INTEGER)), data_name="finanziamenti"),
        Field("total_cost", _("Costo complessivo in euro"), Type.MONEY, help=_("Di tutta la pratica, anche la parte a carico dell'ente."), data_name="costo_complessivo", unit=_("euro")),
        Field("staff", _("Personale impiegato"), max_words=100, help=_("Quante persone, con quale compito."), data_name="personale"),
        Field("staff_days", _("Giornate di lavoro"), Type.INTEGER,
              help=_("In un anno, di tutte le persone impiegate: basta una stima."), data_name="giornate_di_lavoro", unit=_("giornate in un anno")),
        Field("cup", _("CUP"), Type.LINE, max_length=15, help=_("Codice unico di progetto: 15 lettere e cifre, la prima è una lettera."), data_name="cup"),
        Field("act_kind", _("Atto"), Type.CHOICE, choices=ActKind, help=_("Quello su cui la pratica si regge."), data_name="atto"),
        Field("act_number", _("Numero dell'atto"), Type.LINE, max_length=40, data_name="atto_numero"),
        Field("act_on", _("Data dell'atto"), Type.DATE, data_name="atto_data"),
        Field("act_url", _("Indirizzo dell'atto"), Type.URL, max_length=500, data_name="atto_indirizzo"),
        Field("commitments", _("Impegni attuati"), Type.REFERENCES,
              help=_("Gli impegni degli accordi che questa pratica mette in atto."), data_name="impegni"),
    ),
    _section(
        "results",
        _("Che cosa ne è venuto"),
        _("Ciò che è stato fatto e ciò che è cambiato. Gli indicatori si seguono nel tempo dopo la pubblicazione."),
        Field("outputs", _("Realizzazioni"), needed=SEND, max_words=100, help=_("Che cosa avete fatto: corsi, sportelli, incontri, e quanti."), data_name="realizzazioni"),
        Field("results", _("Risultati"), needed=SEND, max_words=250, help=_("Che cosa è cambiato per le persone, e come lo sapete."), data_name="risultati"),
        Field("impact", _("Effetti nel tempo"), max_words=150, help=_("Che cosa resta dopo, voluto o no."), data_name="effetti"),
        Field("indicators", _("Indicatori proposti"), Type.ROWS,
              help=_("Se ce n'è uno comune che fa al caso vostro, sceglietelo: la pratica si potrà confrontare con le altre. Altrimenti scrivete che cosa misurate e in quale unità."),
              columns=(Column("common", _("Indicatore comune"), Type.REFERENCE),
                       Column("name", _("Che cosa si misura"), max_length=150),
                       Column("unit", _("Unità"), max_length=40),
                       Column("baseline", _("Valore di partenza"), Type.MONEY), Column("target", _("Valore atteso"), Type.MONEY),
                       Column("direction", _("Verso"), Type.CHOICE, choices=Indicator.Direction),
                       Column("source", _("Fonte"), max_length=200))),
        Field("evaluation", _("Valutazione"), Type.CHOICE, SEND, choices=Evaluation, help=_("Chi ha giudicato i risultati, se qualcuno l'ha fatto."), data_name="valutazione"),
        Field("evaluation_method", _("Metodo di valutazione"), max_words=100, data_name="metodo_di_valutazione"),
        Field("evaluation_url", _("Rapporto di valutazione"), Type.URL, max_length=500, data_name="rapporto_di_valutazione"),
    ),
    _section(
        "lessons",
        _("Che cosa abbiamo imparato"),
        _("Le difficoltà sono la parte più utile per chi viene dopo."),
        Field("difficulties", _("Difficoltà"), needed=SEND, max_words=150,
              help=_("Che cosa non ha funzionato e come avete rimediato, se ci siete riusciti."), data_name="difficolta"),
        Field("lessons", _("Lezioni"), needed=SEND, max_words=300, help=_("Che cosa direste a chi comincia domani."), data_name="lezioni"),
        Field("success_conditions", _("Condizioni di riuscita"), max_words=150, help=_("Che cosa l'ha fatta funzionare da voi."), data_name="condizioni_di_riuscita"),
        Field("sustainability", _("Sostenibilità"), needed=SEND, max_words=300,
              help=_("Come continua quando finiscono i finanziamenti."), data_name="sostenibilita"),
        Field("transferability", _("Trasferibilità"), needed=SEND, max_words=300,
              help=_("Che cosa serve a un altro Comune per fare lo stesso."), data_name="trasferibilita"),
        Field("minimum_conditions", _("Condizioni minime"), max_words=150,
              help=_("Senza che cosa non conviene cominciare: spazi, figure, accordi, numeri."), data_name="condizioni_minime"),
        Field("adaptations", _("Adattata da"), Type.ROWS, max_rows=5,
              help=_("Se siete partiti da una pratica altrui: il suo codice (BP-000123) oppure nome e indirizzo."),
              columns=(Column("origin", _("Codice"), max_length=9),
                       Column("origin_name", _("Nome, se fuori dal portale")),
                       Column("origin_url", _("Indirizzo"), Type.URL, max_length=500),
                       Column("year", _("Anno"), Type.INTEGER, required=True),
                       Column("changes", _("Che cosa avete cambiato"), max_length=1000),
                       Column("outcome", _("Com'è andata"), Type.CHOICE, required=True, choices=Adaptation.Outcome))),
    ),
    _section(
        "attachments",
        _("Allegati"),
        _("Relazioni, atti tipo, capitolati, moduli, piani dei costi, immagini."),
        Field("attachments", _("Allegati"), Type.ROWS,
              columns=(Column("title", _("Titolo"), max_length=150, required=True),
                       Column("kind", _("Tipo"), Type.CHOICE, required=True, choices=Attachment.Kind),
                       Column("alternative_text", _("Testo alternativo"), max_length=250),
                       Column("name", _("Nome del file"), max_length=150), Column("sha256", _("Impronta"), max_length=64)), data_name="allegati"),
    ),
    _section(
        "contacts",
        _("Contatti e dichiarazioni"),
        _("L'ufficio e la sua e-mail sono pubblici; la persona di riferimento la vedono solo l'ente e la redazione."),
        Field("office", _("Ufficio"), Type.LINE, SEND, max_length=200, help=_("Quello che risponde a chi vuole saperne di più."), data_name="ufficio"),
        Field("office_email", _("E-mail dell'ufficio"), Type.EMAIL, SEND, max_length=254, help=_("Dell'ufficio, non di una persona."), data_name="ufficio_email"),
        Field("contact_person", _("Persona di riferimento"), Type.LINE, max_length=200, public=False,
              help=_("Non viene pubblicata.")),
        Field("links", _("Collegamenti"), Type.ROWS,
              columns=(Column("title", _("Titolo"), required=True),
                       Column("url", _("Indirizzo"), Type.URL, max_length=500, required=True)), data_name="collegamenti"),
        Field("notes_to_editors", _("Note per la redazione"), max_words=300, public=False, help=_("Non vengono pubblicate.")),
        Field("licence_accepted", _("Autorizziamo la pubblicazione con licenza CC BY 4.0"), Type.DECLARATION, SEND, public=False),
        Field("releases_declared", _("Abbiamo le liberatorie per le immagini allegate, se ce ne sono"), Type.DECLARATION,
              SEND, public=False),
        Field("truth_declared", _("Quanto scritto è veritiero"), Type.DECLARATION, SEND, public=False),
    ),
)

# fmt: on
FIELDS: dict[str, Field] = {field.name: field for section in SECTIONS for field in section.fields}
# Two fields that the database holds against each other: they are saved together.
PERIOD = frozenset({"started_on", "ended_on"})
# Two that the form holds against each other: likewise.
THEMES = frozenset({"main_theme", "other_themes"})
SECTION: dict[str, Section] = {section.name: section for section in SECTIONS}


def is_empty(value: Any) -> bool:
    """Whether a field's value says nothing. Zero says something."""
    return value is None or value == "" or value == [] or value is False
