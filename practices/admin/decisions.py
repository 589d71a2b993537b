"""The verbs of the case page. Each goes through a page that shows what will happen and the mail that will be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Editor, User
from practices import notifications
from practices.forms.moderation import DecisionForm, typed
from practices.models import Event, Practice, Reason, Submission
from practices.models.choices import Origin
from practices.moderation import Refusal, Verb, allowed_verbs, editor, roles_of
from practices.notifications import Message, Optional

Run = Callable[[Submission, User, datetime, dict[str, Any]], object]


@dataclass(frozen=True)
class Decision:
    """A verb with the words around it. `reason`: asks for a reason, a text and remarks; `mail`: what it tells the organisation;
    `to_somebody`: asks for another editor."""

    verb: Verb
    run: Run
    button: Promise
    consequences: Promise
    reason: Reason.Verb | None = None
    mail: Callable[[Submission], Message] | None = None
    style: str = ""
    to_somebody: bool = False

    @property
    def has_mail(self) -> bool:
        """Whether the organisation is written to."""
        return self.mail is not None or self.reason is not None


def _message(data: dict[str, Any]) -> Message | None:
    return Message(data["mail_subject"], data["mail_body"]) if data.get("mail_body") else None


DECISIONS = {
    "prendi": Decision(
        Verb.TAKE,
        lambda s, by, at, data: editor.take(s, by=by, at=at),
        gettext_lazy("Prendi in esame"),
        gettext_lazy("Il caso passa a te. Da questo momento l'ente non può più richiamare la scheda."),
        style="default",
    ),
    "pubblica": Decision(
        Verb.PUBLISH,
        lambda s, by, at, data: editor.publish(s, by=by, at=at, mail=_message(data)),
        gettext_lazy("Pubblica"),
        gettext_lazy(
            "La scheda diventa pubblica subito: nelle ricerche, nelle pagine del territorio, dei Comuni e dell'ente. Se c'è una versione pubblicata, questa la sostituisce. L'ente riceve un'e-mail con l'indirizzo della pagina."
        ),
        mail=notifications.prepare_published,
        style="default",
    ),
    "integrazioni": Decision(
        Verb.REQUEST_CHANGES,
        lambda s, by, at, data: editor.request_changes(
            s, by=by, at=at, reason=data["reason"], text=data["text"], remarks=data["remarks"], mail=_message(data)
        ),
        gettext_lazy("Chiedi integrazioni"),
        gettext_lazy(
            "La scheda torna all'ente, che legge le osservazioni accanto ai campi, corregge e la invia di nuovo a te."
        ),
        reason=Reason.Verb.REQUEST_CHANGES,
    ),
    "respingi": Decision(
        Verb.REJECT,
        lambda s, by, at, data: editor.reject(
            s, by=by, at=at, reason=data["reason"], text=data["text"], mail=_message(data)
        ),
        gettext_lazy("Respingi"),
        gettext_lazy(
            "La scheda non viene pubblicata. Ciò che è già pubblicato resta. L'ente riceve il motivo e può preparare una nuova versione."
        ),
        reason=Reason.Verb.REJECT,
        style="deletelink",
    ),
    "lascia": Decision(
        Verb.RELEASE,
        lambda s, by, at, data: editor.release(s, by=by, at=at),
        gettext_lazy("Lascia il caso"),
        gettext_lazy("Il caso torna in coda, al posto che aveva, e può prenderlo un'altra persona."),
    ),
    "riassegna": Decision(
        Verb.REASSIGN,
        lambda s, by, at, data: editor.reassign(s, by=by, at=at, to=data["to"]),
        gettext_lazy("Riassegna"),
        gettext_lazy("Il caso passa a un'altra persona della redazione, che riceve un'e-mail."),
        to_somebody=True,
    ),
    "ritira-proposta": Decision(
        Verb.RETRACT,
        lambda s, by, at, data: editor.retract(s, by=by, at=at),
        gettext_lazy("Ritira la proposta"),
        gettext_lazy("Torna il testo dell'ente, com'era prima della proposta."),
    ),
    "chiudi": Decision(
        Verb.CLOSE,
        lambda s, by, at, data: editor.close(s, by=by, at=at, mail=_message(data)),
        gettext_lazy("Chiudi per mancata risposta"),
        gettext_lazy("La scheda viene chiusa. L'ente riceve un'e-mail e può riprendere il testo quando vuole."),
        mail=notifications.prepare_closed,
    ),
    "riapri": Decision(
        Verb.REOPEN,
        lambda s, by, at, data: editor.reopen(s, by=by, at=at),
        gettext_lazy("Riapri"),
        gettext_lazy("Il caso torna in esame ed è in carico a te."),
    ),
}


@dataclass(frozen=True)
class Button:
    """A link to the page of a verb."""

    verb: Verb
    text: Promise
    url: str
    style: str = ""


def buttons(submission: Submission, user: User) -> list[Button]:
    """What this person may do now."""
    allowed = allowed_verbs(submission, roles_of(user, submission))
    if user.pk in editor.who_may_not_publish(submission):
        allowed = [verb for verb in allowed if verb not in (Verb.PUBLISH, Verb.REJECT)]
    made = [
        Button(
            decision.verb,
            decision.button,
            reverse("admin:practices_submission_decide", args=[submission.pk, slug]),
            decision.style,
        )
        for slug, decision in DECISIONS.items()
    ]
    proposal = reverse("admin:practices_submission_propose", args=[submission.pk])
    made.insert(3, Button(Verb.PROPOSE, gettext_lazy("Proponi modifiche"), proposal))
    return [button for button in made if button.verb in allowed]


def known_events(of: Submission | Practice) -> "QuerySet[Event]":
    """What editors may know of: of a draft that was never sent, nothing."""
    sent = Q(submission__first_sent_at__isnull=False) | Q(submission__origin=Origin.IMPORTED)
    return of.events.filter(sent)


def last_event(of: Submission | Practice) -> int:
    """By which a page knows whether something happened after it was opened."""
    return known_events(of).aggregate(last=Max("pk"))["last"] or 0


def decide(request: HttpRequest, submission: Submission, user: User, context: dict[str, Any], slug: str) -> HttpResponse:
    """What will happen and the mail; then, confirmed, the deed.

    A page opened before the last event decides nothing: it is shown again with what was typed and what happened.
    """
    if slug not in DECISIONS:
        raise Http404
    decision = DECISIONS[slug]
    last = last_event(submission)
    data = request.POST if request.method == "POST" else None
    form = DecisionForm(
        data,
        reasons_for=decision.reason,
        has_mail=decision.has_mail,
        editors=_others(submission) if decision.to_somebody else None,
        initial=_initial(decision, submission, last),
    )
    case = reverse("admin:practices_submission_change", args=[submission.pk])
    trail = [(reverse("admin:practices_submission_changelist"), _("Coda delle schede")), (case, str(submission))]
    if decision.verb not in allowed_verbs(submission, roles_of(user, submission)):
        told = _("La scheda è «%s»: questa azione ora non è possibile per te.") % submission.get_status_display()
        kept = typed(form, form.remarks or ())
        return no_longer(request, context, title=decision.button, told=told, kept=kept, trail=trail)
    told = ""
    if data is not None and "back" in data and form.has_mail and decision.reason:
        form = form.first_step()
    elif data is not None and form.is_valid():
        found = form.cleaned_data
        if found["seen"] != last:
            told = outdated(submission, found["seen"])
        elif decision.reason and "confirm" not in data:
            form = form.with_mail(notifications.prepare(submission, found["reason"], found["text"]))
        else:
            try:
                decision.run(submission, user, timezone.now(), found)
            except Refusal as refusal:
                told = str(refusal)
            else:
                messages.success(request, _("Fatto: %s.") % decision.button)
                return redirect(case)
    if told and not form.visible_fields():
        # Nothing was typed: what happened is read best where it stands.
        messages.error(request, told)
        return redirect(case)
    if told:
        form = form.knowing(last)
    page = {
        **context,
        "title": decision.button,
        "submission": submission,
        "decision": decision,
        "form": form,
        "told": told,
        "recipients": notifications.addresses(
            notifications.recipients(submission), Optional.PUBLISHED if decision.verb is Verb.PUBLISH else None
        ),
    }
    has_mistakes = form.errors or (form.remarks and form.remarks.total_error_count())
    status = 409 if told else 422 if has_mistakes else 200
    return render(request, "admin/practices/submission/decision.html", page, status=status)


def no_longer(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    title: str | Promise,
    told: str,
    kept: list[tuple[str, str]],
    trail: list[tuple[str, str]],
) -> HttpResponse:
    """The answer where the deed is not possible now: the way back, with what was typed for it on the page, to be copied."""
    if not kept:
        messages.error(request, told)
        return redirect(trail[-1][0])
    page = {**context, "title": title, "told": told, "kept": kept, "trail": trail, "back": trail[-1][0]}
    return render(request, "admin/practices/no_longer.html", page, status=409)


def _initial(decision: Decision, submission: Submission, last: int) -> dict[str, Any]:
    mail = decision.mail(submission) if decision.mail else None
    # As the form reads it, so that one knows whether it was touched.
    return {"seen": last, "mail_subject": mail.subject, "mail_body": mail.body.strip()} if mail else {"seen": last}


def _others(submission: Submission) -> QuerySet[Editor]:
    """Who could have the case instead."""
    return Editor.objects.may_examine(submission.organisation).exclude(cases=submission)


def outdated(of: Submission | Practice, seen: int | None) -> str:
    """What happened after the page was opened."""
    events = known_events(of).filter(pk__gt=max(seen or 0, 0)).select_related("by")
    facts = [f"{Verb(event.verb).label} ({event.by or '–'})" for event in events]
    text = _("Nel frattempo la scheda è cambiata: guarda che cosa è successo e decidi di nuovo.")
    if isinstance(of, Practice):
        text = _("Nel frattempo la pratica è cambiata: guarda che cosa è successo e decidi di nuovo.")
    return f"{text} {', '.join(facts)}." if facts else text
