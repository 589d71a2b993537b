"""What an organisation's people do with one click: each through a page that says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from networks.models import Organisation, User
from practices.forms.desk import TextForm
from practices.forms.fields import RowField
from practices.models import Practice, Submission
from practices.moderation import Forbidden, Refusal, Verb, allowed_verbs, colleagues, officer, roles_of
from practices.moderation import practice as practice_verbs
from practices.views.acting import acting_for
from practices.views.case import readable
from practices.views.desk import current_user


@dataclass(frozen=True)
class Action:
    """A verb with the words around it. `text` is the label of what must or may be written, if anything."""

    verb: Verb
    run: Callable[[Submission, User, str], object]
    button: Promise
    explanation: Promise
    done: Promise
    text: Promise | None = None
    text_required: bool = False


ACTIONS = {
    "richiama": Action(
        Verb.RECALL,
        lambda s, by, text: officer.recall(s, by=by, at=timezone.now()),
        gettext_lazy("Richiama la scheda"),
        gettext_lazy(
            "La scheda torna in bozza: la puoi modificare e inviare di nuovo. La redazione non la vede più in coda."
        ),
        gettext_lazy("La scheda è di nuovo una bozza."),
    ),
    "ritira": Action(
        Verb.WITHDRAW,
        lambda s, by, text: officer.withdraw(s, by=by, at=timezone.now(), text=text),
        gettext_lazy("Ritira la scheda"),
        gettext_lazy(
            "La redazione smette di esaminarla. Il testo resta qui e se ne può fare una nuova versione. Ciò che è pubblicato resta pubblicato."
        ),
        gettext_lazy("La scheda è stata ritirata."),
        gettext_lazy("Motivo (facoltativo)"),
    ),
    "elimina": Action(
        Verb.DISCARD,
        lambda s, by, text: officer.discard(s, by=by, at=timezone.now()),
        gettext_lazy("Elimina la bozza"),
        gettext_lazy("La bozza, mai inviata, viene eliminata con i suoi allegati. Non si può annullare."),
        gettext_lazy("La bozza è stata eliminata."),
    ),
    "restituisci": Action(
        Verb.HAND_BACK,
        lambda s, by, text: colleagues.hand_back(s, by=by, at=timezone.now(), text=text),
        gettext_lazy("Restituisci senza inviare"),
        gettext_lazy("La scheda resta com'è. Chi ha chiesto l'invio riceve la tua spiegazione per e-mail e la trova qui."),
        gettext_lazy("La scheda è stata restituita."),
        gettext_lazy("Che cosa serve prima dell'invio"),
        True,
    ),
    "conferma": Action(
        Verb.CONFIRM,
        lambda s, by, text: officer.confirm(s, by=by, at=timezone.now()),
        gettext_lazy("Conferma le modifiche"),
        gettext_lazy("Il testo proposto dalla redazione diventa il vostro, e l'esame prosegue."),
        gettext_lazy("Le modifiche sono confermate."),
    ),
    "rifiuta": Action(
        Verb.REFUSE,
        lambda s, by, text: officer.refuse(s, by=by, at=timezone.now(), text=text),
        gettext_lazy("Rifiuta le modifiche"),
        gettext_lazy("Torna il vostro testo di prima, e l'esame prosegue."),
        gettext_lazy("Le modifiche sono rifiutate: vale il vostro testo."),
        gettext_lazy("Perché"),
        True,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def verb(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What will happen, then the deed."""
    if slug not in ACTIONS:
        raise Http404
    action = ACTIONS[slug]
    submission = readable(request, pk)
    user = current_user(request)
    if action.verb not in allowed_verbs(submission, roles_of(user, submission)):
        messages.error(request, _("La scheda è «%s»: questa azione non è possibile.") % submission.get_status_display())
        return redirect("desk:case", pk)
    form = TextForm(request.POST or None, label=action.text, required=action.text_required)
    if request.method == "POST" and (action.text is None or form.is_valid()):
        try:
            action.run(submission, user, form.cleaned_data["text"] if action.text else "")
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:case", pk)
        messages.success(request, str(action.done))
        return redirect("desk:dashboard") if action.verb is Verb.DISCARD else redirect("desk:case", pk)
    return render(request, "desk/verb.html", {"submission": submission, "action": action, "form": form})


def _text_of_case(request: HttpRequest, practice: Practice) -> Submission | None:
    """The closed text on whose page the button stands, to begin with; the dashboard's buttons name none."""
    if "from" not in request.POST:
        return None
    closed = Submission.objects.readable_by(current_user(request)).closed().filter(practice=practice)
    try:
        found: Submission = RowField(queryset=closed).clean(request.POST["from"])
    except ValidationError as error:
        raise Http404 from error
    return found


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of our own practice, or the one in the works."""
    user = current_user(request)
    practice = get_object_or_404(Practice.objects.filter(organisation__in=Organisation.objects.acted_for_by(user)), pk=pk)
    text = _text_of_case(request, practice)
    try:
        submission = officer.revise(practice, by=user, at=timezone.now(), from_=text)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:dashboard")
    return redirect("desk:case", submission.pk)


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over an imported practice: a draft with its text, or with ours of an earlier time, to complete."""
    user = current_user(request)
    practice = get_object_or_404(Practice.objects.visible(), pk=pk)
    text = _text_of_case(request, practice)
    refusal: Refusal | None = None
    # The one that she works for now comes first: a union and one of its Comuni may both take it.
    authorities = [
        organisation
        for organisation in acting_for(request, user).organisations
        if organisation.is_local_authority and (text is None or text.organisation_id == organisation.pk)
    ]
    for organisation in authorities:
        try:
            submission = officer.claim(practice, organisation=organisation, by=user, at=timezone.now(), from_=text)
        except Refusal as error:
            refusal = error
        else:
            if text is None:
                messages.success(request, _("Il testo pubblicato è diventato una vostra bozza: completatela e inviatela."))
            return redirect("desk:case", submission.pk)
    if refusal is None or isinstance(refusal, Forbidden):
        raise Http404
    messages.error(request, str(refusal))
    return redirect("desk:dashboard")


@require_POST
def confirm_valid(request: HttpRequest, pk: int) -> HttpResponse:
    """What we published still holds."""
    user = current_user(request)
    practice = get_object_or_404(Practice.objects.filter(organisation__in=Organisation.objects.acted_for_by(user)), pk=pk)
    try:
        practice_verbs.confirm_valid(practice, by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Grazie: la pratica risulta confermata oggi."))
    return redirect("desk:dashboard")
