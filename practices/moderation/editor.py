"""What the editors do: one function a verb."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from networks import affiliations
from networks.models import User
from practices import content, notifications, replication_mails
from practices.content import Content
from practices.deadlines import SILENCE
from practices.models import Note, Reason, Remark, Submission
from practices.models.choices import Status
from practices.moderation import quarantine
from practices.moderation.errors import Forbidden, Refusal, WrongStatus
from practices.moderation.guard import check, event, lock, lock_with_live, move, record, record_all
from practices.moderation.officer import restore_before_proposal
from practices.moderation.replication import new_origins
from practices.moderation.table import TRANSITIONS, Role, Verb, roles_of
from practices.notifications import Message
from practices.publication import publish_content
from practices.record import FIELDS, SECTIONS
from practices.related import rows_of_many

# A proposal that is refused must be undone to the letter; a file that was taken away could not be.
FILES = {"attachments"}


@transaction.atomic
def take(submission: Submission, *, by: User, at: datetime) -> Submission:
    """Take the case; from now on the organisation cannot recall it."""
    submission = lock(submission)
    check(submission, Verb.TAKE, by)
    was = submission.status
    move(submission, Verb.TAKE, at)
    submission.assignee = by
    submission.save()
    record(submission, Verb.TAKE, by=by, at=at, from_status=was)
    return submission


@transaction.atomic
def release(submission: Submission, *, by: User, at: datetime, text: str = "") -> Submission:
    """Give the case back to the queue, where it waits since it was sent."""
    submission = lock(submission)
    check(submission, Verb.RELEASE, by)
    was = submission.status
    move(submission, Verb.RELEASE, submission.submitted_at or at)
    submission.assignee = None
    submission.save()
    record(submission, Verb.RELEASE, by=by, at=at, from_status=was, text=text)
    return submission


@transaction.atomic
def reassign(submission: Submission, *, by: User, at: datetime, to: User, text: str = "", tell: bool = True) -> Submission:
    """A chief editor gives the case to another editor, who is told unless the caller tells of several at once."""
    submission = lock(submission)
    check(submission, Verb.REASSIGN, by)
    if Role.EDITOR not in roles_of(to, submission):
        raise Forbidden(_("%(person)s non può esaminare le schede di questo ente.") % {"person": to})
    if submission.assignee_id == to.pk:
        raise WrongStatus(_("È già in carico a %(person)s.") % {"person": to})
    submission.assignee = to
    submission.save()
    sent = notifications.reassigned(submission, text) if tell and to != by else ""
    said = " – ".join(filter(None, (str(to), text)))
    record(submission, Verb.REASSIGN, by=by, at=at, from_status=submission.status, text=said, mail=sent)
    return submission


def is_open(submission: Submission) -> bool:
    """Whether the case is being worked on, by whoever's turn it is."""
    return submission.status in TRANSITIONS[Verb.WITHDRAW].sources and submission.first_sent_at is not None


def may_remark(submission: Submission, person: User) -> bool:
    """Whether remarks are this person's to leave: never on a text of one's own organisation."""
    roles = roles_of(person, submission)
    coordinates = person.coordinated_organisations().filter(pk=submission.organisation_id)
    return Role.EDITOR in roles or (Role.CONTRIBUTOR not in roles and coordinates.exists())


@transaction.atomic
def remark(submission: Submission, *, by: User, at: datetime, field: str, text: str) -> Remark:
    """Say something of a field. Editors may while the case is open, and coordinators of the organisation's networks too."""
    submission = lock(submission)
    if not may_remark(submission, by):
        raise Forbidden(_("Non puoi lasciare osservazioni su questa scheda."))
    if not is_open(submission):
        raise WrongStatus(_("La scheda non è in esame."))
    [made] = _remark(submission, [(field, text)], by=by, at=at)
    return made


def _remark(submission: Submission, remarks: Iterable[tuple[str, str]], *, by: User, at: datetime) -> list[Remark]:
    made = [Remark(submission=submission, by=by, at=at, field=field, text=text) for field, text in remarks]
    if any(one.field not in FIELDS or not one.text.strip() for one in made):
        raise Refusal(_("Indica il campo e scrivi l'osservazione."))
    return Remark.objects.bulk_create(made)


@transaction.atomic
def note(submission: Submission, *, by: User, at: datetime, text: str) -> Note:
    """Tell the other editors something; nobody else reads it."""
    if Role.EDITOR not in roles_of(by, submission):
        raise Forbidden(_("Le note sono della redazione."))
    if not text.strip():
        raise Refusal(_("Scrivi la nota."))
    return Note.objects.create(submission=submission, by=by, at=at, text=text)


@transaction.atomic
def request_changes(
    submission: Submission,
    *,
    by: User,
    at: datetime,
    reason: Reason,
    text: str,
    remarks: Iterable[tuple[str, str]] = (),
    mail: Message | None = None,
) -> Submission:
    """Ask the organisation for changes: a reason, and remarks on fields. The mail is the one that the editor saw."""
    if not text.strip():
        raise Refusal(_("Scrivi che cosa serve."))
    submission = lock(submission)
    check(submission, Verb.REQUEST_CHANGES, by)
    was = submission.status
    _remark(submission, remarks, by=by, at=at)
    move(submission, Verb.REQUEST_CHANGES, at)
    submission.reminded_at = None
    submission.save()
    sent = notifications.changes_requested(submission, mail or notifications.prepare(submission, reason, text))
    record(submission, Verb.REQUEST_CHANGES, by=by, at=at, from_status=was, reason=reason, text=text, mail=sent)
    return submission


@transaction.atomic
def propose(
    submission: Submission, *, by: User, at: datetime, values: Content, text: str, mail: Message | None = None
) -> Submission:
    """Change the substance; the organisation confirms or refuses it before anything goes on."""
    submission = lock(submission)
    check(submission, Verb.PROPOSE, by)
    if kept := set(values) & FILES:
        raise ValueError(f"files are the organisation's own: {sorted(kept)}")
    if submission.practice.removed_at:
        raise WrongStatus(_("La pratica è stata rimossa."))
    before = content.read(submission)
    if all(before[name] == value for name, value in values.items()):
        raise Refusal(_("La proposta non cambia nulla."))
    was = submission.status
    for section in SECTIONS:
        submission.section_versions[section.name] = submission.section_versions.get(section.name, 0) + 1
    move(submission, Verb.PROPOSE, at)
    submission.reminded_at = None
    content.write(submission, values)
    after = content.read(submission)
    sent = notifications.edits_proposed(submission, mail or notifications.prepare_edits_proposed(submission, text))
    record(submission, Verb.PROPOSE, by=by, at=at, from_status=was, text=text, before=before, after=after, mail=sent)
    return submission


@transaction.atomic
def retract(submission: Submission, *, by: User, at: datetime, text: str = "") -> Submission:
    """Take the proposal back; the earlier text returns."""
    submission = lock(submission)
    check(submission, Verb.RETRACT, by)
    was = submission.status
    restore_before_proposal(submission)
    move(submission, Verb.RETRACT, at)
    submission.save()
    record(submission, Verb.RETRACT, by=by, at=at, from_status=was, text=text)
    return submission


def who_may_not_publish(submission: Submission) -> dict[int, str]:
    """The two-person rule: by primary key, the people who may not decide on it, and why."""
    reasons = {}
    if submission.on_behalf and submission.created_by_id:
        reasons[submission.created_by_id] = _("L'hai scritta tu per conto dell'ente: la decide un'altra persona.")
    proposer = None
    verbs = (Verb.SUBMIT, Verb.RESUBMIT, Verb.PROPOSE, Verb.CONFIRM)
    for past in submission.events.filter(verb__in=verbs).only("verb", "by", "submission"):
        if past.verb in (Verb.SUBMIT, Verb.RESUBMIT) and past.by_id:
            reasons[past.by_id] = _("L'hai inviata tu: la decide un'altra persona.")
        if past.verb == Verb.CONFIRM and proposer:
            reasons[proposer] = _("Hai proposto tu delle modifiche: la decide un'altra persona della redazione.")
        proposer = past.by_id if past.verb == Verb.PROPOSE else None
    return reasons


@transaction.atomic
def publish(submission: Submission, *, by: User, at: datetime, mail: Message | None = None) -> Submission:
    """Make it the public text of its practice. The previous one is superseded in the same transaction.

    The mail is the one that the editor saw; without it, the prepared one.
    """
    submission, live = lock_with_live(submission)
    check(submission, Verb.PUBLISH, by)
    if why := who_may_not_publish(submission).get(by.pk):
        raise Forbidden(why)
    practice = submission.practice
    if practice.removed_at:
        raise WrongStatus(_("La pratica è stata rimossa."))
    # A new version ends the archiving of the old one.
    text = _("La pratica era archiviata: torna negli elenchi.") if practice.archived_at else ""
    previous = live.get(practice.pk)
    rows = rows_of_many(filter(None, (submission, previous)), FIELDS)
    if why := quarantine.in_the_way(rows[submission.pk]["attachments"]):
        raise Refusal(why)
    after = content.read(submission, rows=rows[submission.pk])
    before = content.read(previous, rows=rows[previous.pk]) if previous else None
    events = []
    was = submission.status
    if previous:
        previous.status = Status.SUPERSEDED
        previous.save(update_fields=["status"])
        events.append(event(previous, Verb.SUPERSEDE, by=by, at=at, from_status=Status.PUBLISHED))
    move(submission, Verb.PUBLISH, at)
    submission.decision, submission.decided_by, submission.decided_at = "publish", by, at
    submission.published_at = at
    submission.save()
    publish_content(submission, at=at, rows=rows)
    origins = new_origins(submission, before, after, live)
    people = affiliations.people_by_organisation([submission.organisation, *(one.organisation for one in origins)])
    said, *told = notifications.send_all(
        [
            notifications.published(
                submission, people[submission.organisation_id], mail or notifications.prepare_published(submission)
            ),
            *(replication_mails.adapted(submission, one, people[one.organisation_id]) for one in origins),
        ]
    )
    events.append(
        event(submission, Verb.PUBLISH, by=by, at=at, from_status=was, text=text, before=before, after=after, mail=said)
    )
    for origin, sent in zip(origins, told, strict=True):
        events.append(event(origin, Verb.ADAPTED, by=None, at=at, text=str(practice), mail=sent))
    record_all(events)
    return submission


@transaction.atomic
def reject(
    submission: Submission, *, by: User, at: datetime, reason: Reason, text: str, mail: Message | None = None
) -> Submission:
    """Say no, with a reason's code and a text; what is live stays live."""
    if not text.strip():
        raise Refusal(_("Scrivi il motivo."))
    submission = lock(submission)
    check(submission, Verb.REJECT, by)
    if by.pk in who_may_not_publish(submission):
        raise Forbidden(who_may_not_publish(submission)[by.pk])
    was = submission.status
    move(submission, Verb.REJECT, at)
    submission.decision, submission.decided_by, submission.decided_at = "reject", by, at
    submission.save()
    sent = notifications.rejected(submission, mail or notifications.prepare(submission, reason, text))
    record(submission, Verb.REJECT, by=by, at=at, from_status=was, reason=reason, text=text, mail=sent)
    return submission


@transaction.atomic
def close(submission: Submission, *, by: User, at: datetime, mail: Message | None = None) -> Submission:
    """Close for silence, thirty days after a reminder."""
    submission = lock(submission)
    check(submission, Verb.CLOSE, by)
    if submission.reminded_at is None or at - submission.reminded_at < SILENCE:
        raise Refusal(_("Si chiude solo trenta giorni dopo un sollecito rimasto senza risposta."))
    was = submission.status
    if was == Status.TO_CONFIRM:
        restore_before_proposal(submission)
    move(submission, Verb.CLOSE, at)
    submission.save()
    sent = notifications.closed(submission, mail or notifications.prepare_closed(submission))
    record(submission, Verb.CLOSE, by=by, at=at, from_status=was, mail=sent)
    return submission


@transaction.atomic
def reopen(submission: Submission, *, by: User, at: datetime, text: str = "") -> Submission:
    """A chief editor takes up a rejected one again, unless the organisation has another open."""
    submission = lock(submission)
    check(submission, Verb.REOPEN, by)
    if submission.practice.open:
        raise WrongStatus(_("L'ente ha già un'altra scheda aperta per questa pratica."))
    was = submission.status
    move(submission, Verb.REOPEN, at)
    submission.assignee = by
    submission.decision, submission.decided_by, submission.decided_at = "", None, None
    submission.save()
    record(submission, Verb.REOPEN, by=by, at=at, from_status=was, text=text)
    return submission
