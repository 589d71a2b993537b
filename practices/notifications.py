"""Mails: one function a message, queued in the transaction that causes it. Each returns what was written, for the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks import affiliations
from networks.models import Editor, Organisation, User
from portal.lib import mail
from practices import deadlines, freshness
from practices.models import Reason, Submission
from practices.record import FIELDS


class Optional(TextChoices):
    """The mails that a person may do without. Those that ask for an answer or tell a decision always come."""

    RECEIPT = "receipt", _("La ricevuta di ciò che invio")
    PUBLISHED = "published", _("La pubblicazione delle schede del mio ente")
    CORRECTED = "corrected", _("Le correzioni formali della redazione a ciò che è pubblicato")
    SENT_AGAIN = "sent_again", _("L'arrivo delle integrazioni che ho chiesto")
    PROPOSAL_ANSWERED = "proposal_answered", _("La risposta alle modifiche che ho proposto")
    WITHDRAWN = "withdrawn", _("Il ritiro di una scheda che ho in carico")
    REPORTED = "reported", _("Le segnalazioni di chi legge le pratiche pubblicate, per i territori del mio riepilogo")
    DIGEST = "digest", _("Il riepilogo del giorno: le schede da prendere in carico e le richieste di incarico")


FOR_EDITORS = (Optional.SENT_AGAIN, Optional.PROPOSAL_ANSWERED, Optional.WITHDRAWN, Optional.REPORTED, Optional.DIGEST)


@dataclass(frozen=True)
class Message:
    """A mail as it goes out."""

    subject: str
    body: str


def write(template: str, submission: Submission | None = None, **context: Any) -> Message:
    """A message from its template, in Italian."""
    with translation.override("it"):
        return Message(*mail.compose(template, {"submission": submission, **context}))


@dataclass(frozen=True)
class Letter:
    """A mail and those whom it is for."""

    to: Iterable[User]
    message: Message
    kind: Optional | None = None


def send_all(letters: Iterable[Letter]) -> list[str]:
    """Queue each for those who want it, all of them in one query; of each what was written to whom."""
    found = [(addresses(letter.to, letter.kind), letter.message) for letter in letters]
    mail.queue_all((to, message.subject, message.body) for to, message in found)
    return [_kept(to, message) for to, message in found]


def send(to: Iterable[User], message: Message, kind: Optional | None = None) -> str:
    """Queue it for those who want it; what was written to whom."""
    return send_all([Letter(to, message, kind)])[0]


def _kept(found: list[str], message: Message) -> str:
    return f"A: {', '.join(found)}\n{message.subject}\n\n{message.body}" if found else ""


def addresses(people: Iterable[User], kind: Optional | None = None) -> list[str]:
    """Where it goes: to those who want it, if it is of a kind that can be done without."""
    return sorted({person.email for person in people if kind is None or kind not in person.unwanted_mails})


def recipients(submission: Submission) -> list[User]:
    """Everybody who acts for the organisation today, but those who leave to its follower what somebody follows."""
    return following(submission, people_of([submission.organisation]))


def following(submission: Submission, people: list[User]) -> list[User]:
    """These, but those who leave it to its follower, if she is one of them."""
    if submission.followed_by not in people:
        return people
    return [person for person in people if person == submission.followed_by or not person.only_followed_mails]


def people_of(organisations: Iterable[Organisation]) -> list[User]:
    """Everybody who acts for one of these today."""
    return list(dict.fromkeys(chain.from_iterable(affiliations.people_by_organisation(organisations).values())))


def _assignee(submission: Submission) -> list[User]:
    return [submission.assignee] if submission.assignee and submission.assignee.is_active else []


def receipt(submission: Submission) -> str:
    """To who sent it: it has arrived, and what happens next."""
    to = [submission.submitted_by] if submission.submitted_by else []
    return send(to, write("receipt", submission, answer_by=deadlines.answer_by(submission)), Optional.RECEIPT)


def sent_again(submission: Submission) -> str:
    """To the editor in charge: the requested changes have arrived."""
    return send(_assignee(submission), write("sent_again", submission), Optional.SENT_AGAIN)


def withdrawn(submission: Submission) -> str:
    """To the editor in charge: the organisation took it back."""
    return send(_assignee(submission), write("withdrawn", submission), Optional.WITHDRAWN)


def proposal_answered(submission: Submission, *, accepted: bool, text: str) -> str:
    """To the editor in charge: the organisation confirmed or refused the proposed text."""
    message = write("proposal_answered", submission, accepted=accepted, text=text)
    return send(_assignee(submission), message, Optional.PROPOSAL_ANSWERED)


def prepare(submission: Submission, reason: Reason, text: str) -> Message:
    """The mail of a request or a rejection, from the reason's text and the editor's own; the editor may change it."""
    return write(reason.verb, submission, reason=reason, text=text)


def changes_requested(submission: Submission, message: Message) -> str:
    """To the organisation: what is asked, with the link to the remarks."""
    return send(recipients(submission), message)


def rejected(submission: Submission, message: Message) -> str:
    """To the organisation: the reason why not."""
    return send(recipients(submission), message)


def prepare_edits_proposed(submission: Submission, text: str) -> Message:
    """The mail of a proposal, with the editor's explanation."""
    return write("edits_proposed", submission, text=text)


def edits_proposed(submission: Submission, message: Message) -> str:
    """To the organisation: a proposed text to confirm or refuse."""
    return send(recipients(submission), message)


def prepare_published(submission: Submission) -> Message:
    """The mail of a publication, before or after it: where the page is."""
    return write("published", submission)


def published(submission: Submission, people: list[User], message: Message) -> Letter:
    """To the organisation, for which these people act: it is public, and where."""
    return Letter(following(submission, people), message, Optional.PUBLISHED)


def prepare_closed(submission: Submission) -> Message:
    """The mail of a case that is closed for silence."""
    return write("closed", submission)


def closed(submission: Submission, message: Message) -> str:
    """To the organisation: closed for silence; it can be taken up again."""
    return send(recipients(submission), message)


def prepare_corrected(submission: Submission, names: Iterable[str]) -> Message:
    """The mail of a formal correction of these fields."""
    return write("corrected", submission, labels=[str(FIELDS[name].label) for name in names])


def corrected(submission: Submission, message: Message) -> str:
    """To the organisation: what was corrected in the published text."""
    return send(recipients(submission), message, Optional.CORRECTED)


def handed_over(submission: Submission, by: User) -> str:
    """To the colleague who looks after it from now on."""
    to = [submission.followed_by] if submission.followed_by else []
    return send(to, write("handed_over", submission, by=by))


def asked_to_send(submission: Submission) -> str:
    """To the organisation's managers: a colleague's submission is ready to be read and sent."""
    managers = User.objects.filter(affiliations__in=submission.organisation.affiliations.managers())
    return send(managers.distinct(), write("asked_to_send", submission))


def handed_back(submission: Submission, text: str) -> str:
    """To who asked for it to be sent: what is to be done first."""
    asked = submission.asked_by
    to = [asked] if asked and asked in people_of([submission.organisation]) else []
    return send(to, write("handed_back", submission, text=text))


def reassigned(submission: Submission, text: str) -> str:
    """To the editor who has the case from now on."""
    return send(_assignee(submission), write("reassigned", submission, text=text))


def cases_given(to: User, submissions: list[Submission], text: str) -> str:
    """To the editor who has these cases from now on."""
    return send([to], write("cases_given", submissions=submissions, text=text))


def delivered(submission: Submission) -> str:
    """To the organisation: an editor has begun a text for it, which it may now complete and send."""
    return send(recipients(submission), write("delivered", submission))


def appointed(person: User, group: str) -> str:
    """To who is an editor from now on."""
    return send([person], write("appointed", group=group))


def dismissed(person: User) -> str:
    """To who is an editor no longer."""
    return send([person], write("dismissed"))


def overdue(submission: Submission, chiefs: Iterable[User]) -> str:
    """To the chief editors: nobody has taken it for too long."""
    return send(chiefs, write("overdue", submission))


def answer_awaited(submission: Submission, *, closes_on: date | None) -> str:
    """To the organisation: the editors wait for its answer. `closes_on`: from when they may close it without one."""
    return send(recipients(submission), write("answer_awaited", submission, closes_on=closes_on))


def draft_waits(submission: Submission) -> str:
    """To who began a draft that nobody has touched for long; where she no longer may read it, to her colleagues."""
    acting = recipients(submission)
    author = submission.created_by
    if author and submission.on_behalf and submission.handed_over_at is None:
        acting = [author]
    moments = filter(None, (submission.saved_at, submission.waiting_since))
    message = write("draft_waits", submission, since=max(moments, default=None))
    return send([person for person in acting if person == author] or acting, message)


def to_be_confirmed(submission: Submission) -> str:
    """To the organisation: a year has passed since it last said that the practice is still as published.

    Each gets a link of her own; what is kept for the record has none.
    """
    people = recipients(submission)
    for person in people:
        send([person], write("to_be_confirmed", submission, link=freshness.link_for(submission.practice, person)))
    return _kept(addresses(people), write("to_be_confirmed", submission, link=gettext("(collegamento personale)")))


def past_its_end(submission: Submission) -> str:
    """To the organisation: by its own date it is over, by its stage it goes on."""
    return send(recipients(submission), write("past_its_end", submission))


def digest(editor: User, found: object) -> str:
    """To an editor: what `practices.digest` found waiting in her territories."""
    return send([editor], write("digest", found=found), Optional.DIGEST)


def reported(submission: Submission, *, text: str, email: str) -> str:
    """To the editors of its territory: what a reader says is wrong; where none of them wants it, to the chief editors."""
    message = write("reported", submission, lines=text.splitlines(), email=email)
    following = Editor.objects.following(submission.organisation)
    return send(following, message, Optional.REPORTED) or send(Editor.objects.chiefs(), message)


def prepare_archived(submission: Submission, notice: str) -> Message:
    """Out of the lists, with this notice on its page."""
    return write("archived", submission, notice=notice)


def prepare_removed(submission: Submission, reason: str) -> Message:
    """Removed, for this class of reason."""
    return write("removed", submission, reason=reason)


def prepare_restored(submission: Submission) -> Message:
    """In its place again, after it was archived or removed."""
    return write("restored", submission)


def prepare_rolled_back(submission: Submission, text: str) -> Message:
    """The version before is live again, and why."""
    return write("rolled_back", submission, text=text)


def prepare_transferred(submission: Submission, old: Organisation, new: Organisation) -> Message:
    """A practice that passes from one organisation to another."""
    return write("transferred", submission, old=old, new=new)


def told(organisations: Iterable[Organisation], message: Message) -> str:
    """To these organisations: what was done to a practice after its publication."""
    return send(people_of(organisations), message)
