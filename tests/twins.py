"""Two organisations that have the same of everything, so that what is one's can be sent in place of the other's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from networks import affiliations, invitations
from networks.models import Organisation, User
from practices import freshness, monitoring, sharing
from practices.models import Practice
from practices.models.choices import Status
from practices.moderation import editor, officer
from practices.moderation.replication import propose_adaptation
from practices.record import SECTIONS
from tests import make
from tests.samples import full_draft, full_values, imported


@dataclass(frozen=True)
class Twin:
    """An organisation, its manager, and the address of everything that only its people may use, by the same labels."""

    of: Organisation
    manager: User
    addresses: dict[str, str]
    # Those of everybody, whose forms say for whom.
    forms: dict[str, str]


def twin(name: str, code: str, sign: str) -> Twin:
    """The Comune of this town, with a case in each state and people in each."""
    of = make.organisation(f"Comune di {name}", make.municipality(name, code, sign=sign))
    other = make.organisation("Comune di Forlì", make.municipality("Forlì", "D704", sign="FC"))
    by, colleague, examiner = make.officer_of(of, "manager"), make.officer_of(of), make.editor_user()
    own = {"of": of, "by": by, "assignee": examiner}
    town = {"municipalities": [code]}

    draft = full_draft(of, by, title=f"Bozza di {name}", **town)
    to_answer = make.submission(
        Status.UNDER_REVIEW, **own, **full_values(title=f"Da integrare di {name}", adaptations=[], **town)
    )
    to_answer = editor.request_changes(
        to_answer, by=examiner, at=make.later(4), reason=make.reason(), text="x", remarks=[("title", "Più breve.")]
    )
    to_confirm = make.submission(Status.TO_CONFIRM, **own, title=f"Da confermare di {name}", **town)
    sent = make.submission(Status.SUBMITTED, **own, title=f"Inviata di {name}", **town)
    link = sharing.share(draft, by=by, at=timezone.now(), note=f"Sindaca di {name}")

    measured = {"name": f"Iscritti di {name}", "unit": "persone", "direction": "up", "source": "", "baseline": None}
    live = make.submission(
        Status.PUBLISHED, **own, title=f"Pubblicata di {name}", indicators=[{**measured, "target": None}], **town
    )
    indicator = live.practice.indicators.get()
    said = monitoring.Said(period="2020", on=date(2020, 12, 31), value=Decimal(12))
    (reading,) = monitoring.declare(live.practice, by=by, at=make.later(5), said=[(indicator, said)])
    row = {"origin": live.practice.code, "origin_name": "", "origin_url": "", "year": 2020, "changes": "Orari."}
    child = make.submission(
        Status.PUBLISHED, of=other, title=f"Figlia di {name}", adaptations=[{**row, "outcome": "under_way"}]
    )
    theirs = make.submission(Status.PUBLISHED, of=other, title=f"Modello di {name}")
    someone = theirs.created_by
    assert someone is not None
    proposal = propose_adaptation(theirs.practice, by=someone, at=make.later(6), to=of)
    taken = imported(of, slug=f"ripresa-{of.slug}", municipalities=[code])
    to_revise = make.submission(Status.PUBLISHED, **own, title=f"Da rivedere di {name}", **town)
    revised = officer.revise(to_revise.practice, by=by, at=make.later(7))
    Practice.objects.filter(pk=live.practice_id).update(confirmed_on=make.NOW.date())

    asked = affiliations.request(of, by=make.user(), at=make.later(8))
    invitation = invitations.invite(of, email=f"{of.slug}@example.org", role="contributor", by=by, at=timezone.now())
    end = colleague.affiliations.get()
    live.practice.refresh_from_db()
    token = freshness.link_for(live.practice, by).rstrip("/").rpartition("/")[2]

    named = {
        "practice's new version": ("desk:revise", live.practice_id),
        "practice still valid": ("desk:confirm_valid", live.practice_id),
        "practice still valid, by mail": ("desk:confirm_by_link", token),
        "practice was adapted": ("desk:propose_adaptation", live.practice_id),
        "readings": ("desk:readings", live.practice_id),
        "readings' file": ("desk:readings_file", live.practice_id),
        "readings' template": ("desk:readings_template", live.practice_id),
        "reading's correction": ("desk:correct_reading", reading.pk),
        "indicator's end": ("desk:close_indicator", indicator.pk),
        "imported practice": ("desk:claim", taken.practice_id),
        "adaptation confirmed": ("desk:confirm_adaptation", child.adaptations.get().pk),
        "adaptation disputed": ("desk:dispute_adaptation", child.adaptations.get().pk),
        "proposal accepted": ("desk:accept_adaptation", proposal.pk),
        "proposal declined": ("desk:decline_adaptation", proposal.pk),
        "colleagues": ("desk:colleagues", of.slug),
        "request approved": ("desk:approve", asked.pk),
        "request declined": ("desk:decline", asked.pk),
        "colleague's role": ("desk:change_role", end.pk),
        "colleague leaves": ("desk:end", end.pk),
        "invitation revoked": ("desk:revoke", invitation.pk),
        "link revoked": ("desk:revoke_link", link.pk),
        "remark's answer": ("desk:answer", to_answer.pk),
        "receipt": ("desk:receipt", sent.pk, sent.events.get(verb="submit").pk),
        "origin of a draft": ("desk:adapted", draft.pk, theirs.practice_id),
        "sending again": ("desk:send", to_answer.pk),
        "recalling": ("desk:verb", sent.pk, "richiama"),
        "withdrawing": ("desk:verb", sent.pk, "ritira"),
        "discarding": ("desk:verb", draft.pk, "elimina"),
        "proposed text confirmed": ("desk:verb", to_confirm.pk, "conferma"),
        "proposed text refused": ("desk:verb", to_confirm.pk, "rifiuta"),
        "revision discarded": ("desk:verb", revised.pk, "elimina"),
        **{
            f"draft's {page}": (f"desk:{page}", draft.pk)
            for page in ("case", "preview", "links", "send", "hand_over", "upload")
        },
        **{f"section {one.name}": ("desk:section", draft.pk, one.name) for one in SECTIONS},
        **{f"section {one.name} to answer": ("desk:section", to_answer.pk, one.name) for one in SECTIONS},
        **{f"autosave {one.name}": ("desk:autosave", draft.pk, one.name) for one in SECTIONS},
        **{f"file {file.kind}": ("practices:attachment", file.pk, file.name) for file in draft.attachments.order_by("kind")},
    }
    forms = {"new practice": reverse("desk:start"), "also here": reverse("desk:replicate", args=[theirs.practice_id])}
    return Twin(of, by, {label: reverse(view, args=args) for label, (view, *args) in named.items()}, forms)
