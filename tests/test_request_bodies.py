"""Requests as no browser sends them, written byte by byte to a real server: too large, cut, without a length, lying about it."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from tests.demo import Demo
from tests.samples import pdf

# The server is a process of its own.
pytestmark = [pytest.mark.no_cover]
TOKEN = "a" * 32
FORM = "application/x-www-form-urlencoded"
BEGIN = """
import json
from django.test import Client
from django.utils import timezone
from networks.models import User
from practices.moderation import officer
by = User.objects.get(email="torino@demo.example")
of = by.affiliations.get(status="active").organisation
draft = officer.start(of, by=by, at=timezone.now(), values={"title": "Com'era", "kind": "intervention"})
client = Client()
client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
print(json.dumps([draft.pk, client.cookies["sessionid"].value]))
"""
LOOK = """
import json
from practices.models import Submission
draft = Submission.objects.get(pk={})
print(json.dumps([draft.title, draft.summary, [file.name for file in draft.attachments.all()]]))
"""
BEFORE = ["Com'era", "", []]


class Server:
    """A portal that runs, an officer who is logged in there, and her draft."""

    def __init__(self, demo: Demo, address: str) -> None:
        self.demo, self.port = demo, urlsplit(address).port
        self.draft, self.session = json.loads(demo.shell(BEGIN))

    def stored(self) -> Any:
        """Title, summary and files of the draft."""
        return json.loads(self.demo.shell(LOOK.format(self.draft)))

    def ask(self, head: str, body: bytes = b"") -> tuple[int, str]:
        """Send exactly this, say that nothing more comes, and read to the end: the status and the whole answer."""
        with socket.create_connection(("127.0.0.1", self.port or 0), timeout=20) as connection:
            connection.sendall(f"{head}\r\nHost: localhost\r\nConnection: close\r\n".encode("latin-1") + b"\r\n" + body)
            connection.shutdown(socket.SHUT_WR)
            return self._read(connection)

    def _read(self, connection: socket.socket) -> tuple[int, str]:
        answer = b""
        while part := connection.recv(65536):
            answer += part
        text = answer.decode(errors="replace")
        return (int(text.split(" ", 2)[1]) if text else 0), text

    def post(self, page: str, kind: str, length: Any, body: bytes, *more: str) -> tuple[int, str]:
        """As the logged in officer."""
        lines = [
            f"POST /scrivania/schede/{self.draft}/{page} HTTP/1.1",
            f"Cookie: sessionid={self.session}; csrftoken={TOKEN}",
            f"X-CSRFToken: {TOKEN}",
            f"Content-Type: {kind}",
            *([] if length is None else [f"Content-Length: {length}"]),
            *more,
        ]
        return self.ask("\r\n".join(lines), body)


@pytest.fixture(scope="module")
def server(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    demo = made_demo.copied(tmp_path_factory.mktemp("bodies") / "demo")
    with demo.served() as (address, _said):
        yield Server(demo, address)


def form(**more: str) -> bytes:
    fields = {"title": "Nuovo", "kind": "intervention", "summary": "Una frase.", "seen": "0", **more}
    return urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()


def upload(data: bytes) -> tuple[str, bytes]:
    """The type and the body of a form with a file."""
    head = b'--confine\r\nContent-Disposition: form-data; name="file"; filename="conti.pdf"\r\n\r\n'
    return "multipart/form-data; boundary=confine", head + data + b"\r\n--confine--\r\n"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_too_large_is_told_before_anything_of_it_is_sent(server: Server, accept: str) -> None:
    kind, _body = upload(b"")
    status, answer = server.post("allegati/", kind, 100 * 1024**2 + 1, b"", f"Accept: {accept}")
    said = "al massimo 100 MB" if accept == "text/html" else "troppo grande"
    assert (status, said in answer) == (413, True)


def test_a_text_that_is_too_large_is_told_with_its_own_limit(server: Server) -> None:
    body = form(summary="x" * 3 * 1024**2)
    status, answer = server.post("sezioni/identity/", FORM, len(body), body)
    assert (status, "al massimo 2,5 MB" in answer, "accorcia il testo" in answer) == (413, True, True)
    assert server.stored() == BEFORE


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(server: Server) -> None:
    body = form()
    chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    status, answer = server.post("sezioni/identity/", FORM, None, chunks, "Transfer-Encoding: chunked")
    assert (status, "Content-Length" in answer) == (411, True)
    # And one that never ends: it is answered at once.
    status, _answer = server.post("sezioni/identity/", FORM, None, b"5\r\nabcde\r\n", "Transfer-Encoding: chunked")
    assert status == 411
    assert server.stored() == BEFORE


def test_a_form_that_was_cut_on_its_way_saves_nothing(server: Server) -> None:
    body = form()
    for cut in (1, len("&seen=0"), len(body) // 2):
        assert server.post("sezioni/identity/", FORM, len(body), body[:-cut])[0] in {400, 403}
        assert server.post("sezioni/identity/salva/", FORM, len(body), body[:-cut], "Accept: application/json")[0] == 400
    kind, whole = upload(pdf("conti" * 9_999))
    for cut in (1, 30, 5_000):
        assert server.post("allegati/", kind, len(whole), whole[:-cut], "Accept: application/json")[0] == 400
    assert server.stored() == BEFORE


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30, "9" * 5_000, "1_0", "10, 20", "0x10"])
def test_a_length_that_is_none_is_refused(server: Server, length: str) -> None:
    status, _answer = server.post("sezioni/identity/", FORM, length, form())
    assert 400 <= status < 500


def test_two_lengths_are_refused(server: Server) -> None:
    body = form()
    twice = server.post("sezioni/identity/", FORM, len(body), body, "Content-Length: 10")[0]
    both = server.post("sezioni/identity/", FORM, len(body), body, "Transfer-Encoding: chunked")[0]
    assert (twice, both, server.stored()) == (400, 400, BEFORE)


def test_what_comes_after_the_length_is_no_part_of_it(server: Server) -> None:
    """It is another request, or nothing: never the end of this one."""
    body = form()
    short = len(body) - len("&seen=0")
    status, answer = server.post("sezioni/identity/", FORM, short, body)
    # Without its number the page is an old one.
    assert (status, answer.count("HTTP/1.1 ")) == (409, 1)
    assert server.stored() == BEFORE


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /pratiche/\x00 HTTP/1.1", 400),
        ("GET /pratiche/ HTTP/1.1\r\nX: a\x00b", 400),
        ("GET /pratiche/ HTTP/1.1\r\nX : y", 400),
        ("GET /pratiche/ HTTP/1.1\r\nHost: example.org\r\n evil", 400),
        ("GET http://evil.example/ HTTP/1.1", 200),
        ("GET /pratiche/?q=" + "x" * 5_000 + " HTTP/1.1", 414),
        ("GET /pratiche/ HTTP/1.1\r\nX: " + "x" * 9_000, 431),
        ("GET /pratiche/ HTTP/1.1\r\n" + "\r\n".join(f"X-{n}: y" for n in range(200)), 431),
        ("NIENTE", 400),
    ],
    ids=lambda value: str(value)[:40].encode("unicode_escape").decode(),
)
def test_lines_that_no_browser_sends(server: Server, head: str, status: int) -> None:
    # gunicorn says 400 of headers that are too many or too long where it says 431 in other versions.
    assert server.ask(head)[0] in ({status, 400} if status == 431 else {status})


def test_it_still_works(server: Server) -> None:
    """After all of this, what is whole is saved."""
    body = form()
    assert server.post("sezioni/identity/salva/", FORM, len(body), body, "Accept: application/json")[0] == 200
    kind, whole = upload(pdf("conti"))
    assert server.post("allegati/", kind, len(whole), whole, "Accept: application/json")[0] == 201
    assert server.stored() == ["Nuovo", "Una frase.", ["conti.pdf"]]


# Without a server ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/pratiche/", "/en/practices/", "/admin/login/", "/non-esiste/"])
def test_a_query_longer_than_any_of_ours_has_a_page(path: str) -> None:
    client = Client()
    assert client.get(f"{path}?q={'x' * 5_998}").status_code != 414
    response = client.get(f"{path}?q={'x' * 5_999}")
    assert (response.status_code, "indirizzo è troppo lungo" in response.content.decode()) == (414, True)


@pytest.mark.django_db
def test_programs_are_told_in_their_way() -> None:
    response = Client().get(f"/api/v1/pratiche?q={'x' * 6_000}")
    assert (response.status_code, response["Content-Type"], response.json()["status"]) == (
        414,
        "application/problem+json",
        414,
    )


@pytest.mark.django_db
def test_too_many_fields_are_refused() -> None:
    fields = "&".join(f"a{n}=" for n in range(2_001))
    response = Client().post("/accessibilita/segnala/", fields, content_type=FORM)
    assert response.status_code == 400
    assert Client().get("/pratiche/?" + "&".join("a" for _n in range(2_001))).status_code == 400
