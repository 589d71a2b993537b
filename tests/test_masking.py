"""A correction that took personal data off the page: chief editors mask the earlier texts in the history, for good."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from practices.models import Event, Practice, SearchWord, Submission, Visit
from practices.models.choices import Status
from practices.moderation import Forbidden, Refusal, editor, masking, officer
from practices.moderation import practice as verbs
from practices.visits import look
from tests import make
from tests.everywhere import where_it_stands
from tests.samples import client_of

pytestmark = pytest.mark.django_db
AT = make.later(90)
NAME = "Zenobia Oltremare"
BEFORE = f"Ne parla {NAME}, che abita in via Turri."
PARTNERS = [{"name": NAME, "nature": "vicina", "contribution": "traduce"}]


@pytest.fixture
def corrected(settings: Any) -> Practice:
    """Published twice with a name, remarked on, and corrected."""
    settings.EMAIL_BACKEND = "portal.lib.mail.QueueBackend"
    by, someone = make.officer_of(make.organisation()), make.editor_user()
    first = make.submission(Status.PUBLISHED, by=by, assignee=someone, results=BEFORE, partners=PARTNERS)
    second = officer.revise(first.practice, by=by, at=make.later(10))
    values = {"licence_accepted": True, "truth_declared": True}
    officer.save(second, by=by, at=make.later(10), section="contacts", seen=0, values=values)
    second = officer.submit(second, by=by, at=make.later(11), similar_seen=True)
    second = editor.take(second, by=someone, at=make.later(12))
    editor.note(second, by=someone, at=make.later(12), text=f"Scrivono: «{BEFORE}»")
    editor.remark(second, by=someone, at=make.later(12), field="results", text=BEFORE)
    look(second, by=someone, at=make.NOW, shown={"results": BEFORE})
    second = editor.publish(second, by=someone, at=make.later(14))
    practice = Practice.objects.get(pk=second.practice_id)
    verbs.correct(practice, by=someone, at=make.later(20), values={"results": "Ne parla una vicina.", "partners": []})
    return Practice.objects.get(pk=practice.pk)


def mask(practice: Practice, field: str) -> None:
    masking.mask(practice, field=field, by=make.editor_user(chief=True), at=AT, text="C'era un nome.")


def version(practice: Practice, number: int) -> str:
    return Client().get(reverse("practices:version", args=[practice.slug, number])).content.decode()


def test_what_the_history_has_of_it_goes_field_by_field(corrected: Practice) -> None:
    assert masking.maskable(corrected) == ["partners", "results"]
    assert NAME in version(corrected, 1)
    mask(corrected, "results")
    text = version(corrected, 1)
    # A partner of that name is another field.
    assert (masking.MASKED in text, "via Turri, che" in text, "Ne parla Zenobia" in text) == (True, False, False)
    assert masking.maskable(corrected) == ["partners"]
    mask(corrected, "partners")
    assert masking.maskable(corrected) == []
    assert [NAME in version(corrected, number) for number in (1, 2, 3)] == [False] * 3
    assert where_it_stands("oltremare") == set()
    assert not Visit.objects.filter(submission__practice=corrected).exists()
    assert not SearchWord.objects.filter(word="oltremare").exists()
    # What is live is as it was, and so is everything else of the history.
    live = corrected.published
    assert live is not None
    assert (live.results, live.title) == ("Ne parla una vicina.", "Portierato sociale di via Turri")
    assert "Un punto di ascolto." in version(corrected, 1)


def test_it_is_recorded_and_told(corrected: Practice) -> None:
    mask(corrected, "results")
    event = Event.objects.latest("pk")
    assert (event.verb, event.at, event.text) == ("mask", AT, "Risultati: C'era un nome.")
    mail = Email.objects.latest("pk")
    assert mail.subject == "Testo oscurato nella storia di «Portierato sociale di via Turri»"
    assert "C'era un nome." in mail.message
    assert NAME not in mail.message


def test_going_back_does_not_bring_it_back(corrected: Practice) -> None:
    mask(corrected, "results")
    verbs.roll_back(corrected, by=make.editor_user(chief=True), at=make.later(95), text="Prova.")
    back = Submission.objects.get(practice=corrected, status=Status.PUBLISHED)
    assert back.results == masking.MASKED


def test_what_is_refused(corrected: Practice) -> None:
    chief = make.editor_user(chief=True)
    for by, field, text, refused in (
        (make.editor_user(), "results", "Nomi.", Forbidden),
        (chief, "results", " ", Refusal),
        (chief, "lessons", "Nomi.", Refusal),
        (chief, "kind", "Nomi.", ValueError),
    ):
        with pytest.raises(refused):
            masking.mask(corrected, field=field, by=by, at=AT, text=text)
    assert NAME in version(corrected, 1)


def test_a_chief_editor_does_it_in_the_admin(corrected: Practice) -> None:
    client = client_of(make.editor_user(chief=True))
    url = reverse("admin:practices_practice_decide", args=[corrected.pk, "oscura"])
    opened = client.get(url)
    offered = [value for value, _label in opened.context["form"].fields["field"].choices]
    assert set(offered) == {"", "partners", "results"}
    data = {"seen": opened.context["form"].initial["seen"], "field": "results", "text": "C'era un nome."}
    review = client.post(url, data)
    form = review.context["form"]
    assert form.said() == [("Campo da oscurare", "Risultati"), ("Motivo, per il registro", "C'era un nome.")]
    mail = {"mail_subject": form.data["mail_subject"], "mail_body": form.data["mail_body"]}
    assert client.post(url, {**data, **mail, "confirm": "1"}).status_code == 302
    assert masking.MASKED in version(corrected, 1)


def test_what_is_in_the_works_stays(corrected: Practice) -> None:
    by = make.officer_of(corrected.organisation)
    draft = officer.revise(corrected, by=by, at=make.later(80))
    officer.save(
        draft, by=by, at=make.later(80), section="results", seen=0, values={"results": "Nuovo testo dei risultati."}
    )
    mask(corrected, "results")
    draft.refresh_from_db()
    assert draft.results == "Nuovo testo dei risultati."


def test_a_proposal_that_waits_for_an_answer_can_still_be_refused(corrected: Practice) -> None:
    by, someone = make.officer_of(corrected.organisation), make.editor_user()
    one = officer.revise(corrected, by=by, at=make.later(80))
    theirs = {"licence_accepted": True, "truth_declared": True}
    officer.save(one, by=by, at=make.later(80), section="results", seen=0, values={"results": "Il testo loro."})
    officer.save(one, by=by, at=make.later(80), section="contacts", seen=0, values=theirs)
    one = officer.submit(one, by=by, at=make.later(81), similar_seen=True)
    one = editor.take(one, by=someone, at=make.later(82))
    one = editor.propose(one, by=someone, at=make.later(83), values={"results": "Il testo nostro."}, text="Più chiaro.")
    mask(corrected, "results")
    one = officer.refuse(one, by=by, at=make.later(91), text="No.")
    assert (one.results, masking.maskable(corrected)) == ("Il testo loro.", ["partners"])
    # Decided, it is history.
    editor.reject(one, by=someone, at=make.later(92), reason=make.reason("reject"), text="Non basta.")
    assert masking.maskable(corrected) == ["partners", "results"]


def test_a_masked_text_fits_into_its_column() -> None:
    columns = [Submission._meta.get_field(name) for name in masking.WRITTEN]
    short = [column.name for column in columns if (column.max_length or 1000) < len(masking.MASKED)]
    assert short == []


def test_of_a_title_the_address_goes_too_and_what_others_say(corrected: Practice) -> None:
    mask(corrected, "results")
    mask(corrected, "partners")
    other = make.organisation("Comune di Parma", make.municipality("Parma", "G337", sign="PR"))
    row = {
        "origin": corrected.code,
        "origin_name": "",
        "origin_url": "",
        "year": 2021,
        "changes": "Orari.",
        "outcome": "partly",
    }
    one = make.submission(Status.PUBLISHED, of=other, title=f"Lo sportello di {NAME}", adaptations=[row]).practice
    told = corrected.events.get(verb="adapted")
    assert (one.slug, NAME in told.mail) == ("lo-sportello-di-zenobia-oltremare", True)
    verbs.correct(one, by=make.editor_user(), at=make.later(85), values={"title": "Uno sportello"})
    mask(one, "title")
    told.refresh_from_db()
    assert f"ha pubblicato «{masking.MASKED}» ({one.code})" in told.mail
    assert where_it_stands("oltremare") == set()
    client = Client()
    assert client.get(reverse("practices:practice", args=["lo-sportello-di-zenobia-oltremare"])).status_code == 404
    by_code = client.get(reverse("identifiers:practice", args=[one.code]))
    assert by_code["Location"].endswith(reverse("practices:practice", args=["uno-sportello"]))


def test_an_address_that_says_the_live_title_stays(corrected: Practice) -> None:
    old = corrected.slug
    verbs.correct(corrected, by=make.editor_user(), at=make.later(85), values={"title": "Portierato Sociale di Via Turri"})
    mask(corrected, "title")
    corrected.refresh_from_db()
    assert corrected.slug == old
