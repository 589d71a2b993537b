"""Who asks for alerts gets them: from the form beside the list to the mail that a real server takes, and out again."""

import re
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from post_office.models import Email

from portal.newsletter.models import Leaving, Request, Subscriber, Subscription
from practices.moderation import editor, officer
from tests import make
from tests.demo import free_port
from tests.html_forms import data_of
from tests.mail_server import Inbox, server
from tests.test_mail_delivery import sender

pytestmark = pytest.mark.django_db(transaction=True)
READER = "lettrice@example.org"


def timers(port: int, folder: Path) -> str:
    """What cron does: alerts into the queue, the queue to the server. What the first command says."""
    said = StringIO()
    call_command("send_alerts", stdout=said)
    assert sender(port, folder).wait(timeout=60) == 0
    return " ".join(said.getvalue().split())


def to_reader(inbox: Inbox) -> list[EmailMessage]:
    """Officers and editors get theirs from the same server."""
    return [message for message in inbox.arrived if message["To"] == READER]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link(text: str, beginning: str) -> str:
    """The path of the one link that begins like this."""
    (found,) = re.findall(rf"{re.escape(settings.SITE_URL)}({beginning}\S+)", text)
    return str(found)


def publish_elsewhere() -> None:
    tuscany = make.region("Toscana", "ITI1")
    prato = make.organisation("Comune di Prato", make.municipality("Prato", "G999", sign="PO", of=tuscany))
    make.published(of=prato, title="Casa, ma in Toscana", municipalities=["G999"])
    make.published(title="In Emilia-Romagna, ma lavoro", main_theme="lavoro")


def test_a_reader_subscribes_is_told_and_leaves_with_one_click(tmp_path: Path) -> None:
    """Casa in Emilia-Romagna, as the issue asks: the whole way, by a real mail server."""
    cache.clear()
    make.published(title="C'era già")
    # A browser that holds no cookie, against a server that checks for forgery.
    reader, inbox, port = Client(enforce_csrf_checks=True), Inbox(), free_port()
    with server(inbox, port):
        # On the list, filtered, she fills in the form beside it.
        page = reader.get("/pratiche/?ambito=casa&territorio=emilia-romagna&ordine=titolo")
        form = data_of(page, "report-form")
        assert form["selection"] == ["ambito=casa&territorio=emilia-romagna&ordine=titolo"]
        answer = reader.post("/newsletter/iscriviti/", {**form, "email": READER, "frequency": "immediately"})
        assert (answer.status_code, answer["Location"]) == (302, "/newsletter/iscriviti/inviata/")
        assert (Request.objects.count(), Subscriber.objects.count()) == (1, 0)

        # She is asked whether it was her; nothing else is sent before she says so.
        make.published(title="Prima della conferma")
        assert (
            timers(port, tmp_path) == "2 Pratiche pubblicate per la prima volta. 0 Avvisi accodati. 0 Newsletter accodate."
        )
        (asked,) = to_reader(inbox)
        assert (asked["To"], asked["Subject"]) == (READER, "Conferma l'avviso sulle buone pratiche")
        assert "a questa ricerca: Emilia-Romagna, Casa. Frequenza: Subito." in " ".join(text_of(asked).split())
        confirm = link(text_of(asked), "/newsletter/conferma/")
        # What opens links on its way through mail servers confirms nothing.
        assert (reader.get(confirm).status_code, Subscriber.objects.count()) == (200, 0)
        assert reader.post(confirm).status_code == 302
        subscription = Subscription.objects.get()
        assert (subscription.query, subscription.frequency) == ("ambito=casa&territorio=emilia-romagna", "immediately")

        # An officer sends and an editor publishes: two elsewhere, and the one.
        publish_elsewhere()
        assert (
            timers(port, tmp_path) == "2 Pratiche pubblicate per la prima volta. 0 Avvisi accodati. 0 Newsletter accodate."
        )
        by, someone = make.officer_of(make.organisation()), make.editor_user()
        draft = officer.start(make.organisation(), by=by, at=make.NOW, values=make.values(title="Case & persone"))
        sent = officer.submit(draft, by=by, at=make.later(), similar_seen=True)
        editor.publish(editor.take(sent, by=someone, at=make.later()), by=someone, at=make.later())
        assert (
            timers(port, tmp_path) == "1 Pratiche pubblicate per la prima volta. 1 Avvisi accodati. 0 Newsletter accodate."
        )
        assert (
            timers(port, tmp_path) == "0 Pratiche pubblicate per la prima volta. 0 Avvisi accodati. 0 Newsletter accodate."
        )
    _asked, alert = to_reader(inbox)
    assert alert["Subject"] == "Una nuova pratica: Case & persone"
    text = text_of(alert)
    assert "La tua ricerca: Emilia-Romagna, Casa" in text
    assert f"- Case & persone\nComune di Reggio Emilia\n{settings.SITE_URL}/pratiche/case-persone/\n" in text
    leave = link(text, "/newsletter/lascia/")
    assert {name: str(alert[name]).strip() for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")} == {
        "List-Unsubscribe": f"<{settings.SITE_URL}{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }

    # Opening the link ends nothing; the mail program's POST does, at once.
    program = Client(enforce_csrf_checks=True)
    assert (program.get(leave).status_code, Subscriber.objects.count()) == (200, 1)
    assert program.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    left = [Subscriber, Subscription, Request]
    assert [model.objects.count() for model in left] == [0, 0, 0]
    assert not Email.objects.filter(to=READER).exists()
    assert list(Leaving.objects.values_list("kind", "number")) == [("search", 1)]
    # Twice, or by hand afterwards, is no error.
    assert program.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "Non ricevi più nulla" in program.get(leave).content.decode()
    assert not reader.cookies
    assert not program.cookies
