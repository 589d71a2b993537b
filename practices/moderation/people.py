"""Who the editors are, as chief editors decide it, and whose hands the cases are in when somebody is away or leaves."""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from networks.models import Editor, User
from networks.models.person import CHIEF_EDITORS, EDITORS
from practices import notifications
from practices.models import Submission
from practices.moderation.editor import reassign
from practices.moderation.errors import Forbidden, Refusal, WrongStatus
from practices.moderation.guard import lock_practices_of
from practices.moderation.table import TRANSITIONS, Verb


def open_cases(person: User) -> QuerySet[Submission]:
    """The cases in this person's hands."""
    return Submission.objects.filter(assignee=person, status__in=TRANSITIONS[Verb.REASSIGN].sources)


@transaction.atomic
def give_cases(
    person: User, *, by: User, at: datetime, to: User, text: str = ""
) -> tuple[list[Submission], list[tuple[Submission, Refusal]]]:
    """Give all open cases of somebody to another editor: those that were given, and those that were refused and why."""
    if not by.is_chief_editor:
        raise Forbidden(_("I casi di un'altra persona li assegna la caporedazione."))
    given, refused = [], []
    lock_practices_of(open_cases(person))
    for submission in open_cases(person).select_related("organisation").order_by("pk"):
        try:
            given.append(reassign(submission, by=by, at=at, to=to, text=text, tell=False))
        except Refusal as refusal:
            refused.append((submission, refusal))
    if given and to != by:
        notifications.cases_given(to, given, text)
    return given, refused


@transaction.atomic
def appoint(person: User, *, by: User, group: str) -> User:
    """From now on in this one of the two groups, whatever the person was before."""
    _check(person, by)
    if not person.is_active:
        raise Refusal(_("L'account di %s non è attivo.") % person)
    if group != CHIEF_EDITORS:
        _keep_a_chief(person)
    person.groups.remove(*Group.objects.filter(name__in=(EDITORS, CHIEF_EDITORS)).exclude(name=group))
    person.groups.add(Group.objects.get(name=group))
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    notifications.appointed(person, group)
    _log(person, by, _("Nomina: %s.") % group)
    return person


@transaction.atomic
def dismiss(person: User, *, by: User, at: datetime, cases_to: User | None = None) -> User:
    """No longer an editor. Open cases are in somebody else's hands first, or go to somebody in the same step."""
    _check(person, by)
    _keep_a_chief(person)
    if cases_to:
        _given, refused = give_cases(person, by=by, at=at, to=cases_to)
        if refused:
            told = "; ".join(f"«{submission}»: {refusal}" for submission, refusal in refused)
            raise Refusal(_("Alcuni casi non possono passare a %(person)s: %(told)s") % {"person": cases_to, "told": told})
    if open_cases(person).exists():
        raise Refusal(_("%s ha ancora casi in carico: assegnali prima a qualcun altro.") % person)
    person.groups.remove(*Group.objects.filter(name__in=(EDITORS, CHIEF_EDITORS)))
    person.is_staff = False
    person.save(update_fields=["is_staff"])
    notifications.dismissed(person)
    _log(person, by, _("Congedo."))
    return person


def _check(person: User, by: User) -> None:
    """One change at a time, by a chief editor as of now, and never on oneself or on who administers the portal."""
    Group.objects.select_for_update().get(name=CHIEF_EDITORS)
    if not by.is_superuser and not Editor.objects.chiefs().filter(pk=by.pk).exists():
        raise Forbidden(_("La redazione la compone la caporedazione."))
    if person.pk == by.pk:
        raise Forbidden(_("Il tuo incarico lo cambia un'altra persona della caporedazione."))
    if person.is_superuser:
        raise Forbidden(_("%s amministra il portale: qui il suo accesso non si cambia.") % person)


def _keep_a_chief(person: User) -> None:
    chiefs = Editor.objects.chiefs()
    if chiefs.filter(pk=person.pk).exists() and not chiefs.exclude(pk=person.pk).exists():
        raise WrongStatus(_("È l'ultima persona della caporedazione: prima va nominata un'altra."))


def _log(person: User, by: User, what: str) -> None:
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Editor, for_concrete_model=False),
        object_id=str(person.pk),
        object_repr=str(person),
        action_flag=CHANGE,
        change_message=what,
    )
