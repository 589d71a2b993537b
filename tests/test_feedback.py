"""Who cannot use the portal tells the office: one mail, nothing public, and no word lost when it cannot be sent."""

from typing import Any

import pytest
from django.test import Client
from lxml import html
from post_office.models import Email

from networks.models import Editor
from portal.body import Body
from tests import make
from tests.html_forms import send
from tests.pages import texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
URL, DONE = "/accessibilita/segnala/", "/accessibilita/segnala/inviata/"


@pytest.fixture(autouse=True)
def office(settings: Any) -> None:
    settings.BODY = Body(email="ufficio@example.org")


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0], mail.message) for mail in Email.objects.order_by("pk")]


def errors(response: Any) -> list[str]:
    return texts(html.fromstring(response.content.decode()), "//div[@id='errors']//li")


def kept(response: Any) -> dict[str, str]:
    tree = html.fromstring(response.content.decode())
    inputs = {name: "".join(tree.xpath(f"//input[@name='{name}']/@value")) for name in ("page", "email", "trap")}
    return {**inputs, "text": tree.xpath("//textarea[@name='text']")[0].text_content().removeprefix("\n")}


def test_it_is_a_mail_to_the_office_and_nothing_else(client: Client) -> None:
    response = send(client, URL, page="La mappa", text="Non la\nleggo.", email="a@b.it")
    assert (response.status_code, response["Location"]) == (302, DONE)
    assert mails() == [
        (
            "ufficio@example.org",
            "Chi usa il portale segnala una difficoltà di accesso. Sono parole sue, che nessuno ha verificato:\n\n"
            "> Non la\n> leggo.\n\n"
            "In quale pagina: La mappa\n\n"
            "Per rispondere, entro trenta giorni: a@b.it\n\n"
            "Il portale non conserva la segnalazione altrove che in questa e-mail.\n",
        )
    ]
    assert Email.objects.get().subject == "Difficoltà di accesso segnalata nel portale"
    assert client.get(DONE).status_code == 200


def test_where_and_whom_to_answer_are_optional(client: Client) -> None:
    assert send(client, URL, text="Non la leggo.").status_code == 302
    assert mails()[0][1].splitlines()[2:6] == ["> Non la leggo.", "", "Non ha lasciato un indirizzo a cui rispondere.", ""]


def test_without_an_office_the_chief_editors_get_it(client: Client, settings: Any) -> None:
    settings.BODY = Body()
    make.editor_user("uno@ministero.example")
    make.editor_user("capo@ministero.example", chief=True)
    assert send(client, URL, text="Non la leggo.").status_code == 302
    assert [to for to, _body in mails()] == ["capo@ministero.example"]
    Editor.objects.update(is_active=False)
    response = send(client, URL, text="Di nuovo.")
    assert (response.status_code, kept(response)["text"]) == (422, "Di nuovo.")
    assert errors(response) == [
        "In questo momento nessuno può riceverla. La tua segnalazione non è partita: riprova domani."
    ]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"text": ""}, ["Che cosa non riesci a fare: Questo campo è obbligatorio."]),
        (
            {"text": "x" * 2001},
            ["Che cosa non riesci a fare: Assicurati che questo valore non contenga più di 2000 caratteri (ne ha 2001)."],
        ),
        ({"text": "Ecco", "email": "no"}, ["La tua e-mail (facoltativa): Inserisci un indirizzo email valido."]),
        (
            {"text": "Ecco", "page": "a\x07b"},
            ["In quale pagina (facoltativo): Contiene caratteri che non si possono salvare: U+0007."],
        ),
        (
            {"text": "Ecco", "trap": "casino"},
            ["Lascia vuoto questo campo: Svuota questo campo e invia di nuovo: serve a fermare i programmi automatici."],
        ),
    ],
)
def test_what_cannot_be_sent_is_told_and_kept(client: Client, said: dict[str, str], wrong: list[str]) -> None:
    response = send(client, URL, **said)
    assert (response.status_code, errors(response), mails()) == (422, wrong, [])
    assert kept(response) == {"page": "", "email": "", "trap": "", **said}
    [title] = texts(html.fromstring(response.content.decode()), "//title")
    assert title.startswith("Errore: ")


def test_who_writes_too_often_waits_and_keeps_the_words(client: Client) -> None:
    for _n in range(10):
        assert send(client, URL, text="Ecco").status_code == 302
    response = send(client, URL, text="Ancora", page="Qui")
    assert errors(response) == ["Sono arrivate molte segnalazioni in poco tempo. La tua non è partita: riprova fra un'ora."]
    assert (kept(response)["text"], kept(response)["page"], len(mails())) == ("Ancora", "Qui", 10)
    # Elsewhere others are not shut out.
    assert client.post(URL, {"text": "Ecco"}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_office_is_not_flooded_from_many_addresses(client: Client) -> None:
    answers = [client.post(URL, {"text": "Ecco"}, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(52)]
    assert answers == [302] * 50 + [422] * 2


def test_a_line_of_the_address_is_no_header(client: Client) -> None:
    assert send(client, URL, text="Ecco", email="a@b.it\nBcc: c@d.it").status_code == 422
    assert send(client, URL, text="Ecco", page="Qui\r\nBcc: c@d.it").status_code in {302, 422}
    assert [mail.bcc for mail in Email.objects.all()] in ([], [[]])
