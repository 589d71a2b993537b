"""Who may do what: the table of moderation. The diagram in the docs is printed from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from networks.models import Affiliation, Organisation, User
from practices.models import Submission
from practices.models.choices import Status


class Role(TextChoices):
    """What a person is to a submission. A manager is a contributor too, a chief editor an editor."""

    CONTRIBUTOR = "contributor", _("collabora per l'ente")
    MANAGER = "manager", _("responsabile per l'ente")
    WRITER = "writer", _("redazione, per conto dell'ente")
    EDITOR = "editor", _("redazione")
    ASSIGNEE = "assignee", _("redazione, caso in carico")
    CHIEF = "chief", _("caporedazione")


class Verb(TextChoices):
    """What can be done to a submission."""

    START = "start", _("Iniziata")
    REVISE = "revise", _("Nuova versione iniziata")
    CLAIM = "claim", _("Presa in carico dall'ente")
    SAVE = "save", _("Salvata")
    DISCARD = "discard", _("Eliminata")
    HAND_OVER = "hand_over", _("Passata di mano")
    ASK_TO_SEND = "ask_to_send", _("Invio chiesto a chi è responsabile")
    HAND_BACK = "hand_back", _("Restituita a chi ha chiesto l'invio")
    SUBMIT = "submit", _("Inviata")
    RECALL = "recall", _("Richiamata")
    DELIVER = "deliver", _("Consegnata all'ente")
    TAKE = "take", _("Presa in esame")
    RELEASE = "release", _("Lasciata")
    REASSIGN = "reassign", _("Riassegnata")
    REQUEST_CHANGES = "request_changes", _("Integrazioni richieste")
    RESUBMIT = "resubmit", _("Inviata di nuovo")
    PROPOSE = "propose", _("Modifiche proposte")
    CONFIRM = "confirm", _("Modifiche confermate")
    REFUSE = "refuse", _("Modifiche rifiutate")
    RETRACT = "retract", _("Proposta ritirata")
    PUBLISH = "publish", _("Pubblicata")
    SUPERSEDE = "supersede", _("Sostituita da una nuova versione")
    REJECT = "reject", _("Respinta")
    CLOSE = "close", _("Chiusa per mancata risposta")
    WITHDRAW = "withdraw", _("Ritirata")
    REOPEN = "reopen", _("Riaperta")
    REMIND = "remind", _("Sollecito")
    IMPORT = "import", _("Ripresa da una fonte pubblica")
    ARCHIVE = "archive", _("Archiviata")
    REMOVE = "remove", _("Rimossa")
    RESTORE = "restore", _("Ripristinata")
    ROLL_BACK = "roll_back", _("Tornata alla versione precedente")
    CONFIRM_VALID = "confirm_valid", _("Confermata valida")
    CORRECT = "correct", _("Corretta dalla redazione")
    MASK = "mask", _("Testo oscurato nella storia")
    MERGE = "merge", _("Duplicato unito")
    UNMERGE = "unmerge", _("Duplicato separato")
    TRANSFER = "transfer", _("Passata a un altro ente")
    ADAPTED = "adapted", _("Adattata da un altro ente")
    CONFIRM_ADAPTATION = "confirm_adaptation", _("Adattamento confermato dall'ente di origine")
    DISPUTE_ADAPTATION = "dispute_adaptation", _("Adattamento contestato dall'ente di origine")
    PROPOSE_ADAPTATION = "propose_adaptation", _("Adattamento segnalato a un altro ente")
    ANSWER_PROPOSAL = "answer_proposal", _("Risposta alla segnalazione di un adattamento")
    DECLARE_READING = "declare_reading", _("Rilevazioni dichiarate")
    CORRECT_READING = "correct_reading", _("Rilevazione corretta")
    VERIFY_READING = "verify_reading", _("Rilevazione verificata")
    CONTEST_READING = "contest_reading", _("Rilevazione contestata")
    CLOSE_INDICATOR = "close_indicator", _("Indicatore chiuso")
    REMIND_READINGS = "remind_readings", _("Rilevazioni sollecitate")
    REMOVE_FILE = "remove_file", _("Allegato tolto dopo il controllo antivirus")


@dataclass(frozen=True)
class Transition:
    """A verb may lead from any of these statuses to that one, done by a person in one of these roles."""

    verb: Verb
    sources: tuple[Status, ...]
    target: Status | None
    roles: tuple[Role, ...]


C, M, W, E, A, CH = Role.CONTRIBUTOR, Role.MANAGER, Role.WRITER, Role.EDITOR, Role.ASSIGNEE, Role.CHIEF
S = Status
IN_THE_WORKS = (S.DRAFT, S.SUBMITTED, S.UNDER_REVIEW, S.CHANGES_REQUESTED, S.TO_CONFIRM)

# `None` as target: the status stays, or the row goes.
TRANSITIONS: dict[Verb, Transition] = {
    t.verb: t
    for t in (
        Transition(Verb.SAVE, (S.DRAFT, S.CHANGES_REQUESTED), None, (C, W)),
        Transition(Verb.DISCARD, (S.DRAFT,), None, (C, W)),
        Transition(Verb.DELIVER, (S.DRAFT,), None, (W,)),
        Transition(Verb.HAND_OVER, IN_THE_WORKS, None, (C, E)),
        Transition(Verb.ASK_TO_SEND, (S.DRAFT, S.CHANGES_REQUESTED), None, (C,)),
        Transition(Verb.HAND_BACK, (S.DRAFT, S.CHANGES_REQUESTED), None, (M,)),
        Transition(Verb.SUBMIT, (S.DRAFT,), S.SUBMITTED, (C,)),
        Transition(Verb.RECALL, (S.SUBMITTED,), S.DRAFT, (C,)),
        Transition(Verb.TAKE, (S.SUBMITTED,), S.UNDER_REVIEW, (E,)),
        Transition(Verb.RELEASE, (S.UNDER_REVIEW,), S.SUBMITTED, (A, CH)),
        Transition(Verb.REASSIGN, (S.UNDER_REVIEW, S.CHANGES_REQUESTED, S.TO_CONFIRM), None, (CH,)),
        Transition(Verb.REQUEST_CHANGES, (S.UNDER_REVIEW,), S.CHANGES_REQUESTED, (A,)),
        Transition(Verb.RESUBMIT, (S.CHANGES_REQUESTED,), S.UNDER_REVIEW, (C,)),
        Transition(Verb.PROPOSE, (S.UNDER_REVIEW,), S.TO_CONFIRM, (A,)),
        Transition(Verb.CONFIRM, (S.TO_CONFIRM,), S.UNDER_REVIEW, (C,)),
        Transition(Verb.REFUSE, (S.TO_CONFIRM,), S.UNDER_REVIEW, (C,)),
        Transition(Verb.RETRACT, (S.TO_CONFIRM,), S.UNDER_REVIEW, (A, CH)),
        Transition(Verb.PUBLISH, (S.UNDER_REVIEW,), S.PUBLISHED, (A, CH)),
        Transition(Verb.REJECT, (S.UNDER_REVIEW,), S.REJECTED, (A,)),
        Transition(Verb.CLOSE, (S.CHANGES_REQUESTED, S.TO_CONFIRM), S.WITHDRAWN, (A, CH)),
        Transition(Verb.WITHDRAW, IN_THE_WORKS, S.WITHDRAWN, (C,)),
        Transition(Verb.REOPEN, (S.REJECTED,), S.UNDER_REVIEW, (CH,)),
    )
}

# What is left to do with a submission of a practice that was removed, until it is restored.
OF_REMOVED = (Verb.DISCARD, Verb.WITHDRAW, Verb.RELEASE, Verb.REASSIGN, Verb.CLOSE)

# On a practice as a whole.
PRACTICE_ROLES: dict[Verb, tuple[Role, ...]] = {
    Verb.REVISE: (C,),
    Verb.CONFIRM_VALID: (C,),
    Verb.CORRECT: (E,),
    Verb.ARCHIVE: (E,),
    Verb.RESTORE: (E,),
    Verb.ROLL_BACK: (CH,),
    Verb.REMOVE: (CH,),
    Verb.MASK: (CH,),
    Verb.MERGE: (CH,),
    Verb.UNMERGE: (CH,),
    Verb.TRANSFER: (CH,),
    Verb.DECLARE_READING: (C,),
    Verb.CORRECT_READING: (C,),
    Verb.CLOSE_INDICATOR: (C,),
    Verb.VERIFY_READING: (E,),
    Verb.CONTEST_READING: (E,),
}


def roles_for(user: User, organisation: Organisation) -> set[Role]:
    """What a person is to an organisation's work. Nobody moderates an organisation that they act for."""
    if not user.is_active:
        return set()
    own = Affiliation.objects.active().filter(user=user, organisation=organisation).values_list("role", flat=True).first()
    if own:
        return {Role.CONTRIBUTOR, Role.MANAGER} if own == Affiliation.Role.MANAGER else {Role.CONTRIBUTOR}
    if user.is_chief_editor:
        return {Role.EDITOR, Role.CHIEF}
    return {Role.EDITOR} if user.is_editor else set()


def roles_of(user: User, submission: Submission) -> set[Role]:
    """What a person is to a submission."""
    roles = roles_for(user, submission.organisation)
    if Role.EDITOR in roles and submission.assignee_id == user.pk:
        roles.add(Role.ASSIGNEE)
    if Role.EDITOR in roles and _writes(user, submission):
        roles.add(Role.WRITER)
    return roles


def _writes(user: User, submission: Submission) -> bool:
    """Whether this editor began it on the organisation's behalf and still has it; the same as `written_on_behalf_by`."""
    kept = submission.on_behalf and submission.handed_over_at is None and submission.created_by_id == user.pk
    return kept and submission.status == Status.DRAFT and submission.first_sent_at is None


def allowed_verbs(submission: Submission, roles: Iterable[Role]) -> list[Verb]:
    """The verbs that the table allows now; a verb's own guards may still refuse."""
    held = set(roles)
    return [
        t.verb
        for t in TRANSITIONS.values()
        if submission.status in t.sources and held & set(t.roles) and not _never(t.verb, submission, held)
    ]


def _never(verb: Verb, submission: Submission, held: set[Role]) -> bool:
    """What the statuses alone do not tell.

    Of a practice that was removed or merged there is nothing more to do than to leave or end it. Where only managers send,
    the others ask them to, once. A draft is discarded
    while it was never sent, and withdrawn afterwards.
    """
    if submission.practice.merged_into_id and verb not in (Verb.DISCARD, Verb.WITHDRAW):
        return True
    if submission.practice.removed_at and verb not in OF_REMOVED:
        return True
    asks = submission.organisation.only_managers_submit and Role.MANAGER not in held
    match verb:
        case Verb.SUBMIT | Verb.RESUBMIT:
            return asks
        case Verb.ASK_TO_SEND:
            return not asks or submission.asked_at is not None
        case Verb.HAND_BACK:
            return submission.asked_at is None
    if submission.status != Status.DRAFT:
        return False
    sent = submission.first_sent_at is not None
    return (verb is Verb.DISCARD and sent) or (verb is Verb.WITHDRAW and not sent)
