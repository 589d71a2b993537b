"""The mails of each step: to whom, with which subject, word for word, and kept in the event that caused them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from post_office.models import STATUS, Email

from networks.models import User
from portal.lib import mail
from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import editor, officer, practice
from practices.notifications import Message
from tests import make
from tests.html_forms import data_of
from tests.samples import client_of

pytestmark = pytest.mark.django_db
AT = make.later(60 * 24 * 40)
TITLE = "L'incontro di via <Turri> & Co"
OFFICERS = ["anna@comune.example", "bruno@comune.example"]


class World:
    """A municipality with two active people and others who must hear nothing; an editor; a submission."""

    def __init__(self, status: Status) -> None:
        self.of = make.organisation()
        self.anna, self.bruno = (make.officer_of(self.of, email=email) for email in OFFICERS)
        self.editor = make.editor_user("redazione@ministero.example")
        make.officer_of(self.of, email="ended@comune.example").affiliations.update(status="ended", ended_at=make.NOW)
        make.user("requested@comune.example").affiliations.create(organisation=self.of)
        User.objects.filter(pk=make.officer_of(self.of, email="gone@comune.example").pk).update(is_active=False)
        make.officer_of(make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO")))
        make.coordinator_of(self.of)
        self.one: Submission = make.submission(status, of=self.of, by=self.anna, assignee=self.editor, title=TITLE)
        if status is Status.TO_CONFIRM:
            Submission.objects.update(title=TITLE)
        Submission.objects.update(reminded_at=make.NOW)
        Email.objects.all().delete()


def queued() -> list[tuple[str, str]]:
    """Recipient and subject of each mail in the queue; each goes to one address, and to no other in any way."""
    rows = list(Email.objects.order_by("pk"))
    for row in rows:
        assert (len(row.to), row.cc, row.bcc, row.status, row.from_email) == (
            1,
            [],
            [],
            STATUS.queued,
            settings.DEFAULT_FROM_EMAIL,
        )
        others = [address for address in OFFICERS if address not in row.to]
        assert [address for address in others if address in row.message] == []
    return [(row.to[0], row.subject) for row in rows]


Step = tuple[Status, Callable[[World], Any], list[str], str]
EDITOR = ["redazione@ministero.example"]
STEPS: dict[str, Step] = {
    "submit": (
        Status.DRAFT,
        lambda w: officer.submit(w.one, by=w.bruno, at=AT, similar_seen=True),
        OFFICERS[1:],
        "Ricevuta",
    ),
    "recall": (Status.SUBMITTED, lambda w: officer.recall(w.one, by=w.anna, at=AT), [], ""),
    "take": (Status.SUBMITTED, lambda w: editor.take(w.one, by=w.editor, at=AT), [], ""),
    "release": (Status.UNDER_REVIEW, lambda w: editor.release(w.one, by=w.editor, at=AT), [], ""),
    "request_changes": (
        Status.UNDER_REVIEW,
        lambda w: editor.request_changes(w.one, by=w.editor, at=AT, reason=make.reason(), text="Completate."),
        OFFICERS,
        "Servono integrazioni",
    ),
    "resubmit": (
        Status.CHANGES_REQUESTED,
        lambda w: officer.resubmit(w.one, by=w.anna, at=AT),
        EDITOR,
        "Integrazioni arrivate",
    ),
    "propose": (
        Status.UNDER_REVIEW,
        lambda w: editor.propose(w.one, by=w.editor, at=AT, values={"summary": "Più breve."}, text="Meglio."),
        OFFICERS,
        "Modifiche da confermare",
    ),
    "confirm": (Status.TO_CONFIRM, lambda w: officer.confirm(w.one, by=w.anna, at=AT), EDITOR, "Modifiche confermate"),
    "refuse": (
        Status.UNDER_REVIEW,
        lambda w: [
            editor.propose(w.one, by=w.editor, at=AT, values={"summary": "Più breve."}, text="Meglio."),
            Email.objects.all().delete(),
            officer.refuse(w.one, by=w.anna, at=AT, text="No."),
        ],
        EDITOR,
        "Modifiche rifiutate",
    ),
    "retract": (Status.TO_CONFIRM, lambda w: editor.retract(w.one, by=w.editor, at=AT), [], ""),
    "publish": (Status.UNDER_REVIEW, lambda w: editor.publish(w.one, by=w.editor, at=AT), OFFICERS, "Pubblicata"),
    "reject": (
        Status.UNDER_REVIEW,
        lambda w: editor.reject(w.one, by=w.editor, at=AT, reason=make.reason("reject"), text="No."),
        OFFICERS,
        "Scheda non pubblicata",
    ),
    "close": (
        Status.CHANGES_REQUESTED,
        lambda w: editor.close(w.one, by=w.editor, at=AT),
        OFFICERS,
        "Chiusa per mancata risposta",
    ),
    "withdraw": (Status.UNDER_REVIEW, lambda w: officer.withdraw(w.one, by=w.anna, at=AT), EDITOR, "Ritirata"),
    "withdraw, in nobody's hands": (Status.SUBMITTED, lambda w: officer.withdraw(w.one, by=w.anna, at=AT), [], ""),
    "correct": (
        Status.PUBLISHED,
        lambda w: practice.correct(w.one.practice, by=w.editor, at=AT, values={"summary": "Più breve."}),
        OFFICERS,
        "Correzione formale",
    ),
    "confirm_valid": (Status.PUBLISHED, lambda w: practice.confirm_valid(w.one.practice, by=w.anna, at=AT), [], ""),
    "revise": (Status.PUBLISHED, lambda w: officer.revise(w.one.practice, by=w.anna, at=AT), [], ""),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_writes_to_whom_it_concerns_and_to_each_alone(step: str) -> None:
    status, run, to, subject = STEPS[step]
    world = World(status)
    with translation.override("en"):
        run(world)
    assert queued() == [(address, f"{subject}: «{TITLE}»") for address in to]


@pytest.mark.parametrize("step", [step for step, (_status, _run, to, _subject) in STEPS.items() if to])
def test_what_was_written_is_in_the_event(step: str) -> None:
    status, run, to, subject = STEPS[step]
    world = World(status)
    run(world)
    event = world.one.events.get(verb=step)
    (body,) = set(Email.objects.values_list("message", flat=True))
    assert event.mail == f"A: {', '.join(to)}\n{subject}: «{TITLE}»\n\n{body}"


def test_a_receipt_says_what_arrived_when_and_what_comes_next() -> None:
    world = World(Status.DRAFT)
    sent = officer.submit(world.one, by=world.anna, at=make.NOW, similar_seen=True)
    assert Email.objects.get().message == (
        "Buongiorno,\n\n"
        f"abbiamo ricevuto la scheda «{TITLE}», inviata a nome dell'ente «Comune di Reggio Emilia» il 2 marzo 2026 alle 10:00.\n\n"
        "Che cosa succede ora: una persona della redazione la prende in esame e vi risponde entro il 1 aprile 2026. Finché "
        "non la prende in esame, potete richiamarla e modificarla. Vi scriveremo a ogni passaggio.\n\n"
        f"La scheda e il suo stato: {settings.SITE_URL}/scrivania/schede/{sent.pk}/\n\n"
        "Redazione delle buone pratiche\nPortale Integrazione Migranti\n"
    )


def test_the_same_words_are_there_as_a_page_with_links_to_the_portal_alone() -> None:
    site = settings.SITE_URL
    mail.queue(
        ["a@example.org"],
        "Un <oggetto>",
        f"Buongiorno,\n\n<b>{site}/scrivania/schede/1/?a=1&b=2.\nAltrove: https://example.org/ e {site}.example.org/\n",
    )
    page = Email.objects.get().html_message
    address = f"{site}/scrivania/schede/1/?a=1&amp;b=2"
    assert (
        page.partition("<body>")[2].split()
        == (
            f'<p>Buongiorno,</p> <p>&lt;b&gt;<a href="{address}">{address}</a>.<br>'
            f"Altrove: https://example.org/ e {site}.example.org/</p> </body> </html>"
        ).split()
    )
    assert "<title>Un &lt;oggetto&gt;</title>" in page


@pytest.mark.parametrize("text", ["{{ 7|add:1 }}", "{% boh %}", "{% include 'base.html' %}", "{# nulla #}", "{{", "100 {%"])
def test_nothing_that_people_write_is_a_template(text: str) -> None:
    world = World(Status.UNDER_REVIEW)
    Submission.objects.update(title=text)
    editor.request_changes(world.one, by=world.editor, at=AT, reason=make.reason(), text=f"Prima {text} dopo.")
    rows = list(Email.objects.all())
    assert [row.subject for row in rows] == [f"Servono integrazioni: «{text}»"] * 2
    assert [f"\n\nPrima {text} dopo.\n\n" in row.message for row in rows] == [True, True]


def test_the_mail_that_the_editor_changed_is_the_one_that_goes() -> None:
    world = World(Status.UNDER_REVIEW)
    written = Message("Un oggetto mio", "Un testo mio,\nsu due righe.")
    editor.reject(world.one, by=world.editor, at=AT, reason=make.reason("reject"), text="No.", mail=written)
    assert queued() == [(address, "Un oggetto mio") for address in OFFICERS]
    assert set(Email.objects.values_list("message", flat=True)) == {"Un testo mio,\nsu due righe."}
    assert world.one.events.last().mail == f"A: {', '.join(OFFICERS)}\nUn oggetto mio\n\nUn testo mio,\nsu due righe."


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_a_subject_is_one_line_whatever_the_title(newline: str) -> None:
    world = World(Status.DRAFT)
    Submission.objects.update(title=f"Titolo{newline}Bcc: altri@example.org")
    officer.submit(world.one, by=world.anna, at=AT, similar_seen=True)
    assert queued() == [(OFFICERS[0], "Ricevuta: «Titolo Bcc: altri@example.org»")]


def test_a_subject_is_one_line_whatever_the_editor_wrote() -> None:
    world = World(Status.UNDER_REVIEW)
    written = Message("Oggetto\r\nBcc: altri@example.org", "Testo.")
    editor.reject(world.one, by=world.editor, at=AT, reason=make.reason("reject"), text="No.", mail=written)
    assert queued() == [(address, "Oggetto Bcc: altri@example.org") for address in OFFICERS]


def test_an_address_twice_gets_one_mail() -> None:
    mail.queue(["b@example.org", "a@example.org", "b@example.org"], "Oggetto", "Testo")
    assert queued() == [("a@example.org", "Oggetto"), ("b@example.org", "Oggetto")]


OPTIONAL = {
    "submit": "receipt",
    "publish": "published",
    "correct": "corrected",
    "resubmit": "sent_again",
    "confirm": "proposal_answered",
    "withdraw": "withdrawn",
}


@pytest.mark.parametrize("step", [step for step, (_status, _run, to, _subject) in STEPS.items() if to])
def test_who_does_without_a_mail_gets_the_others_and_what_asks_for_an_answer_always_comes(step: str) -> None:
    status, run, to, subject = STEPS[step]
    world = World(status)
    kind = OPTIONAL.get(step)
    # Chosen on the page of the first of those who would get it; a colleague's mails stay as they were.
    person = User.objects.get(email=to[0])
    client, url = client_of(person), reverse("desk:mails")
    offered = data_of(client.get(url))["wanted"]
    response = client.post(url, {"wanted": [name for name in offered if name != kind]})
    assert (response["Location"], data_of(client.get(url))["wanted"]) == (url, [n for n in offered if n != kind])
    for known in (world.anna, world.bruno, world.editor):
        known.refresh_from_db()
    run(world)
    gone = [to[0]] if kind in offered else []
    assert queued() == [(address, f"{subject}: «{TITLE}»") for address in to if address not in gone]


def test_editors_choose_among_more_mails_and_nobody_among_unknown_ones() -> None:
    url = reverse("desk:mails")
    for person, offered in ((make.user(), 3), (make.editor_user(), 8)):
        client = client_of(person)
        assert len(data_of(client.get(url))["wanted"]) == offered
        refused = client.post(url, {"wanted": ["changes_requested"]})
        person.refresh_from_db()
        assert (refused.status_code, person.unwanted_mails) == (422, [])


def test_what_a_colleague_follows_is_hers_to_read_for_who_wants_it_so() -> None:
    world = World(Status.UNDER_REVIEW)
    client, url = client_of(world.bruno), reverse("desk:mails")
    client.post(url, {**data_of(client.get(url)), "only_followed": "on"})
    assert data_of(client.get(url))["only_followed"] == ["on"]
    expected = [(world.anna, OFFICERS[:1]), (world.bruno, OFFICERS), (None, OFFICERS), (make.user(), OFFICERS)]
    for follower, to in expected:
        Email.objects.all().delete()
        Submission.objects.update(followed_by=follower)
        editor.propose(world.one, by=world.editor, at=AT, values={"summary": f"Di {follower}."}, text="Così.")
        assert [address for address, _subject in queued()] == to, follower
        editor.retract(world.one, by=world.editor, at=AT)
