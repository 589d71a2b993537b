"""What is done to a practice after its publication, each through a page that says the consequences and shows the mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import User
from practices import content, merging_mails, notifications
from practices.admin.decisions import Button, last_event, no_longer, outdated
from practices.comparison import FieldChange, compare
from practices.forms.moderation import typed
from practices.forms.practice import MaskForm, MergeForm, NoticeForm, OptionalForm, RemovalForm, TransferForm, VerbForm
from practices.labels import Labels
from practices.masking_mails import prepare_masked
from practices.models import Practice, Submission
from practices.models.choices import RemovalReason
from practices.moderation import Refusal, Verb, masking, merging
from practices.moderation import practice as verbs
from practices.notifications import Message
from practices.similar import similar_to

Data = dict[str, Any]


@dataclass(frozen=True)
class PracticeVerb:
    """A verb with the words around it, what it asks for, and the mail that it prepares from that."""

    verb: Verb
    button: Promise
    consequences: Promise
    form: type[VerbForm]
    mail: Callable[[Submission, Data], Message]
    run: Callable[[Practice, User, datetime, Data, Message], object]
    style: str = ""


CORRECTION = gettext_lazy("Correzione formale")
VERBS = {
    "archivia": PracticeVerb(
        Verb.ARCHIVE,
        gettext_lazy("Archivia"),
        gettext_lazy(
            "Esce dagli elenchi, dalle ricerche e dalla mappa. La pagina resta al suo indirizzo, con l'avviso che scrivi qui; resta anche nei dati aperti. Si può ripristinare, e una nuova versione pubblicata la riporta negli elenchi."
        ),
        NoticeForm,
        lambda s, data: notifications.prepare_archived(s, data["text"]),
        lambda p, by, at, data, mail: verbs.archive(p, by=by, at=at, notice=data["text"], mail=mail),
    ),
    "rimuovi": PracticeVerb(
        Verb.REMOVE,
        gettext_lazy("Rimuovi"),
        gettext_lazy(
            "La pagina dirà soltanto che la pratica è stata rimossa e per quale motivo. Allegati, dati e schede non si leggono più, nemmeno dalla Scrivania. Se il motivo è la tutela di dati personali, neanche la redazione legge più i testi. Si può ripristinare."
        ),
        RemovalForm,
        lambda s, data: notifications.prepare_removed(s, str(RemovalReason(data["reason"]).label)),
        lambda p, by, at, data, mail: verbs.remove(
            p, by=by, at=at, reason=RemovalReason(data["reason"]), text=data["text"], mail=mail
        ),
        style="deletelink",
    ),
    "ripristina": PracticeVerb(
        Verb.RESTORE,
        gettext_lazy("Ripristina"),
        gettext_lazy(
            "Torna com'era: la pagina, gli elenchi, gli allegati. Una pratica rimossa e archiviata torna archiviata."
        ),
        OptionalForm,
        lambda s, data: notifications.prepare_restored(s),
        lambda p, by, at, data, mail: verbs.restore(p, by=by, at=at, text=data["text"], mail=mail),
        style="default",
    ),
    "torna-indietro": PracticeVerb(
        Verb.ROLL_BACK,
        gettext_lazy("Torna alla versione precedente"),
        gettext_lazy(
            "Annulla una pubblicazione sbagliata: torna pubblica la versione di prima e quella di oggi non torna più. La pagina cambia subito come mostra il confronto."
        ),
        VerbForm,
        lambda s, data: notifications.prepare_rolled_back(verbs.version_before(s.practice) or s, data["text"]),
        lambda p, by, at, data, mail: verbs.roll_back(p, by=by, at=at, text=data["text"], mail=mail),
    ),
    "oscura": PracticeVerb(
        Verb.MASK,
        gettext_lazy("Oscura nella storia"),
        gettext_lazy(
            "Per quando una correzione ha tolto dati personali dalla pagina. Del campo che scegli spariscono per sempre tutti i testi diversi da quello pubblicato: nelle versioni precedenti, nella cronologia, nel fascicolo e nelle e-mail. Se è il titolo, cambia anche l'indirizzo della pagina: quello vecchio non conduce più a nulla, il codice sì. Una scheda in lavorazione non cambia, e nemmeno la sua storia: si può oscurare dopo la decisione. Non si può annullare."
        ),
        MaskForm,
        lambda s, data: prepare_masked(s, data["field"], data["text"]),
        lambda p, by, at, data, mail: masking.mask(p, field=data["field"], by=by, at=at, text=data["text"], mail=mail),
    ),
    "unisci": PracticeVerb(
        Verb.MERGE,
        gettext_lazy("Unisci a un'altra"),
        gettext_lazy(
            "Questa pratica è un doppione: esce da elenchi e dati, i suoi allegati non sono più pubblici, e la sua pagina e il suo codice conducono all'altra. Chi l'ha adattata risulta avere adattato l'altra. I testi non si mescolano. Si può separare di nuovo."
        ),
        MergeForm,
        lambda s, data: merging_mails.prepare_merged(s.practice, data["into"], data["text"]),
        lambda p, by, at, data, mail: merging.merge(p, into=data["into"], by=by, at=at, text=data["text"], mail=mail),
    ),
    "separa": PracticeVerb(
        Verb.UNMERGE,
        gettext_lazy("Separa"),
        gettext_lazy("Tornano due pratiche, ciascuna con la sua pagina, i suoi allegati e il suo codice."),
        OptionalForm,
        lambda s, data: merging_mails.prepare_unmerged(s.practice, s.practice.merged_into or s.practice),
        lambda p, by, at, data, mail: merging.unmerge(p, by=by, at=at, text=data["text"], mail=mail),
        style="default",
    ),
    "cambia-ente": PracticeVerb(
        Verb.TRANSFER,
        gettext_lazy("Cambia ente"),
        gettext_lazy(
            "Per quando un Comune confluisce in un altro. La pratica passa all'altro ente con tutte le sue versioni e con la scheda in lavorazione: chi ha un incarico per il vecchio ente non la legge più, chi lo ha per il nuovo la aggiorna. Si annulla ripassandola al primo."
        ),
        TransferForm,
        lambda s, data: notifications.prepare_transferred(s, s.practice.organisation, data["to"]),
        lambda p, by, at, data, mail: verbs.transfer(p, to=data["to"], by=by, at=at, text=data["text"], mail=mail),
    ),
}


def buttons(practice: Practice, user: User) -> list[Button]:
    """What this person may do now, the correction first."""
    allowed = verbs.possible(practice, by=user)
    if Verb.MASK in allowed and not masking.maskable(practice):
        allowed.remove(Verb.MASK)
    correction = reverse("admin:practices_practice_correct", args=[practice.pk])
    made = [Button(Verb.CORRECT, CORRECTION, correction)]
    for slug, one in VERBS.items():
        url = reverse("admin:practices_practice_decide", args=[practice.pk, slug])
        made.append(Button(one.verb, one.button, url, one.style))
    return [button for button in made if button.verb in allowed]


def decide(request: HttpRequest, practice: Practice, user: User, context: dict[str, Any], slug: str) -> HttpResponse:
    """What will happen and what it asks for; the mail; the deed.

    A page opened before the last event does nothing: it is shown again with what was typed and what happened.
    """
    published = practice.published
    if slug not in VERBS or published is None:
        raise Http404
    one, back = VERBS[slug], reverse("admin:practices_practice_change", args=[practice.pk])
    last = last_event(practice)
    data = request.POST if request.method == "POST" else None
    form = one.form(data, practice=practice, initial={"seen": last})
    if one.verb not in verbs.possible(practice, by=user):
        trail = [(reverse("admin:practices_practice_changelist"), _("Pratiche")), (back, practice.code)]
        told = _("Questa azione ora non è possibile per te.")
        return no_longer(request, context, title=one.button, told=told, kept=typed(form), trail=trail)
    told = ""
    if data is not None and "back" not in data:
        is_valid, found = form.is_valid(), form.cleaned_data
        if found.get("seen") != last:
            told = outdated(practice, found.get("seen"))
        elif is_valid and not form.has_mail:
            form = form.with_mail(one.mail(published, found))
        elif is_valid and "confirm" in data:
            try:
                one.run(practice, user, timezone.now(), found, Message(found["mail_subject"], found["mail_body"]))
            except Refusal as refusal:
                told = str(refusal)
            else:
                messages.success(request, _("Fatto: %s.") % one.button)
                return redirect(back)
    if told:
        form = form.knowing(last)
    page = {
        **context,
        "title": one.button,
        "practice": practice,
        "submission": published,
        "one": one,
        "form": form,
        "told": told,
        "changes": _what_returns(published) if one.verb is Verb.ROLL_BACK else None,
        "similar": similar_to(published) if one.verb is Verb.MERGE else [],
        "recipients": sorted(person.email for person in notifications.people_of(_told(practice, form))),
    }
    return render(request, "admin/practices/practice/verb.html", page, status=409 if told else 422 if form.errors else 200)


def _what_returns(published: Submission) -> list[FieldChange]:
    earlier = verbs.version_before(published.practice)
    return compare(content.read(published), content.read(earlier), Labels()) if earlier else []


def _told(practice: Practice, form: VerbForm) -> list[Any]:
    """The organisations that the mail goes to."""
    found = form.cleaned_data if form.is_bound and form.is_valid() else {}
    other = found.get("into") or practice.merged_into
    return [body for body in (practice.organisation, other and other.organisation, found.get("to")) if body]
