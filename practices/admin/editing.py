"""Editors who change a text: a proposal to the organisation, or a formal correction of what is live.

One page with the whole record, then what would change and the mail, then the deed. Nothing typed is lost on the way.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import User
from practices import content, notifications
from practices.admin.decisions import last_event, no_longer, outdated
from practices.comparison import compare
from practices.content import Content
from practices.forms.editing import EditForm
from practices.labels import Labels
from practices.models import Practice, Submission
from practices.moderation import Refusal, Verb, allowed_verbs, editor, roles_of
from practices.moderation import practice as verbs
from practices.notifications import Message, Optional


@dataclass(frozen=True)
class Editing:
    """In what the two ways of changing a text differ."""

    submission: Submission
    title: str
    consequences: str
    button: str
    done: str
    back: str
    trail: list[tuple[str, str]]
    prepare: Callable[[Content, str], Message]
    run: Callable[[Content, str, Message], object]
    kind: Optional | None = None
    explains: bool = False
    without: Collection[str] = field(default_factory=tuple)


def propose(request: HttpRequest, submission: Submission, user: User, context: dict[str, Any]) -> HttpResponse:
    """The assignee changes the substance of a case; the organisation confirms it or refuses it."""
    back = reverse("admin:practices_submission_change", args=[submission.pk])
    closed = ""
    if Verb.PROPOSE not in allowed_verbs(submission, roles_of(user, submission)) or submission.practice.removed_at:
        closed = _("La scheda è «%s»: questa azione ora non è possibile per te.") % submission.get_status_display()
    editing = Editing(
        submission,
        title=_("Proponi modifiche"),
        consequences=_(
            "L'ente legge il confronto e conferma o rifiuta. Finché non risponde il caso è fermo; se rifiuta torna il suo testo. Chi propone non può poi pubblicare."
        ),
        button=_("Proponi le modifiche e invia l'e-mail"),
        done=_("Le modifiche sono state proposte all'ente."),
        back=back,
        trail=[(reverse("admin:practices_submission_changelist"), _("Coda delle schede")), (back, str(submission))],
        prepare=lambda values, text: notifications.prepare_edits_proposed(submission, text),
        run=lambda values, text, mail: editor.propose(
            submission, by=user, at=timezone.now(), values=values, text=text, mail=mail
        ),
        explains=True,
    )
    return _edit(request, editing, context, closed=closed)


def correct(request: HttpRequest, practice: Practice, user: User, context: dict[str, Any]) -> HttpResponse:
    """A formal correction of what is live."""
    back = reverse("admin:practices_practice_change", args=[practice.pk])
    published = practice.published
    told = _("Questa azione ora non è possibile per te.")
    if published is None:
        messages.error(request, told)
        return redirect(back)
    editing = Editing(
        published,
        title=_("Correzione formale"),
        consequences=_(
            "Solo refusi, collegamenti, classificazione: la correzione è pubblica subito e l'ente riceve un'e-mail. Dove il testo è lo stesso passa anche nella scheda in lavorazione, altrove lo dice un'osservazione."
        ),
        button=_("Correggi e invia l'e-mail"),
        done=_("La correzione è pubblica."),
        back=back,
        trail=[(reverse("admin:practices_practice_changelist"), _("Pratiche")), (back, str(practice))],
        prepare=lambda values, text: notifications.prepare_corrected(published, values),
        run=lambda values, text, mail: verbs.correct(practice, by=user, at=timezone.now(), values=values, mail=mail),
        kind=Optional.CORRECTED,
        without=verbs.NOT_CORRECTED,
    )
    return _edit(request, editing, context, closed="" if Verb.CORRECT in verbs.possible(practice, by=user) else told)


def _edit(request: HttpRequest, editing: Editing, context: dict[str, Any], *, closed: str) -> HttpResponse:
    """The text; what would change and the mail; the deed. An old page is told what happened, and does nothing by itself.

    `closed`: why this person cannot do it now; empty when they can.
    """
    last = last_event(editing.submission)
    data = request.POST if request.method == "POST" else None
    form = EditForm(editing.submission, data, seen=last, explains=editing.explains, without=editing.without)
    if closed:
        return no_longer(request, context, title=editing.title, told=closed, kept=form.typed(), trail=editing.trail)
    if data is None or "back" in data:
        return _text(request, editing, form, context)
    is_sound = form.look()
    if form.seen != last:
        told = outdated(editing.submission, form.seen)
        return _text(request, editing, form.at_first(seen=last), context, status=409, told=told)
    if not is_sound:
        return _text(request, editing, form.at_first(seen=last), context, status=422)
    values = form.values()
    if not values:
        return _text(request, editing, form, context, status=422, told=_("Non hai cambiato nulla."))
    text = form.letter.cleaned_data.get("explanation", "")
    if not form.letter.has_mail:
        return _review(request, editing, form.with_mail(editing.prepare(values, text)), values, context)
    if not form.letter.is_valid() or "confirm" not in data:
        return _review(request, editing, form, values, context, status=422)
    found = form.letter.cleaned_data
    try:
        editing.run(values, text, Message(found["mail_subject"], found["mail_body"]))
    except Refusal as refusal:
        return _text(request, editing, form.at_first(seen=last), context, status=409, told=str(refusal))
    messages.success(request, editing.done)
    return redirect(editing.back)


def _text(
    request: HttpRequest, editing: Editing, form: EditForm, context: dict[str, Any], *, status: int = 200, told: str = ""
) -> HttpResponse:
    """The first step. `told`: why it goes no further, beside the mistakes in the fields."""
    page = {
        **context,
        "title": editing.title,
        "editing": editing,
        "form": form,
        "errors": form.errors() if status == 422 else [],
        "told": told,
    }
    return render(request, "admin/practices/edit.html", page, status=status)


def _review(
    request: HttpRequest, editing: Editing, form: EditForm, values: Content, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The second step."""
    before = content.read(editing.submission)
    page = {
        **context,
        "title": editing.title,
        "editing": editing,
        "form": form,
        "changes": compare(before, {**before, **values}, Labels()),
        "recipients": notifications.addresses(notifications.recipients(editing.submission), editing.kind),
    }
    return render(request, "admin/practices/edit_review.html", page, status=status)
