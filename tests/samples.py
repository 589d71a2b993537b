"""Fuller samples than `tests.make` has: a content with something in every field, an imported practice, small files."""

import io
import json
import zipfile
from random import Random
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from agreements.models import Agreement, Commitment
from networks.models import Organisation, User
from practices.attachments import StoredFile, store
from practices.content import Content
from practices.importing import import_practices
from practices.models import SearchEntry, Submission
from practices.moderation import files, officer
from practices.search.engine import GAP
from tests import make

ODT = "application/vnd.oasis.opendocument.text"
DECLARATIONS = {"licence_accepted": False, "releases_declared": False, "truth_declared": False}


def full_values(**changes: Any) -> Content:
    """Something in every field but the attachments."""
    town = make.municipality("Scandiano", "I496")
    agreement, _created = Agreement.objects.get_or_create(kind="pact", title="Patto di prova", slug="patto-di-prova")
    Commitment.objects.get_or_create(agreement=agreement, code="patto-1", title="Fare rete")
    return make.values(
        **{
            "other_themes": ["lavoro"],
            "tags": ["portierato", "quartiere"],
            "title_en": "Social concierge",
            "summary_en": "A place in the station district.",
            "municipalities": sorted([make.municipality().pk, town.pk]),
            "neighbourhood": "Stazione",
            "expected_total": 100,
            "expected_women": 60,
            "expected_minors": 10,
            "reached_total": 90,
            "reached_women": 50,
            "reached_minors": 9,
            "started_on": "2019-05",
            "ended_on": "2024-06-30",
            "milestones": [{"when": "maggio 2019", "what": "Apertura"}, {"when": "2020", "what": "Raddoppio"}],
            "partners": [{"name": "Coop Prova", "nature": "cooperativa", "contribution": "Due operatori"}],
            "funding_lines": [
                {"fund": "fami", "amount": "1693747.5", "from_year": 2019, "to_year": 2021},
                {"fund": "fami", "amount": None, "from_year": None, "to_year": None},
            ],
            "total_cost": "2000000",
            "staff": "Due operatori e una coordinatrice.",
            "cup": "J81H03000180006",
            "act_kind": "executive",
            "act_number": "12/2019",
            "act_on": "2019-04-11",
            "act_url": "https://example.org/atto",
            "commitments": ["patto-1"],
            "impact": "Il quartiere è più tranquillo.",
            "indicators": [
                {
                    "name": "Persone all'ascolto",
                    "unit": "persone",
                    "baseline": "10",
                    "target": "250.5",
                    "direction": "up",
                    "source": "registro",
                }
            ],
            "evaluation": "internal",
            "evaluation_method": "Questionari.",
            "evaluation_url": "https://example.org/rapporto",
            "success_conditions": "Un locale aperto tutto l'anno.",
            "adaptations": [
                {
                    "origin": "",
                    "origin_name": "Portierato di Lione",
                    "origin_url": "https://example.org/lione",
                    "year": 2018,
                    "changes": "Orari più lunghi.",
                    "outcome": "succeeded",
                }
            ],
            "contact_person": "Anna Prova",
            "links": [{"title": "Il sito", "url": "https://example.org/"}],
            "notes_to_editors": "Chiamate la mattina.",
            "releases_declared": True,
            **changes,
        }
    )


def full_draft(of: Organisation, by: User, **changes: Any) -> Submission:
    """A draft with something in every field, a document and a picture."""
    made = officer.start(of, by=by, at=make.NOW, values=full_values(**changes))
    files.attach(made, by=by, at=make.NOW, file=stored(pdf(), "relazione.pdf"), kind="report", title="Relazione")
    files.attach(
        made,
        by=by,
        at=make.NOW,
        file=stored(picture("PNG"), "piazza.png"),
        kind="picture",
        title="La piazza",
        alternative_text="Persone sedute in cerchio.",
    )
    return Submission.objects.get(pk=made.pk)


def imported(of: Organisation, *, slug: str = "sportello-ripreso", **content: Any) -> Submission:
    """A practice of this organisation taken from a public source, through the importer."""
    make.taxonomy()
    line = {
        "slug": slug,
        "organisation": of.slug,
        "source_url": "https://example.org/fonte",
        "source_licence": "CC BY 4.0",
        "content": {
            "kind": "intervention",
            "title": "Sportello ripreso",
            "main_theme": "casa",
            "municipalities": [make.municipality().pk],
            **content,
        },
    }
    report = import_practices([json.dumps(line)], at=make.NOW, apply=True)
    assert (report.added, report.errors) == (1, ())
    return Submission.objects.get(practice__slug=slug)


def history(submission: Submission) -> list[tuple[str, str, str]]:
    """Verb, from, to of each of its events."""
    return list(submission.events.values_list("verb", "from_status", "to_status"))


def client_of(person: User | None) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def status_of(client: Client, url: str) -> int:
    """The status of an answer that may be a file, which is read to its end and closed."""
    response = client.get(url)
    b"".join(response)
    return response.status_code


def stored(data: bytes, name: str) -> StoredFile:
    """A file as the form keeps it."""
    return store(SimpleUploadedFile(name, data))


def pdf(text: str = "Relazione") -> bytes:
    """A PDF of one empty page; the text makes it different from others."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = text
        document.save(out, deterministic_id=True)
    return out.getvalue()


def picture(form: str, size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    """A small picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **options)
    return out.getvalue()


def photograph(seed: int) -> bytes:
    """A JPEG whose bytes are as many as those of a photograph with grass and leaves: something at every scale."""
    random, size, out = Random(seed), (1600, 1066), io.BytesIO()
    whole = Image.new("RGB", size)
    for cells in (2**scale for scale in range(1, 11)):
        noise = Image.frombytes("RGB", (cells, cells), random.randbytes(cells * cells * 3))
        whole = Image.blend(whole, noise.resize(size, Image.Resampling.BICUBIC), 0.25)
    whole.save(out, "JPEG", quality=85)
    return out.getvalue()


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these entries, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return out.getvalue()


def odt() -> bytes:
    """The least that says of itself that it is a text document."""
    return archive({"mimetype": ODT.encode(), "content.xml": b"<office/>"}, zipfile.ZIP_STORED)


def docx() -> bytes:
    """The least that says of itself that it is a Word document."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def xlsx() -> bytes:
    """The least that says of itself that it is a spreadsheet."""
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def titles_in_index() -> list[str]:
    """The words of the titles that the search knows, as they stand."""
    titles = SearchEntry.objects.order_by("pk").values_list("title", flat=True)
    return [title.partition(f" {GAP} ")[0].strip() for title in titles]
