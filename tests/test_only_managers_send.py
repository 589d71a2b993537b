"""Where the organisation leaves sending to its managers: a contributor asks, a manager reads and sends or hands back."""

import pytest
from django.urls import reverse
from post_office.models import Email

from practices.models import Submission
from practices.models.choices import Status
from practices.moderation import Incomplete, Refusal, colleagues, editor, officer
from tests import make
from tests.desk import SECTION_NAMES
from tests.samples import client_of

pytestmark = pytest.mark.django_db
TITLE = "«Portierato sociale di via Turri»"


class World:
    """Such an organisation, with two managers, a contributor and her draft."""

    def __init__(self, status: Status = Status.DRAFT) -> None:
        self.of = make.organisation(only_managers_submit=True)
        self.managers = [make.officer_of(self.of, "manager", f"capo{n}@comune.example") for n in (1, 2)]
        self.by = make.officer_of(self.of, email="collega@comune.example")
        self.draft = make.submission(of=self.of, by=self.by)
        self.page, self.send = (reverse(f"desk:{name}", args=[self.draft.pk]) for name in ("case", "send"))
        self.hand_back = reverse("desk:verb", args=[self.draft.pk, "restituisci"])
        self.hers, self.theirs = client_of(self.by), client_of(self.managers[0])

    def now(self) -> Submission:
        return Submission.objects.get(pk=self.draft.pk)


def mails() -> list[tuple[str, str]]:
    found = [(row.to[0], row.subject) for row in Email.objects.order_by("pk")]
    Email.objects.all().delete()
    return found


def test_asked_handed_back_asked_again_and_sent() -> None:
    world = World()
    page = world.hers.get(world.page).content.decode()
    assert ("Controlla e chiedi l'invio" in page, "Controlla e invia" in page) == (True, False)
    page = world.hers.get(world.send).content.decode()
    assert ("le schede le invia chi è responsabile" in page, "Dopo l'invio una persona" in page) == (True, False)
    asked = world.hers.post(world.send, {"x": ""})
    assert (asked.status_code, asked["Location"]) == (302, world.page)
    now = world.now()
    assert (now.status, now.asked_by, now.round) == ("draft", world.by, 0)
    assert mails() == [(f"capo{n}@comune.example", f"Da leggere e inviare: {TITLE}") for n in (1, 2)]
    # Asked once is enough, and meanwhile she may go on writing.
    assert "ha chiesto l'invio il" in world.hers.get(world.page).content.decode()
    again = world.hers.post(world.send, {"x": ""}, follow=True)
    assert (again.redirect_chain, mails()) == ([(world.page, 302)], [])
    assert [str(message) for message in again.context["messages"]] == [
        "L'invio è già stato chiesto: ora tocca a chi è responsabile per l'ente."
    ]
    assert world.hers.get(reverse("desk:section", args=[world.draft.pk, SECTION_NAMES[0]])).status_code == 200

    board = world.theirs.get("/scrivania/")
    assert (list(board.context["to_send"]), list(board.context["to_do"])) == ([world.draft], [])
    board = world.hers.get("/scrivania/")
    assert (list(board.context["to_send"]), list(board.context["to_do"])) == ([], [world.draft])
    assert world.theirs.post(world.hand_back, {"text": ""}).status_code == 200
    assert world.now().asked_at
    # A contributor cannot.
    world.hers.post(world.hand_back, {"text": "Fatto."})
    assert (world.now().asked_by, mails()) == (world.by, [])
    world.theirs.post(world.hand_back, {"text": "Manca il costo."})
    assert (world.now().asked_by, world.now().status) == (None, "draft")
    assert mails() == [("collega@comune.example", f"Da rivedere prima dell'invio: {TITLE}")]
    page = world.hers.get(world.page).content.decode()
    assert ("senza inviarla" in page, page.count("Manca il costo.")) == (True, 2)

    world.hers.post(world.send, {"x": ""})
    assert "senza inviarla" not in world.hers.get(world.page).content.decode()
    mails()
    world.theirs.post(world.send, {"x": ""})
    now = world.now()
    assert (now.status, now.submitted_by, now.asked_by) == ("submitted", world.managers[0], None)
    assert mails() == [("capo1@comune.example", f"Ricevuta: {TITLE}")]
    verbs = [event.verb for event in now.events.order_by("pk")]
    assert verbs == ["start", "ask_to_send", "hand_back", "ask_to_send", "submit"]


def test_what_would_keep_it_from_being_sent_keeps_it_from_being_asked() -> None:
    world = World()
    officer.save(world.draft, by=world.by, at=make.later(), section="why", values={"problem": ""}, seen=0)
    with pytest.raises(Incomplete, match="Problema"):
        colleagues.ask_to_send(world.draft, by=world.by, at=make.later())
    page = world.hers.post(world.send, {"x": ""})
    assert (page.status_code, len(page.context["problems"])) == (200, 1)
    assert world.now().asked_at is None


def test_after_changes_were_requested_the_remarks_come_first() -> None:
    world = World()
    someone = make.editor_user()
    sent = officer.submit(world.draft, by=world.managers[0], at=make.later(), similar_seen=True)
    taken = editor.take(sent, by=someone, at=make.later())
    remarks = [("results", "Quanti?")]
    editor.request_changes(taken, by=someone, at=make.later(), reason=make.reason(), text="Dati.", remarks=remarks)
    with pytest.raises(Refusal, match="tutte le osservazioni"):
        colleagues.ask_to_send(world.draft, by=world.by, at=make.later())
    officer.answer(world.now().remarks.get(), by=world.by, at=make.later(), text="Cento.")
    colleagues.ask_to_send(world.draft, by=world.by, at=make.later())
    page = world.theirs.get(world.page).content.decode()
    assert ("Invia di nuovo" in page, "Restituisci senza inviare" in page) == (True, True)
    # Withdrawn, nothing is asked any more.
    officer.withdraw(world.draft, by=world.by, at=make.later())
    assert world.now().asked_at is None


def test_without_a_manager_nobody_is_asked_and_who_has_left_hears_nothing() -> None:
    world = World()
    colleagues.ask_to_send(world.draft, by=world.by, at=make.later())
    world.by.affiliations.update(status="ended", ended_at=make.NOW)
    mails()
    colleagues.hand_back(world.draft, by=world.managers[0], at=make.later(), text="Manca il costo.")
    assert mails() == []
    other = make.officer_of(world.of)
    for manager in world.managers:
        manager.affiliations.update(role="contributor")
    with pytest.raises(Refusal, match="chiedi alla redazione"):
        colleagues.ask_to_send(world.draft, by=other, at=make.later())


def test_what_colleagues_write_to_each_other_stays_among_them() -> None:
    world = World()
    officer_sends = make.submission(Status.SUBMITTED, of=world.of, by=world.managers[0])
    officer.recall(officer_sends, by=world.managers[0], at=make.later())
    colleagues.hand_over(officer_sends, by=world.managers[0], at=make.later(), to=world.by)
    colleagues.ask_to_send(officer_sends, by=world.by, at=make.later())
    colleagues.hand_back(officer_sends, by=world.managers[0], at=make.later(), text="Manca il costo.")
    page = reverse("desk:case", args=[officer_sends.pk])
    ours = world.hers.get(page).content.decode()
    coordinator = client_of(make.coordinator_of(world.of)).get(page).content.decode()
    said = ("l'ha restituita il", "Manca il costo.", f"A: {world.by}.", "Passata di mano")
    assert [text in ours.replace("&#x27;", "'") for text in said] == [True, True, True, True]
    assert [text in coordinator.replace("&#x27;", "'") for text in said] == [False, False, False, True]
