"""Files that are refused: the reason is told and nothing is kept."""

from typing import Any

import pikepdf
import pytest

from practices.models import Attachment, Submission
from tests.desk import Desk
from tests.hostile_files import COLLECTION, made_pdf
from tests.samples import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refusal(desk: Desk, data: bytes, name: str = "relazione.pdf") -> str:
    """Why the file is not accepted, when nothing was attached."""
    before = Submission.objects.filter(pk=desk.draft.pk).values().get()
    response = desk.upload(data, name)
    assert (response.status_code, Attachment.objects.count()) == (422, 0)
    assert Submission.objects.filter(pk=desk.draft.pk).values().get() == before
    return response.json()["message"]


@pytest.mark.parametrize("kind", [kind for kind, file in COLLECTION.items() if file.said])
def test_a_file_is_refused_with_its_reason(desk: Desk, kind: str) -> None:
    file = COLLECTION[kind]
    assert refusal(desk, file.data, file.name) == file.said


@pytest.mark.parametrize("kind", ["name", "array", "number"])
def test_a_pdf_that_is_put_together_wrongly_breaks_nothing(desk: Desk, kind: str) -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Names = {"name": pikepdf.Name.Boh, "array": pikepdf.Array([1]), "number": 7}[kind]

    assert desk.upload(made_pdf(change)).status_code in {201, 422}


def test_a_file_is_no_larger_than_the_limit(desk: Desk, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    padded = pdf() + b"\n" * (1024 * 1024 - len(pdf()))
    assert refusal(desk, padded + b"\n") == "Il file supera i 1 MB."
    assert desk.upload(padded).status_code == 201
