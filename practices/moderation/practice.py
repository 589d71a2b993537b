"""What is done to a practice as a whole, after publication: one function a verb."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation, User
from practices import content, notifications
from practices.content import Content
from practices.models import Event, Practice, Remark, Submission
from practices.models.choices import Origin, RemovalReason, Status
from practices.moderation.erasing import forget_elsewhere
from practices.moderation.errors import Forbidden, Refusal, WrongStatus
from practices.moderation.guard import check_practice, lock_practice, record
from practices.moderation.table import PRACTICE_ROLES, Role, Verb, roles_for
from practices.notifications import Message
from practices.publication import refresh
from practices.record import FIELDS, PERIOD

# Files are the organisation's own, the definition of a public indicator never changes, and what a practice was adapted from
# counts as evidence for the other one.
NOT_CORRECTED = {"attachments", "indicators", "adaptations"}


def published_of(practice: Practice) -> Submission:
    """What is live of a practice, or a refusal."""
    published = practice.published
    if published is None:
        raise WrongStatus(_("La pratica non è pubblicata."))
    return published


def possible(practice: Practice, *, by: User) -> list[Verb]:
    """What this person may do to the practice as it stands; a verb's own guards may still refuse."""
    roles = roles_for(by, practice.organisation)
    granted = [verb for verb, holders in PRACTICE_ROLES.items() if roles & set(holders)]
    if practice.removed_at:
        fitting = {Verb.RESTORE} if Role.CHIEF in roles else set()
        if practice.erased_at:
            fitting = set()
    elif practice.merged_into_id:
        fitting = {Verb.UNMERGE, Verb.REMOVE}
    else:
        fitting = set(PRACTICE_ROLES) - {Verb.UNMERGE, Verb.ARCHIVE if practice.archived_at else Verb.RESTORE}
        if version_before(practice) is None:
            fitting.discard(Verb.ROLL_BACK)
    return [verb for verb in granted if verb in fitting]


@transaction.atomic
def confirm_valid(practice: Practice, *, by: User, at: datetime) -> Practice:
    """The organisation says that what is published still holds. An imported one is to be claimed instead."""
    practice = lock_practice(practice)
    check_practice(practice, Verb.CONFIRM_VALID, by)
    published = published_of(practice)
    if published.origin == Origin.IMPORTED:
        raise WrongStatus(_("Questa pratica viene da un'altra fonte: prendila in carico."))
    practice.confirmed_on = timezone.localdate(at)
    practice.save()
    record(published, Verb.CONFIRM_VALID, by=by, at=at, from_status=published.status)
    refresh(practice)
    return practice


@transaction.atomic
def correct(practice: Practice, *, by: User, at: datetime, values: Content, mail: Message | None = None) -> Submission:
    """A formal correction of what is live: immediate, recorded, told to the organisation.

    In the open submission it is made too where the text is the same, else a remark says what was corrected.
    """
    practice = lock_practice(practice)
    check_practice(practice, Verb.CORRECT, by)
    if private := [name for name in values if not FIELDS[name].public]:
        raise ValueError(f"not public: {private}")
    if kept := NOT_CORRECTED & values.keys():
        raise ValueError(f"not to be corrected: {sorted(kept)}")
    published = published_of(practice)
    before = content.read(published)
    values = {name: value for name, value in values.items() if before[name] != value}
    if not values:
        raise Refusal(_("La correzione non cambia nulla."))
    content.write(published, values)
    after = content.read(published)
    if open_one := practice.open:
        theirs = content.read(open_one, values.keys() | PERIOD)
        same = {name: value for name, value in values.items() if theirs[name] == before[name]}
        if any(theirs[name] != before[name] for name in PERIOD):
            # Half of a period may contradict the other half.
            same = {name: value for name, value in same.items() if name not in PERIOD}
        if open_one.status == Status.TO_CONFIRM:
            # A refusal of the proposal would bring the uncorrected text back: they are told instead.
            same = {}
        for section in {FIELDS[name].section for name in same}:
            # Who has that section open is told before saving over the correction.
            open_one.section_versions[section] = open_one.section_versions.get(section, 0) + 1
        content.write(open_one, same)
        if same:
            # Who has a decision on it open is told too.
            record(open_one, Verb.CORRECT, by=by, at=at, from_status=open_one.status)
        for name in values.keys() - same.keys():
            text = _("Nella versione pubblicata questo campo è stato corretto: controllate anche qui.")
            Remark.objects.create(submission=open_one, by=by, at=at, field=name, text=text)
    sent = notifications.corrected(published, mail or notifications.prepare_corrected(published, values))
    record(published, Verb.CORRECT, by=by, at=at, from_status=published.status, before=before, after=after, mail=sent)
    refresh(practice)
    return published


@transaction.atomic
def archive(practice: Practice, *, by: User, at: datetime, notice: str, mail: Message | None = None) -> Practice:
    """Out of the lists, with a public notice; still at its address and in the data."""
    if not notice.strip():
        raise Refusal(_("Scrivi l'avviso che comparirà sulla pagina."))
    practice = lock_practice(practice)
    check_practice(practice, Verb.ARCHIVE, by)
    published = published_of(practice)
    if practice.archived_at:
        raise WrongStatus(_("La pratica è già archiviata."))
    practice.archived_at, practice.archived_by, practice.archived_notice = at, by, notice
    practice.save()
    sent = notifications.told([practice.organisation], mail or notifications.prepare_archived(published, notice))
    record(published, Verb.ARCHIVE, by=by, at=at, from_status=published.status, text=notice, mail=sent)
    refresh(practice)
    return practice


@transaction.atomic
def remove(
    practice: Practice, *, by: User, at: datetime, reason: RemovalReason, text: str, mail: Message | None = None
) -> Practice:
    """Its page answers 410 with the reason's class; its files and everything else 404.

    For the protection of personal data, what its versions and events said is masked too (see `Practice.is_masked_for`), mails
    and other practices' histories forget it at once, and after a while all of it is erased: `practices.moderation.erasing`.
    """
    if not text.strip():
        raise Refusal(_("Scrivi il motivo, per il registro."))
    practice = lock_practice(practice)
    check_practice(practice, Verb.REMOVE, by)
    published = published_of(practice)
    practice.removed_at, practice.removed_by, practice.removed_reason = at, by, reason
    practice.save()
    if reason == RemovalReason.PRIVACY:
        forget_elsewhere(practice)
    label = str(RemovalReason(reason).label)
    sent = notifications.told([practice.organisation], mail or notifications.prepare_removed(published, label))
    record(published, Verb.REMOVE, by=by, at=at, from_status=published.status, text=f"{label}: {text}", mail=sent)
    refresh(practice)
    return practice


@transaction.atomic
def restore(practice: Practice, *, by: User, at: datetime, text: str = "", mail: Message | None = None) -> Practice:
    """Undo the archiving or the removal."""
    practice = lock_practice(practice)
    check_practice(practice, Verb.RESTORE, by)
    if practice.erased_at:
        raise WrongStatus(_("I suoi testi sono stati cancellati: non c'è più nulla da ripristinare."))
    published = published_of(practice)
    message = mail or notifications.prepare_restored(published)
    if practice.removed_at:
        if Role.CHIEF not in roles_for(by, practice.organisation):
            raise Forbidden(_("Ciò che è stato rimosso lo ripristina la caporedazione."))
        practice.removed_at, practice.removed_by, practice.removed_reason = None, None, ""
    elif practice.archived_at:
        practice.archived_at, practice.archived_by, practice.archived_notice = None, None, ""
    else:
        raise WrongStatus(_("La pratica non è archiviata né rimossa."))
    practice.save()
    sent = notifications.told([practice.organisation], message)
    record(published, Verb.RESTORE, by=by, at=at, text=text, mail=sent)
    refresh(practice)
    return practice


def version_before(practice: Practice) -> Submission | None:
    """What going back would make live again. What was rolled back once was a mistake, and is never gone back to."""
    rolled_back = Event.objects.filter(submission=OuterRef("pk"), verb=Verb.ROLL_BACK, from_status=Status.PUBLISHED)
    live = published_of(practice)
    earlier: Submission | None = (
        practice.submissions.filter(~Exists(rolled_back), status=Status.SUPERSEDED, published_at__lte=live.published_at)
        .exclude(pk=live.pk)
        .order_by("-published_at", "-pk")
        .first()
    )
    return earlier


@transaction.atomic
def roll_back(practice: Practice, *, by: User, at: datetime, text: str, mail: Message | None = None) -> Submission:
    """Undo a mistaken publication: the version before it is live again."""
    if not text.strip():
        raise Refusal(_("Scrivi il motivo, per il registro."))
    practice = lock_practice(practice)
    check_practice(practice, Verb.ROLL_BACK, by)
    mistaken = published_of(practice)
    earlier = version_before(practice)
    if earlier is None:
        raise WrongStatus(_("Non c'è una versione precedente: si può archiviare o rimuovere."))
    before, after = content.read(mistaken), content.read(earlier)
    # What the mistake proposed to measure is no longer public either.
    mistaken.indicators.update(published_at=None)
    mistaken.status = Status.SUPERSEDED
    mistaken.save(update_fields=["status"])
    record(mistaken, Verb.ROLL_BACK, by=by, at=at, from_status=Status.PUBLISHED, text=text)
    earlier.status = Status.PUBLISHED
    earlier.save(update_fields=["status"])
    practice.organisation = earlier.organisation
    said = earlier.events.filter(verb__in=(Verb.PUBLISH, Verb.CONFIRM_VALID)).order_by("-pk").first()
    practice.confirmed_on = timezone.localdate(said.at) if said else None
    practice.save()
    bodies = {mistaken.organisation, earlier.organisation}
    sent = notifications.told(bodies, mail or notifications.prepare_rolled_back(earlier, text))
    record(
        earlier,
        Verb.ROLL_BACK,
        by=by,
        at=at,
        from_status=Status.SUPERSEDED,
        text=text,
        before=before,
        after=after,
        mail=sent,
    )
    refresh(practice)
    return earlier


def check_transferable(practice: Practice, to: Organisation) -> None:
    """Raise unless this organisation can have it."""
    if practice.organisation == to:
        raise Refusal(_("La pratica è già di questo ente."))
    if not to.is_local_authority and practice.submissions.filter(origin=Origin.FORM).exists():
        raise Refusal(_("Solo i Comuni e le Unioni di Comuni inseriscono pratiche."))
    open_one = practice.open
    if open_one and open_one.organisation_id not in (practice.organisation_id, to.pk):
        # Published, its draft would take the practice back.
        raise Refusal(_("%s la sta prendendo in carico: prima si decide la sua scheda.") % open_one.organisation)


@transaction.atomic
def transfer(
    practice: Practice, *, to: Organisation, by: User, at: datetime, text: str, mail: Message | None = None
) -> Practice:
    """Another organisation has its place: a municipality merged into it. Undone by transferring it back.

    All that the old one wrote of it passes, earlier versions too: going back to one must not give it back to a body that
    is no more.
    """
    if not text.strip():
        raise Refusal(_("Scrivi il motivo, per il registro."))
    practice = lock_practice(practice)
    check_practice(practice, Verb.TRANSFER, by)
    if Role.CHIEF not in roles_for(by, to):
        raise Forbidden(_("Hai un incarico per l'ente che la riceve: decide un'altra persona."))
    check_transferable(practice, to)
    old, published = practice.organisation, published_of(practice)
    # Who followed it, and who asked for it to be sent, are people of the old one.
    passed = {"organisation": to, "followed_by": None, "asked_by": None, "asked_at": None}
    practice.submissions.filter(organisation=old).update(**passed)
    practice.organisation = to
    practice.save()
    published.refresh_from_db()
    sent = notifications.told((old, to), mail or notifications.prepare_transferred(published, old, to))
    said = _("Da %(old)s a %(new)s. %(text)s") % {"old": old, "new": to, "text": text}
    record(published, Verb.TRANSFER, by=by, at=at, text=said, mail=sent)
    refresh(practice)
    return practice
