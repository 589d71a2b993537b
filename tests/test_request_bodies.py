"""Requests as no browser sends them, written byte by byte to a real server: too large, cut, without a length, lying about it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import make
from tests.nodes import Node
from tests.samples import client_of, pdf

# The server is a process of its own.
pytestmark = [pytest.mark.no_cover]
TOKEN = "a" * 32
FORM = "application/x-www-form-urlencoded"
BEFORE = ("Com'era", "Un presidio nel quartiere della stazione.", [])


class Server:
    """gunicorn with the database of the test, an officer who is logged in there, and her draft."""

    def __init__(self, folder: Path) -> None:
        by = make.officer_of(make.organisation())
        self.draft = make.submission(by=by, title="Com'era")
        self.session = client_of(by).cookies["sessionid"].value
        same = {"DATABASE_URL": database(), "SECRET_KEY": settings.SECRET_KEY}
        self.node = Node({**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **same}, folder)
        self.node.begin()

    def stored(self) -> tuple[str, str, list[str]]:
        """Title, summary and files of the draft."""
        self.draft.refresh_from_db()
        return self.draft.title, self.draft.summary, [file.name for file in self.draft.attachments.all()]

    def ask(self, head: str, body: bytes = b"") -> tuple[int, str]:
        """Send exactly this, say that nothing more comes, and read to the end: the status and the whole answer."""
        with socket.create_connection(("127.0.0.1", self.node.port), timeout=20) as connection:
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
            f"POST /scrivania/schede/{self.draft.pk}/{page} HTTP/1.1",
            f"Cookie: sessionid={self.session}; csrftoken={TOKEN}",
            f"X-CSRFToken: {TOKEN}",
            f"Content-Type: {kind}",
            *([] if length is None else [f"Content-Length: {length}"]),
            *more,
        ]
        return self.ask("\r\n".join(lines), body)


def database() -> str:
    """The address of the test's own, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    who = f"{known['USER']}:{known['PASSWORD']}@{known['HOST'] or 'localhost'}:{known['PORT'] or 5432}"
    return f"postgres://{who}/{known['NAME']}"


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    try:
        found.node.wait()
        yield found
    finally:
        found.node.stop()


def form(**more: str) -> bytes:
    fields = {"title": "Nuovo", "kind": "intervention", "summary": "Una frase.", "seen": "0", **more}
    return urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()


def upload(data: bytes) -> tuple[str, bytes]:
    """The type and the body of a form with a file."""
    head = b'--confine\r\nContent-Disposition: form-data; name="file"; filename="conti.pdf"\r\n\r\n'
    return "multipart/form-data; boundary=confine", head + data + b"\r\n--confine--\r\n"


def test_bodies_that_are_not_what_they_say(server: Server) -> None:
    body = form()
    kind, whole = upload(pdf("conti"))
    program = "Accept: application/json"
    section, autosave = "sezioni/identity/", "sezioni/identity/salva/"

    # Too large: told before anything of it is sent.
    for accept, said in (("Accept: text/html", "al massimo 100 MB"), (program, "troppo grande")):
        status, answer = server.post("allegati/", kind, 100 * 1024**2 + 1, b"", accept)
        assert (status, said in answer) == (413, True)

    # Without a length it is not taken for an empty one, nor waited for when it never ends.
    chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    for sent in (chunks, b"5\r\nabcde\r\n"):
        status, answer = server.post(section, FORM, None, sent, "Transfer-Encoding: chunked")
        assert (status, "Content-Length" in answer) == (411, True)
    assert server.stored() == BEFORE

    # Cut on its way: nothing of it is saved.
    for cut in (1, len("&seen=0"), len(body) // 2):
        assert server.post(section, FORM, len(body), body[:-cut])[0] in {400, 403}
        assert server.post(autosave, FORM, len(body), body[:-cut], program)[0] == 400
    for cut in (1, 30, 200):
        assert server.post("allegati/", kind, len(whole), whole[:-cut], program)[0] == 400
    assert server.stored() == BEFORE

    # A length that is none, or two of them.
    for length in ("-1", "abc", "9" * 30, "9" * 5_000, "1_0", "10, 20", "0x10"):
        assert 400 <= server.post(section, FORM, length, body)[0] < 500, length
    assert server.post(section, FORM, len(body), body, "Content-Length: 10")[0] == 400
    assert server.post(section, FORM, len(body), body, "Transfer-Encoding: chunked")[0] == 400
    # What comes after it is no part of it; without its number the page is an old one.
    status, answer = server.post(section, FORM, len(body) - len("&seen=0"), body)
    assert (status, answer.count("HTTP/1.1 ")) == (409, 1)
    assert server.stored() == BEFORE

    # And after all of this, what is whole is saved.
    assert server.post(autosave, FORM, len(body), body, program)[0] == 200
    assert server.post("allegati/", kind, len(whole), whole, program)[0] == 201
    assert server.stored() == ("Nuovo", "Una frase.", ["conti.pdf"])


LINES = {
    "GET /pratiche/\x00 HTTP/1.1": {400},
    "GET /pratiche/ HTTP/1.1\r\nX: a\x00b": {400},
    "GET /pratiche/ HTTP/1.1\r\nX : y": {400},
    "GET /pratiche/ HTTP/1.1\r\nX: y\r\n evil": {400},
    "GET http://evil.example/ HTTP/1.1": {200, 400, 404},
    f"GET /pratiche/?q={'x' * 5_000} HTTP/1.1": {414},
    f"GET /pratiche/ HTTP/1.1\r\nX: {'x' * 9_000}": {431},
    "GET /pratiche/ HTTP/1.1\r\n" + "\r\n".join(f"X-{n}: y" for n in range(200)): {431},
    "NIENTE": {400},
}


def test_lines_that_no_browser_sends(server: Server) -> None:
    found = {head: server.ask(head)[0] for head in LINES}
    assert {head[:60]: status for head, status in found.items() if status not in LINES[head]} == {}


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


@pytest.mark.django_db
def test_a_text_that_is_too_large_is_told_with_its_own_limit() -> None:
    by = make.officer_of(make.organisation())
    draft = make.submission(by=by)
    url = reverse("desk:section", args=[draft.pk, "identity"])
    sent = form(summary="x" * 3 * 1024**2)
    page = client_of(by).post(url, sent, content_type=FORM)
    said = page.content.decode()
    assert (page.status_code, "al massimo 2,5 MB" in said, "accorcia il testo" in said) == (413, True, True)
    told = client_of(by).post(url, sent, content_type=FORM, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (413, {"message": "È troppo grande per essere inviato."})
