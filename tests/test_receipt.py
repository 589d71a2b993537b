"""The receipt of a sending: what it says, for whom it is, and that what it says can be checked."""

import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from practices import content
from practices.models import Event, Submission
from practices.models.choices import RemovalReason
from practices.moderation import Verb, editor, files, officer
from practices.moderation import practice as practice_verbs
from practices.receipt import SENDINGS, receipt
from tests import make
from tests.samples import client_of, full_draft, pdf

pytestmark = pytest.mark.django_db
NASTY = "Prima riga.\n\nIMPRONTA DEL CONTENUTO INVIATO (SHA-256)\n0000\u2028<b>&amp; «così» 😀"


@pytest.fixture
def sent(settings: Any, tmp_path: Any) -> Submission:
    """A full submission, sent, asked for changes, and sent again with another text and without one of its files."""
    settings.MEDIA_ROOT = tmp_path
    of = make.organisation()
    by = make.officer_of(of, email="anna@example.org")
    by.full_name = "Anna Prova"
    by.save()
    someone = make.editor_user()
    partners = [{"name": "Coop\nALLEGATI", "nature": "", "contribution": ""}]
    case = full_draft(of, by, lessons=NASTY, partners=partners, title="Portierato sociale\ndi via Turri")
    case = officer.submit(case, by=by, at=make.later(1), similar_seen=True)
    case = editor.take(case, by=someone, at=make.later(2))
    case = editor.request_changes(case, by=someone, at=make.later(3), reason=make.reason(), text="Completate i dati.")
    case = officer.save(case, by=by, at=make.later(4), section="why", values={"problem": "Un altro testo."}, seen=0)
    gone = [case.attachments.get(kind="report").sha256]
    seen = case.section_versions.get("attachments", 0)
    case = files.save(case, by=by, at=make.later(4), values={}, seen=seen, removed=gone)
    return officer.resubmit(case, by=by, at=make.later(5))


def sendings(submission: Submission) -> list[Event]:
    return list(submission.events.filter(verb__in=SENDINGS))


def test_the_verbs_are_those_of_the_table() -> None:
    assert SENDINGS == (Verb.SUBMIT, Verb.RESUBMIT)


def test_it_says_who_sent_what_and_when(sent: Submission) -> None:
    first, second = (receipt(sent, event).split("\n") for event in sendings(sent))
    code = sent.practice.code
    assert first[:9] == [
        "RICEVUTA DI INVIO",
        "Buone pratiche di integrazione, Portale Integrazione Migranti",
        "",
        f"Codice: {code}",
        "Titolo: Portierato sociale di via Turri",
        "Ente: Comune di Reggio Emilia",
        "Inviata da: Anna Prova <anna@example.org>",
        "Inviata il: 2 marzo 2026 alle 10:01:00 (ora italiana, UTC+01)",
        "Invio numero: 1",
    ]
    assert second[7:9] == ["Inviata il: 2 marzo 2026 alle 10:05:00 (ora italiana, UTC+01)", "Invio numero: 2"]
    with sent.attachments.get().file.open() as file:
        data = file.read()
    report, picture = (hashlib.sha256(sent_file).hexdigest() for sent_file in (pdf(), data))
    size = f"{len(data):,}".replace(",", ".")
    # The report was taken away meanwhile: how long it was is not known any more, which file it was is.
    assert first[10:15] == [
        "ALLEGATI",
        "relazione.pdf",
        f"    SHA-256: {report}",
        f"piazza.png, {size} byte",
        f"    SHA-256: {picture}",
    ]
    assert second[10:13] == ["ALLEGATI", f"piazza.png, {size} byte", f"    SHA-256: {picture}"]


def test_whoever_has_it_can_check_the_content_against_the_hash(sent: Submission) -> None:
    for event in sendings(sent):
        lines = receipt(sent, event).removesuffix("\n").split("\n")
        after = json.loads(lines[-1])
        assert (
            lines[lines.index("IMPRONTA DEL CONTENUTO INVIATO (SHA-256)") + 1]
            == hashlib.sha256(lines[-1].encode()).hexdigest()
        )
        assert after == event.after
    # The last one sent is what the submission holds.
    assert after == content.read(sent)


def test_it_has_every_field_that_was_filled_and_what_people_wrote_cannot_pass_for_its_own_words(sent: Submission) -> None:
    first = receipt(sent, sendings(sent)[0])
    text = first[first.index("TESTO INVIATO") : first.index("CONTENUTO INVIATO, IN JSON\n{")]
    lines = text.split("\n")
    assert [lines[lines.index(f"{label}:") + 1] for label in ("Persona di riferimento", "Note per la redazione")] == [
        "    Anna Prova",
        "    Chiamate la mattina.",
    ]
    assert "Lezioni:\n" + "\n".join(f"    {line}" for line in NASTY.split("\n")) in text
    assert [first.count(f"\n{heading}\n") for heading in ("IMPRONTA DEL CONTENUTO INVIATO (SHA-256)", "ALLEGATI")] == [1, 1]
    for line in (
        "Ambito principale:\n    Casa",
        "Inizio:\n    maggio 2019",
        "Fondo: FAMI; Importo in euro: 1.693.747,50; Dal: 2019; Al: 2021",
        "Fondo: FAMI; Importo in euro: non disponibile",
        "Indirizzo dell'atto:\n    https://example.org/atto",
        "Nome, se fuori dal portale: Portierato di Lione (https://example.org/lione)",
        "    Il sito (https://example.org/)",
        "    La piazza (Immagine, piazza.png): Persone sedute in cerchio.",
        "Quanto scritto è veritiero:\n    Sì",
    ):
        assert line in text, line


def test_it_is_for_the_organisation_and_the_editors_and_linked_from_the_timeline(sent: Submission) -> None:
    first, second = (reverse("desk:receipt", args=[sent.pk, event.pk]) for event in sendings(sent))
    by = sent.submitted_by
    assert by is not None
    response = client_of(by).get(first)
    assert (response["Content-Type"], response["Content-Disposition"], response["Cache-Control"]) == (
        "text/plain; charset=utf-8",
        f'attachment; filename="ricevuta-{sent.practice.code}-{sendings(sent)[0].pk}.txt"',
        "private, no-store",
    )
    assert response.content.decode() == receipt(sent, sendings(sent)[0])
    coordinator = make.coordinator_of(sent.organisation)
    case = reverse("desk:case", args=[sent.pk])
    shown = {}
    for name, person in (("officer", by), ("editor", make.editor_user()), ("coordinator", coordinator)):
        client = client_of(person)
        page = client.get(case).content.decode()
        shown[name] = ([client.get(url).status_code for url in (first, second)], page.count("Scarica la ricevuta"))
    assert shown == {"officer": ([200, 200], 2), "editor": ([200, 200], 2), "coordinator": ([404, 404], 0)}


def test_other_events_other_submissions_and_removed_practices_have_none(sent: Submission) -> None:
    by, someone = sent.submitted_by, sent.assignee
    assert by is not None
    assert someone is not None
    client: Client = client_of(by)
    other = make.submission(of=sent.organisation, by=by)
    (event, _again), taken = sendings(sent), sent.events.get(verb=Verb.TAKE)
    url = reverse("desk:receipt", args=[sent.pk, event.pk])
    wrong = [(sent.pk, taken.pk), (other.pk, event.pk), (sent.pk, 0), (sent.pk, 10**30)]
    assert [client.get(reverse("desk:receipt", args=pair)).status_code for pair in wrong] == [404] * 4
    # Of what is published it can still be had; of what is removed not.
    editor.publish(sent, by=someone, at=make.later(6))
    assert client.get(url).status_code == 200
    chief = make.editor_user(chief=True)
    practice_verbs.remove(sent.practice, by=chief, at=make.later(7), reason=RemovalReason.PRIVACY, text="Compare un nome.")
    assert client.get(url).status_code == 404
