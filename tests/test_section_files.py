"""The section of the attachments through its page: files that arrive with the form, what is said of them, taking them away."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from practices.models import Attachment, Submission
from practices.models.choices import Status
from practices.moderation import Incomplete, editor, files, officer
from tests import make
from tests.desk import Desk, messages
from tests.html_forms import data_of
from tests.samples import client_of, full_draft, pdf, picture, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """With a document and a picture that nobody has described."""
    desk = Desk(releases_declared=True)
    for data, name in ((pdf("conti"), "conti.pdf"), (picture("PNG"), "piazza.png")):
        desk.upload(data, name)
    return desk


def rows(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row.title, row.kind, row.alternative_text) for row in desk.draft.attachments.all()]


def names(desk: Desk) -> tuple[str, str]:
    """How the controls of the document and of the picture begin."""
    document, photo = (f"attachments-{row.sha256}" for row in desk.draft.attachments.all())
    return document, photo


def test_what_is_said_of_files_is_saved_and_they_stay_the_same_rows(desk: Desk) -> None:
    document, photo = names(desk)
    before = list(desk.draft.attachments.values_list("pk", flat=True))
    said = {f"{document}-title": " I conti ", f"{document}-kind": "budget", f"{photo}-alternative_text": "Una piazza."}
    assert desk.send("attachments", **said)["Location"] == desk.url("attachments")
    assert rows(desk) == [("I conti", "budget", ""), ("piazza", "picture", "Una piazza.")]
    assert list(desk.draft.attachments.values_list("pk", flat=True)) == before
    assert desk.everything()[1] == {"attachments": 1}


def test_a_picture_is_one_by_its_content_whatever_is_posted(desk: Desk) -> None:
    document, photo = names(desk)
    response = desk.send("attachments", **{f"{document}-kind": "picture", f"{photo}-kind": "report"})
    assert (response.status_code, len(messages(response))) == (422, 1)
    desk.send("attachments", **{f"{photo}-kind": "report", f"{document}-alternative_text": "Parole."})
    assert rows(desk) == [("conti", "report", ""), ("piazza", "picture", "")]


def test_what_cannot_be_saved_is_listed_by_its_file_and_nothing_is_lost(desk: Desk) -> None:
    document, photo = names(desk)
    typed = {f"{document}-title": "", f"{photo}-title": "x" * 151, f"{photo}-alternative_text": "Scritto."}
    response = desk.send("attachments", **typed)
    listed = [(control, label) for control, label, _message in response.context["errors"]]
    assert (response.status_code, listed) == (
        422,
        [(f"id_{document}-title", "Titolo (conti.pdf)"), (f"id_{photo}-title", "Titolo (piazza.png)")],
    )
    assert {name: data_of(response)[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert rows(desk) == [("conti", "report", ""), ("piazza", "picture", "")]


def test_a_file_is_taken_away_by_saving_and_not_by_autosave(desk: Desk) -> None:
    document, photo = names(desk)
    typed = {**data_of(desk.client.get(desk.url("attachments"))), f"{document}-DELETE": "on", f"{photo}-title": "Foto"}
    autosave = reverse("desk:autosave", args=[desk.draft.pk, "attachments"])
    told = desk.client.post(autosave, typed).json()
    assert (told["seen"], told["errors"]) == (1, {})
    assert rows(desk) == [("conti", "report", ""), ("Foto", "picture", "")]
    # What is wrong in a row that goes keeps nobody.
    typed = {**typed, f"{document}-title": "", "seen": "1"}
    assert desk.client.post(desk.url("attachments"), typed).status_code == 302
    assert rows(desk) == [("Foto", "picture", "")]


def test_autosave_keeps_what_can_be_kept(desk: Desk) -> None:
    document, photo = names(desk)
    typed = {**data_of(desk.client.get(desk.url("attachments"))), f"{document}-title": "", f"{photo}-title": "Foto"}
    told = desk.client.post(reverse("desk:autosave", args=[desk.draft.pk, "attachments"]), typed).json()
    assert set(told["errors"]) == {f"id_{document}-title"}
    assert rows(desk) == [("conti", "report", ""), ("Foto", "picture", "")]


# Arrival with the form ---------------------------------------------------------------------------------------------


def test_several_files_come_with_the_form_and_each_that_is_refused_is_told(desk: Desk) -> None:
    _document, photo = names(desk)
    sent = [
        SimpleUploadedFile("atto.pdf", pdf("atto")),
        SimpleUploadedFile("pagina.html", b"<!doctype html>"),
        SimpleUploadedFile("vuoto.pdf", b""),
        SimpleUploadedFile("copia.pdf", pdf("conti")),
    ]
    response = desk.send("attachments", files=sent, **{f"{photo}-alternative_text": "Una piazza."})
    unknown = "Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP."
    assert (response.status_code, response.context["errors"]) == (
        422,
        [("id_files", "pagina.html", unknown), ("id_files", "vuoto.pdf", "Il file è vuoto.")],
    )
    page = response.content.decode()
    assert page.count("<title>Errore: ") == 1
    assert [str(m) for m in response.context["messages"]] == ["«atto.pdf» caricato.", "Questo file c'è già: è «conti»."]
    # What came is there; what was typed beside it is still in the page, with a row for each file.
    assert rows(desk) == [("conti", "report", ""), ("piazza", "picture", ""), ("atto", "report", "")]
    again = data_of(response)
    assert [again[f"{photo}-alternative_text"], len([name for name in again if name.endswith("-title")])] == [
        ["Una piazza."],
        3,
    ]
    assert desk.client.post(desk.url("attachments"), again).status_code == 302
    assert rows(desk) == [("conti", "report", ""), ("piazza", "picture", "Una piazza."), ("atto", "report", "")]


def test_files_that_came_wait_for_their_words_before_the_next_section(desk: Desk) -> None:
    sent = SimpleUploadedFile("atto.pdf", pdf("atto"))
    for file, following in ((sent, "attachments"), ("", "contacts")):
        assert desk.send("attachments", files=file, **{"continue": "1"})["Location"] == desk.url(following)


def test_a_colleague_s_file_is_neither_lost_nor_in_the_way(desk: Desk) -> None:
    document, _photo = names(desk)
    mine = data_of(desk.client.get(desk.url("attachments")))
    desk.upload(pdf("della collega"), "suo.pdf")
    assert desk.client.post(desk.url("attachments"), {**mine, f"{document}-title": "Mio"}).status_code == 302
    assert rows(desk) == [("Mio", "report", ""), ("piazza", "picture", ""), ("suo", "report", "")]


def test_a_file_that_a_colleague_took_away_is_told_and_does_not_come_back(desk: Desk) -> None:
    document, photo = names(desk)
    mine = data_of(desk.client.get(desk.url("attachments")))
    gone = document.partition("-")[2]
    files.save(desk.draft, by=desk.by, at=make.later(), values={}, seen=0, removed={gone})
    response = desk.client.post(desk.url("attachments"), {**mine, f"{photo}-alternative_text": "Mio."})
    assert (response.status_code, [change.name for change in response.context["theirs"]]) == (409, ["attachments"])
    assert desk.client.post(desk.url("attachments"), data_of(response)).status_code == 302
    assert rows(desk) == [("piazza", "picture", "Mio.")]


def test_the_hash_of_somebody_else_s_file_gives_nothing(desk: Desk) -> None:
    other = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    theirs = full_draft(other, make.officer_of(other)).attachments.all()[0]
    before = rows(desk)
    forged = {f"attachments-{theirs.sha256}-{name}": value for name, value in (("title", "Preso"), ("DELETE", "on"))}
    assert desk.send("attachments", **forged).status_code == 302
    assert (rows(desk), Attachment.objects.filter(title="Preso").count()) == (before, 0)
    assert Attachment.objects.filter(pk=theirs.pk).exists()


def test_nothing_arrives_at_what_was_sent() -> None:
    live = make.published()
    by: Any = live.submitted_by
    for data in ({"file": SimpleUploadedFile("x.pdf", pdf())}, {}):
        response = client_of(by).post(reverse("desk:upload", args=[live.pk]), data)
        assert (response.status_code, response.json()["message"]) == (
            409,
            "La scheda è «Pubblicata»: ora non si può modificare.",
        )
    draft = make.submission(of=live.organisation, by=by)
    response = client_of(by).post(reverse("desk:upload", args=[draft.pk]))
    assert (response.status_code, response.json()) == (422, {"message": "Non è arrivato nessun file."})


def test_a_request_that_is_too_large_is_told_before_it_is_read(desk: Desk, settings: Any) -> None:
    settings.REQUEST_MAX_BYTES = 1024 * 1024
    before = desk.everything()

    def post(address: str, **headers: str) -> Any:
        return desk.client.post(address, {"file": SimpleUploadedFile("x.pdf", bytes(1024 * 1024))}, headers=headers)

    page = post(desk.url("attachments"))
    told = post(reverse("desk:upload", args=[desk.draft.pk]), Accept="application/json")
    assert (page.status_code, told.status_code, desk.everything()) == (413, 413, before)
    assert "In una volta si inviano al massimo 1 MB: non è stato salvato nulla." in page.content.decode()
    assert told.json() == {"message": "È troppo grande per essere inviato."}


# Words for who does not see ----------------------------------------------------------------------------------------


def test_a_picture_without_words_stops_sending_and_the_checklist_leads_to_its_field(desk: Desk) -> None:
    _document, photo = names(desk)
    said, place = "Descrivi l'immagine «piazza» per chi non la vede.", f"id_{photo}-alternative_text"
    case = desk.client.get(reverse("desk:case", args=[desk.draft.pk]))
    assert [(p.field.name, p.message, p.place) for p in case.context["problems"]] == [("attachments", said, place)]
    for page in ("case", "send"):
        link = f'{desk.url("attachments")}#{place}">Allegati</a>: descrivi l&#x27;immagine «piazza»'
        assert link in desk.client.get(reverse(f"desk:{page}", args=[desk.draft.pk])).content.decode()
    assert f'id="{place}"' in desk.client.get(desk.url("attachments")).content.decode()


def test_no_way_leads_to_publication_without_them(desk: Desk) -> None:
    with pytest.raises(Incomplete, match="Allegati"):
        officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True)
    _document, photo = names(desk)
    desk.send("attachments", **{f"{photo}-alternative_text": "Una piazza."})
    sent = officer.submit(desk.draft, by=desk.by, at=make.later(), similar_seen=True)
    someone = make.editor_user()
    taken = editor.take(sent, by=someone, at=make.later(2))
    # While it is with the editors nobody takes them away; when it comes back they are asked for again.
    desk.client.post(desk.url("attachments"), {f"{photo}-title": "piazza", f"{photo}-alternative_text": "", "seen": "1"})
    assert rows(desk)[1] == ("piazza", "picture", "Una piazza.")
    editor.request_changes(taken, by=someone, at=make.later(3), reason=make.reason(), text="Completate.")
    desk.send("attachments", **{f"{photo}-alternative_text": "  "})
    files.attach(
        desk.draft, by=desk.by, at=make.later(4), file=stored(picture("JPEG"), "x.jpg"), kind="picture", title="Altra"
    )
    with pytest.raises(Incomplete) as refusal:
        officer.resubmit(Submission.objects.get(pk=desk.draft.pk), by=desk.by, at=make.later(5))
    assert (len(refusal.value.problems), str(refusal.value)) == (2, "La scheda non è completa: «Allegati».")
    assert Submission.objects.get().status == Status.CHANGES_REQUESTED
