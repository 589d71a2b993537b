"""A submission as its organisation sees it: where it stands, what is missing, what was said, what comes next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practices import checklist, content
from practices.comparison import compare
from practices.forms.desk import SendForm, TextForm
from practices.labels import Labels
from practices.models import Event, Remark, Submission
from practices.models.choices import Status
from practices.moderation import Incomplete, Refusal, Role, Verb, allowed_verbs, colleagues, officer, roles_of
from practices.record import FIELDS, SECTIONS, is_empty
from practices.similar import similar_to
from practices.views.desk import current_user
from practices.views.practice import page_context, with_record


def readable(request: HttpRequest, pk: int) -> Submission:
    """The submission, or 404 for who may not see it."""
    return get_object_or_404(
        Submission.objects.readable_by(current_user(request)).select_related(
            "practice", "organisation", "assignee", "followed_by", "asked_by"
        ),
        pk=pk,
    )


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview."""
    submission = readable(request, pk)
    roles = roles_of(current_user(request), submission)
    values = content.read(submission)
    problems = checklist.problems(values)
    remarks = list(submission.remarks.select_related("by", "answered_by"))
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
        "may": {verb.value for verb in allowed_verbs(submission, roles)},
        "is_ours": Role.CONTRIBUTOR in roles,
        "progress": progress,
        "problems": problems,
        "remarks": [(remark, FIELDS[remark.field].label) for remark in remarks],
        "proposal": _proposal(submission),
        "handed_back": _handed_back(submission),
        "events": [(event, Verb(event.verb).label) for event in submission.events.select_related("by", "reason")],
    }
    return render(request, "desk/case.html", context)


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
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it will be."""
    readable_ones = Submission.objects.readable_by(current_user(request))
    submission = get_object_or_404(with_record(readable_ones), pk=pk)
    return render(request, "practices/practice.html", page_context(submission, is_preview=True))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The last page before sending: everything that is missing at once, and the similar practices."""
    submission = readable(request, pk)
    verbs = allowed_verbs(submission, roles_of(current_user(request), submission))
    if not {Verb.SUBMIT, Verb.RESUBMIT, Verb.ASK_TO_SEND} & set(verbs):
        messages.error(request, _("Questa scheda non si può inviare ora."))
        return redirect("desk:case", pk)
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
        "again": again,
        "asks": asks,
        "open_remarks": open_remarks,
    }
    return render(request, "desk/send.html", context)


def _sent(*, again: bool, asks: bool) -> str:
    if asks:
        return _("La richiesta è partita: chi è responsabile per l'ente legge la scheda e la invia, o ti scrive.")
    if again:
        return _("La scheda è stata inviata di nuovo: torna a chi la sta esaminando.")
    return _("La scheda è stata inviata. Ti abbiamo mandato una ricevuta.")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a remark, or mark it as done without a word."""
    readable_ones = Submission.objects.readable_by(current_user(request))
    remark = get_object_or_404(Remark.objects.select_related("submission"), pk=pk, submission__in=readable_ones)
    form = TextForm(request.POST, required="done" not in request.POST)
    if not form.is_valid():
        messages.error(request, _("Scrivi la risposta."))
    else:
        try:
            officer.answer(remark, by=current_user(request), at=timezone.now(), text=form.cleaned_data["text"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Risposta registrata."))
    return redirect("desk:case", remark.submission_id)
