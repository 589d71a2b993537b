"""What the organisation's people do: one function a verb."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import Organisation, User
from practices import checklist, content, notifications
from practices.content import Content
from practices.models import Event, Practice, Remark, Submission
from practices.models.choices import Origin, Status
from practices.moderation.drafts import begin, copied, taken_up
from practices.moderation.errors import Forbidden, Incomplete, Refusal, Stale, WrongStatus
from practices.moderation.guard import check, check_practice, check_sender, lock, lock_practice, move, record
from practices.moderation.table import Role, Verb, roles_for
from practices.record import SECTION, SECTIONS


@transaction.atomic
def start(
    organisation: Organisation, *, by: User, at: datetime, values: Content, token: UUID | None = None, is_demo: bool = False
) -> Submission:
    """A new practice with its first draft, by its organisation, or by an editor on its behalf.

    The token is made with the form: the same one twice, by a double click, gives the draft that is there.
    """
    if not roles_for(by, organisation) & {Role.CONTRIBUTOR, Role.EDITOR}:
        raise Forbidden(_("Non hai un incarico attivo per questo ente."))
    if not organisation.is_local_authority:
        raise Forbidden(_("Solo i Comuni e le Unioni di Comuni inseriscono pratiche."))
    # Two clicks at once wait for each other here.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if token and (existing := Submission.objects.filter(token=token).first()):
        if (existing.created_by_id, existing.organisation_id) == (by.pk, organisation.pk):
            return existing
        # A forged or copied form: it begins a draft of its own.
        token = None
    practice = Practice.objects.create(organisation=organisation)
    return begin(practice, organisation, Verb.START, by=by, at=at, values=values, token=token, is_demo=is_demo)


@transaction.atomic
def revise(practice: Practice, *, by: User, at: datetime, from_: Submission | None = None) -> Submission:
    """A draft of the next version, from this text that was not published, else the published one, else the last such text.

    While one is open that one is returned: there is never a second.
    """
    practice = lock_practice(practice)
    check_practice(practice, Verb.REVISE, by)
    if open_one := practice.open:
        if open_one.organisation_id != practice.organisation_id:
            raise WrongStatus(_("Un altro ente la sta già prendendo in carico."))
        return open_one
    if from_:
        model: Submission | None = taken_up(from_, practice, practice.organisation)
    else:
        model = practice.published or practice.submissions.closed().order_by("-pk").first()
    if model is None:
        raise WrongStatus(_("Non c'è una versione da cui partire."))
    return begin(practice, practice.organisation, Verb.REVISE, by=by, at=at, values=copied(model), is_demo=model.is_demo)


@transaction.atomic
def claim(
    practice: Practice, *, organisation: Organisation, by: User, at: datetime, from_: Submission | None = None
) -> Submission:
    """An organisation takes over an imported practice: a prefilled draft of its own; what is live stays meanwhile.

    It begins with what is live, or with this text of its own that was not published.
    The practice's own organisation may, or, where no officer acts for that one, a local authority of its towns.
    """
    practice = lock_practice(practice)
    if Role.CONTRIBUTOR not in roles_for(by, organisation):
        raise Forbidden(_("Non hai un incarico attivo per questo ente."))
    model = practice.published
    if practice.removed_at or practice.merged_into_id or model is None or model.origin != Origin.IMPORTED:
        raise WrongStatus(_("Si prendono in carico solo le pratiche riprese da altre fonti."))
    if not may_claim(model, organisation):
        raise Forbidden(_("Questa pratica riguarda un altro ente."))
    if open_one := practice.open:
        if open_one.organisation_id != organisation.pk:
            raise WrongStatus(_("Un altro ente la sta già prendendo in carico."))
        return open_one
    values = copied(taken_up(from_, practice, organisation) if from_ else model)
    return begin(practice, organisation, Verb.CLAIM, by=by, at=at, values=values)


def may_claim(imported: Submission, organisation: Organisation) -> bool:
    """Whether an imported practice is this organisation's to take over."""
    if not organisation.is_local_authority:
        return False
    if imported.practice.organisation.is_local_authority:
        return imported.practice.organisation_id == organisation.pk
    return organisation.own_municipalities().filter(submissions=imported).exists()


@transaction.atomic
def save(submission: Submission, *, by: User, at: datetime, section: str, values: Content, seen: int) -> Submission:
    """Save one section. `seen` is the section's number when the page was opened: an older one is refused as Stale."""
    submission = lock(submission)
    check(submission, Verb.SAVE, by)
    if unknown := set(values) - {field.name for field in SECTION[section].fields}:
        raise ValueError(f"not of section {section}: {sorted(unknown)}")
    if submission.section_versions.get(section, 0) != seen:
        raise Stale
    submission.section_versions[section] = seen + 1
    submission.saved_at = at
    content.write(submission, values)
    return submission


@transaction.atomic
def discard(submission: Submission, *, by: User, at: datetime) -> None:
    """Delete a draft that was never sent; its practice too, when nothing else is known of it."""
    submission = lock(submission)
    check(submission, Verb.DISCARD, by)
    practice = submission.practice
    submission.delete()
    if not practice.submissions.exists():
        practice.delete()


def check_complete(submission: Submission) -> Content:
    """Raise unless nothing is missing; the content otherwise."""
    values = content.read(submission)
    if found := checklist.problems(values):
        raise Incomplete(found)
    return values


@transaction.atomic
def submit(submission: Submission, *, by: User, at: datetime, similar_seen: bool) -> Submission:
    """Send to the editors: complete, and after having looked at the similar practices that were shown."""
    submission = lock(submission)
    check_sender(submission, by)
    check(submission, Verb.SUBMIT, by)
    if not similar_seen:
        raise Refusal(_("Guarda prima le pratiche simili."))
    after = check_complete(submission)
    before = _last_sent(submission)
    was = submission.status
    move(submission, Verb.SUBMIT, at)
    submission.submitted_by, submission.submitted_at = by, at
    submission.first_sent_at = submission.first_sent_at or at
    submission.round += 1
    submission.save()
    mail = notifications.receipt(submission)
    record(submission, Verb.SUBMIT, by=by, at=at, from_status=was, before=before, after=after, mail=mail)
    return submission


def _last_sent(submission: Submission) -> Content | None:
    """The content as the editors last saw it."""
    seen: Event | None = submission.events.filter(after__isnull=False).order_by("-pk").first()
    return seen.after if seen else None


@transaction.atomic
def recall(submission: Submission, *, by: User, at: datetime) -> Submission:
    """Back to the draft, until an editor takes it."""
    submission = lock(submission)
    check(submission, Verb.RECALL, by)
    was = submission.status
    move(submission, Verb.RECALL, at)
    submission.save()
    record(submission, Verb.RECALL, by=by, at=at, from_status=was)
    return submission


@transaction.atomic
def answer(remark: Remark, *, by: User, at: datetime, text: str) -> Remark:
    """Answer an editor's remark. With an empty text it is marked as done; an answer that is there already stays."""
    submission = lock(remark.submission)
    check(submission, Verb.SAVE, by)
    remark.refresh_from_db()
    if remark.answer and not text:
        return remark
    remark.answer = text
    remark.answered_by, remark.answered_at = by, at
    remark.state = Remark.State.ANSWERED if text else Remark.State.DONE
    remark.save()
    return remark


@transaction.atomic
def resubmit(submission: Submission, *, by: User, at: datetime) -> Submission:
    """Send again after changes were requested: each remark answered; back to the same assignee."""
    submission = lock(submission)
    check_sender(submission, by)
    check(submission, Verb.RESUBMIT, by)
    if submission.remarks.filter(state=Remark.State.OPEN).exists():
        raise Refusal(_("Rispondi prima a tutte le osservazioni."))
    after = check_complete(submission)
    before = _last_sent(submission)
    was = submission.status
    move(submission, Verb.RESUBMIT, at)
    submission.submitted_by, submission.submitted_at = by, at
    submission.round += 1
    submission.reminded_at = None
    submission.save()
    mail = notifications.sent_again(submission)
    record(submission, Verb.RESUBMIT, by=by, at=at, from_status=was, before=before, after=after, mail=mail)
    return submission


@transaction.atomic
def confirm(submission: Submission, *, by: User, at: datetime) -> Submission:
    """The organisation accepts the proposed text; from now on its author is one of those who may not publish it."""
    submission = lock(submission)
    check(submission, Verb.CONFIRM, by)
    was = submission.status
    proposal = submission.events.filter(verb=Verb.PROPOSE).latest("pk")
    submission.proposed_by = proposal.by
    move(submission, Verb.CONFIRM, at)
    submission.save()
    mail = notifications.proposal_answered(submission, accepted=True, text="")
    record(submission, Verb.CONFIRM, by=by, at=at, from_status=was, before=proposal.before, after=proposal.after, mail=mail)
    return submission


@transaction.atomic
def refuse(submission: Submission, *, by: User, at: datetime, text: str) -> Submission:
    """The organisation refuses the proposed text, with a note; the earlier text returns."""
    if not text.strip():
        raise Refusal(_("Scrivi perché."))
    submission = lock(submission)
    check(submission, Verb.REFUSE, by)
    was = submission.status
    restore_before_proposal(submission)
    move(submission, Verb.REFUSE, at)
    submission.save()
    mail = notifications.proposal_answered(submission, accepted=False, text=text)
    record(submission, Verb.REFUSE, by=by, at=at, from_status=was, text=text, mail=mail)
    return submission


def restore_before_proposal(submission: Submission) -> None:
    """Write back the text that the last proposal changed."""
    proposal = submission.events.filter(verb=Verb.PROPOSE).order_by("-pk").first()
    if proposal is None or proposal.before is None:
        raise WrongStatus(_("Non c'è una proposta."))
    for section in SECTIONS:
        submission.section_versions[section.name] = submission.section_versions.get(section.name, 0) + 1
    content.write(submission, proposal.before)


@transaction.atomic
def withdraw(submission: Submission, *, by: User, at: datetime, text: str = "") -> Submission:
    """The organisation takes it back; what is live stays live."""
    submission = lock(submission)
    check(submission, Verb.WITHDRAW, by)
    was = submission.status
    if was == Status.TO_CONFIRM:
        # What nobody confirmed does not stay in the text that the next version starts from.
        restore_before_proposal(submission)
    move(submission, Verb.WITHDRAW, at)
    submission.save()
    mail = notifications.withdrawn(submission)
    record(submission, Verb.WITHDRAW, by=by, at=at, from_status=was, text=text, mail=mail)
    return submission
