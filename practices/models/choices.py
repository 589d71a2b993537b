"""The words that a submission chooses from."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a submission stands. Only `practices.moderation` changes it."""

    DRAFT = "draft", _("Bozza")
    SUBMITTED = "submitted", _("Inviata")
    UNDER_REVIEW = "under_review", _("In esame")
    CHANGES_REQUESTED = "changes_requested", _("Integrazioni richieste")
    TO_CONFIRM = "to_confirm", _("Da confermare dall'ente")
    PUBLISHED = "published", _("Pubblicata")
    SUPERSEDED = "superseded", _("Sostituita")
    REJECTED = "rejected", _("Respinta")
    WITHDRAWN = "withdrawn", _("Ritirata")


OPEN = (Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.CHANGES_REQUESTED, Status.TO_CONFIRM)


class Origin(TextChoices):
    """How a submission came into the portal."""

    FORM = "form", _("inviata da un ente")
    IMPORTED = "imported", _("ripresa da una fonte pubblica")


class Kind(TextChoices):
    """The three things that the agreement of 2013 invites municipalities to enter."""

    GOOD_PRACTICE = "good_practice", _("Buona pratica")
    INTERVENTION = "intervention", _("Intervento")
    POSITIVE_EXPERIENCE = "positive_experience", _("Esperienza positiva")


class ActionType(TextChoices):
    """What is mainly done."""

    SERVICE = "service", _("Sportello o servizio")
    TRAINING = "training", _("Formazione")
    HOUSING = "housing", _("Accoglienza e alloggio")
    WORK = "work", _("Inserimento lavorativo")
    PLACE = "place", _("Luogo di incontro")
    PARTICIPATION = "participation", _("Consulta o partecipazione")
    MEDIATION = "mediation", _("Mediazione")
    GOVERNANCE = "governance", _("Rete, accordo o coordinamento")
    AWARENESS = "awareness", _("Sensibilizzazione o evento")
    OTHER = "other", _("Altro")


class Stage(TextChoices):
    """How far the practice has come."""

    PILOT = "pilot", _("Sperimentale")
    RUNNING = "running", _("In corso")
    CONCLUDED = "concluded", _("Conclusa")
    REGULAR = "regular", _("Servizio ordinario")
    INTERRUPTED = "interrupted", _("Interrotta")


class Evaluation(TextChoices):
    """Whether and by whom the results were evaluated."""

    NONE = "none", _("Nessuna valutazione")
    INTERNAL = "internal", _("Valutazione interna")
    PARTICIPATORY = "participatory", _("Valutazione partecipata")
    EXTERNAL = "external", _("Valutazione di terzi")


class ActKind(TextChoices):
    """The act that the practice rests on."""

    COUNCIL = "council", _("Delibera di Consiglio")
    EXECUTIVE = "executive", _("Delibera di Giunta")
    DETERMINATION = "determination", _("Determinazione")
    AGREEMENT = "agreement", _("Protocollo o convenzione")
    OTHER = "other", _("Altro atto")


class EvidenceLevel(IntegerChoices):
    """What can be said of the results; computed from the record, see `practices.evidence`."""

    DESCRIBED = 1, _("Descritta")
    MONITORED = 2, _("Monitorata")
    EVALUATED = 3, _("Valutata")
    EVALUATED_BY_OTHERS = 4, _("Valutata da terzi")
    REPLICATED = 5, _("Replicata")


class RemovalReason(TextChoices):
    """Why a practice was removed; the page that stays says this and no more."""

    PRIVACY = "privacy", _("tutela di dati personali")
    UNLAWFUL = "unlawful", _("contenuto non conforme alla legge")
    MISTAKE = "mistake", _("pubblicata per errore")
    REQUESTED = "requested", _("richiesta dell'ente")
