"""A reader tells the editors of a mistake: one mail, nothing public, and no word lost when it cannot be sent."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import html
from post_office.models import Email

from networks.models import Editor
from practices.models import Event
from practices.models.choices import RemovalReason
from practices.moderation import merging
from practices.moderation import practice as whole
from practices.notifications import Optional
from tests import make
from tests.html_forms import send
from tests.pages import page, texts

pytestmark = pytest.mark.django_db
PAGE = "/pratiche/portierato-sociale-di-via-turri/"
URL = f"{PAGE}segnala/"
DONE = f"{PAGE}segnala/inviata/"


@pytest.fixture(autouse=True)
def nobody_has_used_up_a_limit() -> None:
    cache.clear()


@pytest.fixture
def editors() -> list[str]:
    """A published practice and two editors; the mails of its publication are forgotten."""
    make.published(assignee=make.editor_user("uno@ministero.example"))
    make.editor_user("capo@ministero.example", chief=True)
    Email.objects.all().delete()
    return ["capo@ministero.example", "uno@ministero.example"]


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0], mail.message) for mail in Email.objects.order_by("pk")]


def errors(response: Any) -> list[str]:
    return texts(html.fromstring(response.content.decode()), "//div[@id='errors']//li")


def kept(response: Any) -> tuple[str, str]:
    """What the page still has of what was written."""
    tree = html.fromstring(response.content.decode())
    [text] = tree.xpath("//textarea[@name='text']")
    [email] = tree.xpath("//input[@name='email']/@value") or [""]
    return text.text_content().removeprefix("\n"), email


def test_a_report_is_a_mail_to_the_editors_and_nothing_else(client: Client, editors: list[str]) -> None:
    events = Event.objects.count()
    response = send(client, URL, text="L'anno è sbagliato:\nnon 2019.\n\nIl caso: https://altrove.example", email="a@b.it")
    assert (response.status_code, response["Location"]) == (302, DONE)
    assert [to for to, _body in mails()] == editors
    [body] = {body for _to, body in mails()}
    practice = Event.objects.latest("pk").practice
    assert body == (
        "Chi legge la pagina di «Portierato sociale di via Turri» (Comune di Reggio Emilia) segnala che qualcosa non va. "
        "Sono parole sue, che nessuno ha verificato:\n\n"
        "> L'anno è sbagliato:\n> non 2019.\n> \n> Il caso: https://altrove.example\n\n"
        "Per rispondere: a@b.it\n\n"
        f"La pagina: http://localhost:8000{PAGE}\n"
        f"La pratica in redazione: http://localhost:8000/admin/practices/practice/{practice.pk}/change/\n\n"
        "Il portale non conserva la segnalazione altrove che in questa e-mail.\n"
    )
    assert {mail.subject for mail in Email.objects.all()} == {
        "Segnalazione su una pratica pubblicata: «Portierato sociale di via Turri»"
    }
    # What somebody wrote is nothing to click on.
    assert "altrove.example" not in "".join(
        html.fromstring(mail.html_message).xpath("string(//a/@href)") for mail in Email.objects.all()
    )
    assert Event.objects.count() == events
    for address in (PAGE, f"{PAGE}versioni/", DONE, URL):
        assert "non 2019" not in client.get(address).content.decode()


def test_the_form_alone_sets_a_cookie_and_says_what_is_kept(client: Client, editors: list[str]) -> None:
    page(client, PAGE)
    page(client, DONE)
    response = client.get(URL)
    assert set(response.cookies) == {"csrftoken"}
    assert response["Cache-Control"] == "private, no-store"
    tree = html.fromstring(response.content.decode())
    assert texts(tree, "//form[@method='post']//p[@class='help']") == [
        "Ciò che scrivi diventa un'e-mail alla redazione del portale. Non è pubblicato e non è conservato altrove; l'indirizzo, "
        "se lo lasci, serve solo a risponderti. Non scrivere qui dati di altre persone. Informativa sulla privacy"
    ]
    assert texts(page(client, DONE), "//h1") == ["La segnalazione è partita"]


def test_without_its_token_nothing_is_sent(editors: list[str]) -> None:
    assert Client(enforce_csrf_checks=True).post(URL, {"text": "Sbagliato"}).status_code == 403
    assert mails() == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"text": ""}, ["Che cosa non va: Questo campo è obbligatorio."]),
        ({"text": "   \n "}, ["Che cosa non va: Questo campo è obbligatorio."]),
        (
            {"text": "x" * 2001},
            ["Che cosa non va: Assicurati che questo valore non contenga più di 2000 caratteri (ne ha 2001)."],
        ),
        ({"text": "Sbagliato\x07"}, ["Che cosa non va: Contiene caratteri che non si possono salvare: U+0007."]),
        (
            {"text": "Sbagliato", "email": "non un indirizzo"},
            ["La tua e-mail (facoltativa): Inserisci un indirizzo email valido."],
        ),
        (
            {"text": "Sbagliato", "email": "a@b.it\nBcc: c@d.it"},
            ["La tua e-mail (facoltativa): Inserisci un indirizzo email valido."],
        ),
        (
            {"text": "Sbagliato", "trap": "http://casino.example"},
            ["Lascia vuoto questo campo: Svuota questo campo e invia di nuovo: serve a fermare i programmi automatici."],
        ),
    ],
)
def test_what_cannot_be_sent_is_told_and_kept(
    client: Client, editors: list[str], said: dict[str, str], wrong: list[str]
) -> None:
    response = send(client, URL, **said)
    assert response.status_code == 422
    assert errors(response) == wrong
    assert mails() == []
    text, email = kept(response)
    assert text.strip() == said["text"].replace("\x07", "").strip() or text == said["text"]
    assert email.split() == said.get("email", "").split()


def test_a_null_character_is_refused(client: Client, editors: list[str]) -> None:
    for said in ({"text": "Sbagliato\0"}, {"text": "Sbagliato", "email": "a\0@b.it"}, {"text": "Sbagliato", "trap": "\0"}):
        assert client.post(URL, said).status_code == 422
    assert mails() == []


def test_two_thousand_characters_are_sent(client: Client, editors: list[str]) -> None:
    assert send(client, URL, text="à" * 2000).status_code == 302


def test_who_writes_too_often_waits_and_keeps_her_words(client: Client, editors: list[str]) -> None:
    for _n in range(10):
        assert send(client, URL, text="Sbagliato").status_code == 302
    Email.objects.all().delete()
    response = send(client, URL, text="Ancora", email="a@b.it")
    assert response.status_code == 422
    assert errors(response) == ["Sono arrivate molte segnalazioni in poco tempo. La tua non è partita: riprova fra un'ora."]
    assert (kept(response), mails()) == (("Ancora", "a@b.it"), [])
    # Reading is never counted, and elsewhere others are not shut out.
    assert client.get(URL).status_code == 200
    assert client.post(URL, {"text": "Sbagliato"}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_editors_mailboxes_are_not_flooded_from_many_addresses(client: Client, editors: list[str]) -> None:
    answers = [client.post(URL, {"text": "Sbagliato"}, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(32)]
    assert answers == [302] * 30 + [422] * 2


def test_it_goes_to_who_follows_the_territory_and_wants_it(client: Client, editors: list[str]) -> None:
    elsewhere = make.editor_user("toscana@ministero.example")
    elsewhere.digest_regions.add(make.region("Toscana", "ITI1"))
    here = make.editor_user("emilia@ministero.example")
    here.digest_regions.add(make.region(), make.region("Toscana", "ITI1"))
    Editor.objects.filter(email="uno@ministero.example").update(unwanted_mails=[Optional.REPORTED])
    send(client, URL, text="Sbagliato")
    assert [to for to, _body in mails()] == ["capo@ministero.example", "emilia@ministero.example"]


def test_where_nobody_wants_it_the_chief_editors_get_it(client: Client, editors: list[str]) -> None:
    Editor.objects.update(unwanted_mails=[Optional.REPORTED])
    send(client, URL, text="Sbagliato")
    assert [to for to, _body in mails()] == ["capo@ministero.example"]


def test_where_there_is_nobody_it_is_told(client: Client, editors: list[str]) -> None:
    Editor.objects.update(is_active=False)
    response = send(client, URL, text="Sbagliato")
    assert response.status_code == 422
    assert errors(response) == [
        "In questo momento nessuno può riceverla. La tua segnalazione non è partita: riprova domani."
    ]
    assert kept(response)[0] == "Sbagliato"


def test_archived_ones_too(client: Client, editors: list[str]) -> None:
    practice = Event.objects.latest("pk").practice
    whole.archive(practice, by=Editor.objects.chiefs()[0], at=make.later(9), notice="Chiusa.")
    assert send(client, URL, text="Sbagliato").status_code == 302


def test_what_has_no_page_has_no_form(client: Client, editors: list[str]) -> None:
    chief = Editor.objects.chiefs()[0]
    practice, other = Event.objects.latest("pk").practice, make.published(title="Altra").practice
    make.submission(title="Bozza")
    whole.remove(other, by=chief, at=make.later(9), reason=RemovalReason.PRIVACY, text="Un nome.")
    Email.objects.all().delete()
    for slug, status in (("bozza", 404), ("non-esiste", 404), ("altra", 410)):
        for rest in ("segnala/", "segnala/inviata/"):
            assert client.get(f"/pratiche/{slug}/{rest}").status_code == status
        assert client.post(f"/pratiche/{slug}/segnala/", {"text": "Sbagliato"}).status_code == status
    third = make.published(title="Terza").practice
    merging.merge(practice, into=third, by=chief, at=make.later(20), text="La stessa.")
    Email.objects.all().delete()
    for response in (client.get(URL), client.get(DONE), client.post(URL, {"text": "Sbagliato"})):
        assert (response.status_code, response["Location"]) == (302, "/pratiche/terza/")
    assert mails() == []
