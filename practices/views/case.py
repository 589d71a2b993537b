"""A submission as its organisation sees it: where it stands, what is missing, what was said, what comes next."""

from collections.abc import Iterable

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from networks.models import User
from practices import checklist, content, deadlines
from practices.comparison import FieldChange, compare
from practices.content import Content
from practices.forms.desk import SendForm, TextForm
from practices.forms.moderation import RemarkForm
from practices.labels import Labels
from practices.models import Event, Remark, Submission
from practices.models.choices import Status
from practices.moderation import (
    Incomplete,
    Refusal,
    Role,
    Verb,
    WrongStatus,
    allowed_verbs,
    colleagues,
    editor,
    officer,
    roles_of,
)
from practices.receipt import SENDINGS
from practices.record import FIELDS, SECTIONS, is_empty
from practices.similar import similar_to
from practices.views.desk import current_user
from practices.views.practice import page_context
from practices.whole import wholes

# What the people of one organisation, or of two, write to each other: who coordinates reads that it happened.
AMONG_THEMSELVES = (Verb.HAND_OVER, Verb.HAND_BACK, Verb.DISPUTE_ADAPTATION)


def readable(request: HttpRequest, pk: int) -> Submission:
    """The submission, or 404 for who may not see it."""
    return get_object_or_404(
        Submission.objects.readable_by(current_user(request)).select_related(
            "practice", "organisation", "assignee", "followed_by", "asked_by"
        ),
        pk=pk,
    )


def closed_to(user: User, submission: Submission) -> str:
    """Why this person cannot change the submission now; empty when they can."""
    if Verb.SAVE in allowed_verbs(submission, roles_of(user, submission)):
        return ""
    return _("La scheda è «%s»: ora non si può modificare.") % submission.get_status_display()


def turned_away(request: HttpRequest, submission: Submission) -> HttpResponse | None:
    """The way back to the case, with the reason, when this person cannot change the submission now."""
    if closed := closed_to(current_user(request), submission):
        messages.error(request, closed)
        return redirect("desk:case", submission.pk)
    return None


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview."""
    return _overview(request, readable(request, pk))


def _overview(
    request: HttpRequest,
    submission: Submission,
    *,
    answered: QueryDict | None = None,
    refused: RemarkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """`answered`, `refused`: answers to remarks, or a new remark, that could not be taken, shown again as they were typed."""
    user = current_user(request)
    roles = roles_of(user, submission)
    values = content.read(submission)
    problems = checklist.problems(values)
    remarks = list(submission.remarks.select_related("by", "answered_by"))
    answers = _answers(remarks, answered)
    may = allowed_verbs(submission, roles)
    progress = []
    for section in SECTIONS:
        names = {field.name for field in section.fields}
        progress.append(
            {
                "section": section,
                "filled": sum(not is_empty(values[name]) for name in names),
                "problems": [p for p in problems if p.field.name in names],
                "open_remarks": sum(r.field in names and r.state == Remark.State.OPEN for r in remarks),
            }
        )
    context = {
        "submission": submission,
        "may": {verb.value for verb in may},
        "may_answer": Verb.SAVE in may and any(remark.state == Remark.State.OPEN for remark in remarks),
        "may_share": Role.CONTRIBUTOR in roles and not submission.published_at and not submission.practice.merged_into_id,
        "is_ours": bool(roles & {Role.CONTRIBUTOR, Role.WRITER}),
        **_terms(submission),
        "progress": progress,
        "problems": problems,
        "remarks": [(remark, FIELDS[remark.field].label, form) for remark, form in answers],
        "proposal": _proposal(submission),
        "changes": _changes(submission, values, public=not roles),
        "failed": [form for _remark, form in answers if form.errors],
        "handed_back": _handed_back(submission) if roles else None,
        "remark_form": refused
        or (RemarkForm() if editor.is_open(submission) and editor.may_remark(submission, user) else None),
        "events": [(event, Verb(event.verb).label) for event in submission.events.select_related("by", "reason")],
        "without_text": () if roles else AMONG_THEMSELVES,
        # Receipts hold staff's fields, which coordinators do not see.
        "with_receipt": SENDINGS if roles else (),
    }
    return render(request, "desk/case.html", context, status=status)


def _changes(submission: Submission, values: Content, *, public: bool) -> list[FieldChange]:
    """While it is with us again: what differs from what the editors saw last. `public` for who does not see staff's fields."""
    if submission.status not in (Status.DRAFT, Status.CHANGES_REQUESTED):
        return []
    seen: Event | None = submission.events.filter(after__isnull=False).order_by("-pk").first()
    return compare(seen.after, values, Labels(), public=public) if seen else []


def _terms(submission: Submission) -> dict[str, object]:
    """By when something will happen, for what `desk/_next.html` says."""
    answer_by = deadlines.answer_by(submission)
    return {
        "answer_by": answer_by,
        "is_late": answer_by is not None and answer_by < timezone.localdate(),
        "review_days": settings.REVIEW_DAYS,
        "may_close_from": deadlines.may_close_from(submission),
        "silence_days": deadlines.SILENCE.days,
    }


def _handed_back(submission: Submission) -> Event | None:
    """The manager's word, until the submission is sent or she is asked again."""
    about = (Verb.HAND_BACK, Verb.ASK_TO_SEND, Verb.SUBMIT, Verb.RESUBMIT)
    last: Event | None = submission.events.select_related("by").filter(verb__in=about).order_by("-pk").first()
    return last if last and last.verb == Verb.HAND_BACK else None


def _proposal(submission: Submission) -> dict[str, object] | None:
    """The editors' proposed text beside the organisation's own, while it waits for an answer."""
    if submission.status != Status.TO_CONFIRM:
        return None
    event: Event | None = submission.events.filter(verb=Verb.PROPOSE).order_by("-pk").first()
    if event is None or event.after is None:
        return None
    return {"event": event, "changes": compare(event.before, event.after, Labels())}


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # its types know views without arguments alone
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it will be; the editors' case page shows it in a frame."""
    readable_ones = Submission.objects.readable_by(current_user(request)).filter(pk=pk)
    found = wholes(Q(pk__in=readable_ones.values("pk")))
    if not found:
        raise Http404
    return render(request, "practices/practice.html", page_context(found[0], is_preview=True))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The last page before sending: everything that is missing at once, and the similar practices."""
    submission = readable(request, pk)
    verbs = allowed_verbs(submission, roles_of(current_user(request), submission))
    if not {Verb.SUBMIT, Verb.RESUBMIT, Verb.ASK_TO_SEND} & set(verbs):
        return _not_to_be_sent(request, submission)
    again, asks = submission.status == Status.CHANGES_REQUESTED, Verb.ASK_TO_SEND in verbs
    similar = similar_to(submission)
    form = SendForm(request.POST or None)
    if again or not similar:
        del form.fields["similar_seen"]
    problems = checklist.problems(content.read(submission))
    if request.method == "POST" and form.is_valid():
        user, now = current_user(request), timezone.now()
        try:
            if asks:
                colleagues.ask_to_send(submission, by=user, at=now)
            elif again:
                officer.resubmit(submission, by=user, at=now)
            else:
                officer.submit(submission, by=user, at=now, similar_seen=True)
        except Incomplete as refusal:
            problems = refusal.problems
        except WrongStatus:
            # The other click of two was faster.
            return _not_to_be_sent(request, readable(request, pk))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _sent(again=again, asks=asks))
            return redirect("desk:case", pk)
    open_remarks = submission.remarks.filter(state=Remark.State.OPEN).count()
    context = {
        "submission": submission,
        "form": form,
        "problems": problems,
        "similar": similar,
        "origins": set(submission.adaptations.values_list("origin", flat=True)),
        "again": again,
        "asks": asks,
        "open_remarks": open_remarks,
    }
    return render(request, "desk/send.html", context)


def _not_to_be_sent(request: HttpRequest, submission: Submission) -> HttpResponse:
    """To its page, which says where it stands. Who clicked twice, or sent again what was not answered, did nothing wrong."""
    if submission.status in (Status.SUBMITTED, Status.UNDER_REVIEW):
        messages.info(request, _("La scheda è già stata inviata."))
    elif submission.asked_at:
        messages.info(request, _("L'invio è già stato chiesto: ora tocca a chi è responsabile per l'ente."))
    else:
        messages.error(request, _("Questa scheda non si può inviare ora."))
    return redirect("desk:case", submission.pk)


def _sent(*, again: bool, asks: bool) -> str:
    if asks:
        return _("La richiesta è partita: chi è responsabile per l'ente legge la scheda e la invia, o ti scrive.")
    if again:
        return _("La scheda è stata inviata di nuovo: torna a chi la sta esaminando.")
    return _("La scheda è stata inviata. Ti abbiamo mandato una ricevuta.")


def _answers(remarks: Iterable[Remark], data: QueryDict | None) -> list[tuple[Remark, TextForm]]:
    """For each remark the form of its answer; all of them are sent together, so that none is lost by sending another."""
    label = _("La tua risposta")
    return [(one, TextForm(data, required=False, label=label, prefix=f"answer-{one.pk}")) for one in remarks]


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the remarks: all that was written, and the one that is marked as done without a word.

    When one of the answers cannot be taken, all are shown again and none is saved.
    """
    submission = readable(request, pk)
    if back := turned_away(request, submission):
        return back
    answers = _answers(submission.remarks.all(), request.POST)
    if not all(form.is_valid() for _remark, form in answers):
        return _overview(request, submission, answered=request.POST, status=422)
    said = [(one, form.cleaned_data["text"]) for one, form in answers]
    said = [(one, text) for one, text in said if text or request.POST.get("done") == str(one.pk)]
    if not said:
        messages.error(request, _("Non hai scritto nessuna risposta."))
        return _overview(request, submission, status=422)
    try:
        with transaction.atomic():
            for one, text in said:
                officer.answer(one, by=current_user(request), at=timezone.now(), text=text)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _overview(request, submission, answered=request.POST, status=409)
    told = ngettext("Risposta registrata.", "Registrate %(n)d risposte.", len(said)) % {"n": len(said)}
    messages.success(request, told)
    return redirect("desk:case", pk)


@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """A coordinator of the organisation's network says something of a field. What cannot be taken is shown again."""
    submission = readable(request, pk)
    user = current_user(request)
    if not editor.may_remark(submission, user):
        messages.error(request, _("Non puoi lasciare osservazioni su questa scheda."))
        return redirect("desk:case", pk)
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            editor.remark(submission, by=user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Osservazione aggiunta: l'ente la legge accanto al campo."))
            return redirect("desk:case", pk)
    return _overview(request, submission, refused=form, status=422)
