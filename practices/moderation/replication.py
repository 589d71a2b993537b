"""Replication: what the organisation of origin says of adaptations, and drafts that begin from another practice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from networks.models import Organisation, User
from practices import content, replication_mails
from practices.content import Content
from practices.context import territory_of
from practices.models import Adaptation, AdaptationProposal, Practice, Submission
from practices.models.choices import Origin
from practices.moderation import officer
from practices.moderation.errors import Forbidden, Refusal, WrongStatus
from practices.moderation.guard import lock_practice, record
from practices.moderation.practice import published_of
from practices.moderation.table import Role, Verb, roles_for
from practices.publication import refresh
from practices.record import FIELDS

# What a draft takes over from the practice that it begins from: the structure, never the text.
CARRIED = ("kind", "main_theme", "other_themes", "target_groups", "action_type")
FIELD = FIELDS["adaptations"]


def origin_of(adaptation: Adaptation) -> Practice | None:
    """The practice whose organisation may speak of it: of a duplicate, the one that stands for it."""
    return (adaptation.origin.merged_into or adaptation.origin) if adaptation.origin else None


def confirm_adaptation(adaptation: Adaptation, *, by: User, at: datetime) -> Adaptation:
    """The origin's organisation says that it is so. It may dispute it later."""
    return _say(adaptation, Verb.CONFIRM_ADAPTATION, by=by, at=at, text="")


def dispute_adaptation(adaptation: Adaptation, *, by: User, at: datetime, text: str) -> Adaptation:
    """The origin's organisation says that it is not so, and why; the page says that it does. It may confirm it later."""
    if not text.strip():
        raise Refusal(_("Scrivi perché."))
    return _say(adaptation, Verb.DISPUTE_ADAPTATION, by=by, at=at, text=text)


@transaction.atomic
def _say(adaptation: Adaptation, verb: Verb, *, by: User, at: datetime, text: str) -> Adaptation:
    practice = lock_practice(adaptation.submission.practice)
    live = Adaptation.objects.filter(submission__in=Submission.objects.live())
    joined = live.select_related("submission__practice", "submission__organisation", "origin__merged_into")
    adaptation = joined.filter(pk=adaptation.pk, origin__isnull=False).first() or _gone()
    origin = origin_of(adaptation) or _gone()
    if Role.CONTRIBUTOR not in roles_for(by, origin.organisation):
        raise Forbidden(_("Lo dice chi lavora per l'ente della pratica di origine."))
    if Role.CONTRIBUTOR in roles_for(by, adaptation.submission.organisation):
        raise Forbidden(_("Lavori anche per l'ente che l'ha adattata: lo dice un'altra persona."))
    published = published_of(origin)
    confirms = verb == Verb.CONFIRM_ADAPTATION
    said = dict.fromkeys(content.SAID_BY_ORIGIN) | {"disputed_text": text}
    said |= {"confirmed_by_id": by.pk, "confirmed_at": at} if confirms else {"disputed_by_id": by.pk, "disputed_at": at}
    # The next version may be in the works already, and an earlier one may return.
    same = Adaptation.objects.filter(
        Q(origin=origin) | Q(origin__merged_into=origin),
        submission__practice=practice,
        year=adaptation.year,
        outcome=adaptation.outcome,
    )
    same.update(**said)
    adaptation.refresh_from_db()
    mail = replication_mails.origin_answered(adaptation, origin)
    record(adaptation.submission, verb, by=by, at=at, text=f"{origin}. {text}".strip(), mail=mail)
    record(published, verb, by=by, at=at, text=f"{practice}. {text}".strip())
    refresh(practice)
    return adaptation


def _gone() -> Any:
    raise WrongStatus(_("Nel frattempo la scheda di chi l'ha adattata è cambiata: guarda che cosa dice ora."))


def new_origins(
    submission: Submission, before: Content | None, after: Content, live: dict[int, Submission]
) -> list[Submission]:
    """The live texts of other organisations' practices that it says for the first time that it adapted: they are told."""
    known = {row["origin"] for row in before["adaptations"]} if before else set()
    new = {row["origin"] for row in after["adaptations"]} - known
    return [
        one
        for one in sorted(live.values(), key=lambda one: one.practice_id)
        if one.practice.code in new and one.organisation_id != submission.organisation_id
    ]


@transaction.atomic
def begin_from(
    origin: Practice,
    *,
    organisation: Organisation,
    by: User,
    at: datetime,
    values: Mapping[str, Any],
    row: Mapping[str, Any],
    token: UUID | None = None,
) -> Submission:
    """A new draft with the structure of a published practice and the link to it; the text is for its authors to write."""
    model = content.read(published_of(origin), CARRIED)
    rows = [{"origin": origin.code, "origin_name": "", "origin_url": "", **row}]
    started = {**territory_of(organisation), **model, **values, "adaptations": rows}
    return officer.start(organisation, by=by, at=at, values=started, token=token)


@transaction.atomic
def add_origin(submission: Submission, origin: Practice, *, by: User, at: datetime, row: Mapping[str, Any]) -> Submission:
    """One more row of «Adattata da»; said of the same origin twice, the later word counts."""
    rows = [other for other in content.read(submission, [FIELD.name])[FIELD.name] if other["origin"] != origin.code]
    if len(rows) >= FIELD.max_rows:
        raise Refusal(_("Le pratiche di origine sono già %d: togline una.") % len(rows))
    rows.append({"origin": origin.code, "origin_name": "", "origin_url": "", **row})
    seen = submission.section_versions.get(FIELD.section, 0)
    return officer.save(submission, by=by, at=at, section=FIELD.section, values={FIELD.name: rows}, seen=seen)


@transaction.atomic
def propose_adaptation(
    origin: Practice, *, by: User, at: datetime, to: Organisation, practice: Practice | None = None, text: str = ""
) -> AdaptationProposal:
    """The origin's organisation tells another one that it adapted a practice; nothing is public until that one says so."""
    origin = lock_practice(origin)
    if Role.CONTRIBUTOR not in roles_for(by, origin.organisation):
        raise Forbidden(_("Lo segnala chi lavora per l'ente della pratica di origine."))
    published = published_of(origin)
    if origin.removed_at or origin.merged_into_id:
        raise WrongStatus(_("La pratica non ha più una sua pagina."))
    if to == origin.organisation:
        raise Refusal(_("È il vostro stesso ente."))
    if practice and Adaptation.objects.filter(origin=origin, submission__in=practice.submissions.live()).exists():
        raise Refusal(_("La sua pagina dice già che è un adattamento della vostra."))
    if AdaptationProposal.objects.filter(origin=origin, organisation=to, answer="").exists():
        raise Refusal(_("Gliel'avete già segnalato: aspettate la risposta."))
    proposal = AdaptationProposal.objects.create(
        origin=origin, organisation=to, practice=practice, text=text, proposed_by=by, proposed_at=at
    )
    mail = replication_mails.adaptation_proposed(proposal)
    # What it knows of it is in the mail: the history is read by others too.
    record(published, Verb.PROPOSE_ADAPTATION, by=by, at=at, text=str(to), mail=mail)
    return proposal


@transaction.atomic
def accept_proposal(
    proposal: AdaptationProposal,
    *,
    by: User,
    at: datetime,
    row: Mapping[str, Any],
    practice: Practice | None = None,
    title: str = "",
) -> Submission:
    """It is so: a row of «Adattata da» in the next version of that practice, or in the draft of a new one."""
    proposal = _answer(proposal, AdaptationProposal.Answer.ACCEPTED, by=by, at=at)
    if practice is None:
        return begin_from(
            proposal.origin, organisation=proposal.organisation, by=by, at=at, values={"title": title}, row=row
        )
    if published_of(practice).origin == Origin.IMPORTED:
        draft = officer.claim(practice, organisation=proposal.organisation, by=by, at=at)
    else:
        draft = officer.revise(practice, by=by, at=at)
    return add_origin(draft, proposal.origin, by=by, at=at, row=row)


@transaction.atomic
def decline_proposal(proposal: AdaptationProposal, *, by: User, at: datetime, text: str = "") -> AdaptationProposal:
    """It is not so, or they do not want to say it."""
    return _answer(proposal, AdaptationProposal.Answer.DECLINED, by=by, at=at, text=text)


def _answer(
    proposal: AdaptationProposal, answer: AdaptationProposal.Answer, *, by: User, at: datetime, text: str = ""
) -> AdaptationProposal:
    held = AdaptationProposal.objects.select_for_update(of=("self",), no_key=True)
    proposal = held.select_related("origin__organisation", "organisation").get(pk=proposal.pk)
    if Role.CONTRIBUTOR not in roles_for(by, proposal.organisation):
        raise Forbidden(_("Risponde chi lavora per l'ente a cui è stato segnalato."))
    if proposal.answer:
        raise WrongStatus(_("Avete già risposto."))
    proposal.answer, proposal.answered_by, proposal.answered_at = answer, by, at
    proposal.save(update_fields=["answer", "answered_by", "answered_at"])
    mail = replication_mails.adaptation_proposal_answered(proposal, text)
    said = f"{proposal.organisation}: {proposal.get_answer_display()}. {text}".strip()
    record(published_of(proposal.origin), Verb.ANSWER_PROPOSAL, by=by, at=at, text=said, mail=mail)
    return proposal
