"""The hostile files through every form that takes files: what is kept is harmless, and what they cost is little."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Document
from portal.news.models import News
from practices.models import Attachment
from tests import make
from tests.desk import Desk, messages
from tests.hostile_files import CANARY, COLLECTION, Hostile
from tests.html_forms import forms_of
from tests.samples import client_of, pdf
from tests.test_news_admin import WRITTEN, editor, errors, save  # noqa: F401

pytestmark = pytest.mark.django_db
REFUSED = {kind: file for kind, file in COLLECTION.items() if file.said}
KEPT = {kind: file for kind, file in COLLECTION.items() if not file.said}
MEGABYTES = 100


def sent(file: Hostile) -> SimpleUploadedFile:
    """With the type of what it pretends to be."""
    return SimpleUploadedFile(file.name, file.data, content_type="application/pdf")


def test_there_are_enough_of_them_and_few_are_kept() -> None:
    pictures = {"jpeg and script", "png and script", "webp and script", "jpeg and archive", "moving webp", "moving png"}
    assert (len(COLLECTION) >= 60, set(KEPT)) == (True, pictures | {"pdf bomb on a page"})


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_what_is_kept_is_harmless(kind: str) -> None:
    desk, file = Desk(), KEPT[kind]
    assert desk.upload(file.data, file.name).status_code == 201
    kept = Attachment.objects.get()
    response = desk.client.get(kept.address())
    body = b"".join(response)
    assert (CANARY in body, body.count(b"canarino"), len(body)) == (False, 0, kept.size)
    assert kept.name == f"{file.name.rpartition('.')[0]}.{kept.file.name.rpartition('.')[2]}"
    if kept.kind == "picture":
        # Encoded anew: one picture, whatever was in front of it, behind it or beside it.
        assert (kept.width, kept.height, len(body) < 1_000) == (8, 6, True)
    headers = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [response[name] for name in headers] == [
        kept.content_type,
        "nosniff",
        "default-src 'none'; sandbox",
        "private, no-store",
    ]
    assert response["Content-Disposition"] == f'inline; filename="{kept.name}"'


def test_all_of_them_with_the_form_of_the_section(settings: Any) -> None:
    """Without script they come together: each is told with its reason, and those beside it are kept."""
    desk = Desk()
    few = [kind for kind in sorted(REFUSED) if "bomb" not in kind and "0000" not in kind]
    for start in range(0, len(few), 10):
        kinds = few[start : start + 10]
        files = [sent(REFUSED[kind]) for kind in kinds]
        files = [file for file in files if file.size]
        response = desk.send("attachments", files=[*files, SimpleUploadedFile("buona.pdf", pdf())])
        told = [(label, said) for label, said in messages(response)]
        assert (response.status_code, told) == (
            422,
            [(REFUSED[kind].name, REFUSED[kind].said) for kind in kinds if kind != "empty"],
        )
    assert [file.name for file in desk.draft.attachments.all()] == ["buona.pdf"]


@pytest.mark.parametrize("kind", sorted(COLLECTION))
def test_as_the_picture_of_a_news_item(editor: Client, kind: str) -> None:  # noqa: F811
    file = COLLECTION[kind]
    response = save(editor, **WRITTEN, upload=sent(file), picture_text="Una piazza")
    made = News.objects.first()
    if file.said or file.name.endswith(".pdf"):
        assert (set(errors(response)), made) == ({"upload"}, None)
        assert file.said in response.content.decode().replace("&#x27;", "'") or kind == "empty"
        return
    assert made is not None
    with made.picture.open("rb") as kept:
        assert (CANARY in (data := kept.read()), data.count(b"canarino")) == (False, 0)


def agreement_form(chief: Client, agreement: Agreement, **document: Any) -> HttpResponse:
    page = reverse("admin:agreements_agreement_change", args=[agreement.pk])
    [data] = [data for attributes, data in forms_of(chief.get(page)) if attributes.get("id") == "agreement_form"]
    row = {"title": "Testo", "language": "it", **document}
    return chief.post(page, {**data, "documents-TOTAL_FORMS": "1", **{f"documents-0-{k}": v for k, v in row.items()}})


@pytest.mark.parametrize("kind", ["html", "svg as png", "script on opening", "word macros", "jpeg and script", "windows"])
def test_as_the_document_of_an_agreement(kind: str) -> None:
    chief, agreement = client_of(make.editor_user(chief=True)), Agreement.objects.create(kind="pact", title="P", slug="p")
    response = agreement_form(chief, agreement, file=sent(COLLECTION[kind]))
    assert (response.status_code, Document.objects.count()) == (200, 0)
    [told] = [form.errors for form in response.context["inline_admin_formsets"][-1].formset.forms if form.errors]
    assert list(told) == ["file"]
    ours = "Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX e XLSX."
    assert told["file"] == [said if (said := COLLECTION[kind].said).startswith("Il ") else ours]


def test_a_sound_document_of_an_agreement_is_named_for_what_it_is(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    chief, agreement = client_of(make.editor_user(chief=True)), Agreement.objects.create(kind="pact", title="P", slug="p")
    file = SimpleUploadedFile('../../il "testo"\r\nx: y.html', pdf(), content_type="text/html")
    assert agreement_form(chief, agreement, file=file).status_code == 302
    kept = Document.objects.get()
    response = Client().get(reverse("agreements:document", args=[kept.pk]))
    assert b"".join(response) == pdf()
    assert (response["Content-Type"], response["Content-Security-Policy"]) == (
        "application/pdf",
        "default-src 'none'; sandbox",
    )
    assert (kept.file.name.startswith("accordi/"), kept.file.name.endswith(".pdf")) == (True, True)
    assert [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()] == ["accordi"]


NAMES = {
    "a\r\nSet-Cookie: y.pdf": "aSet-Cookie-y.pdf",
    'due "virgolette".pdf': "due-virgolette.pdf",
    "\u202efdp.exe": "fdp.pdf",
    "x" * 500 + ".pdf": "x" * 100 + ".pdf",
    "../../../etc/passwd": "passwd.pdf",
    "a\x00b.pdf": "ab.pdf",
    "{{ settings.SECRET_KEY }}.pdf": "settings.SECRET_KEY.pdf",
    "=cmd|' /C calc'!A0.pdf": "C-calc-A0.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_never_reaches_a_header(name: str) -> None:
    """As it stands in the request, which no browser would send: Django's own client would mend it first."""
    desk = Desk()
    boundary = "confine"
    head = f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{quoted(name)}\r\n"
    body = head.encode() + b"Content-Type: text/html\r\n\r\n" + pdf() + f"\r\n--{boundary}--\r\n".encode()
    url = reverse("desk:upload", args=[desk.draft.pk])
    response = desk.client.generic("POST", url, body, content_type=f"multipart/form-data; boundary={boundary}")
    assert response.status_code == 201, response.content
    kept = Attachment.objects.get()
    assert kept.name == NAMES[name]
    served = desk.client.get(kept.address())
    served.close()
    assert served["Content-Disposition"] == f'inline; filename="{kept.name}"'
    assert [line for value in served.headers.values() for line in value.splitlines()[1:]] == []


def quoted(name: str) -> str:
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in name.encode())


# In a process of its own, and each file in a fork of it: what one took and gave back would hide what the next takes.
MEASURE = """
import json, os, resource, sys, django
django.setup()
from django.core.exceptions import ValidationError
from practices import attachments
from PIL import Image
import pikepdf
Image.init()
for path in sys.argv[1:]:
    if (child := os.fork()) == 0:
        with open(path, "rb") as file:
            data = file.read()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            attachments._accepted(data)
        except ValidationError:
            pass
        print(json.dumps([os.path.basename(path), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024]), flush=True)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if status:
        print(json.dumps([os.path.basename(path), "died"]), flush=True)
"""


def test_none_takes_more_than_100_mb_of_memory(tmp_path: Path) -> None:
    for kind, file in COLLECTION.items():
        (tmp_path / kind).write_bytes(file.data)
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, *(str(tmp_path / kind) for kind in COLLECTION)],
        capture_output=True,
        text=True,
        check=True,
    )
    taken = dict(json.loads(line) for line in run.stdout.splitlines())
    assert set(taken) == set(COLLECTION)
    assert {kind: taken[kind] for kind in taken if taken[kind] == "died" or taken[kind] > MEGABYTES} == {}
