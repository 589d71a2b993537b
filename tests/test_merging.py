"""Two practices that are one, and practices that change organisation: what everybody sees of it, and the way back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from networks.models import Organisation
from practices import content
from practices.models import Adaptation, AdaptationProposal, Practice, SearchEntry, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, Refusal, WrongStatus, editor, merging, officer, replication
from practices.moderation import practice as verbs
from tests import make
from tests.desk import Desk, messages
from tests.html_forms import send
from tests.samples import client_of, full_draft, imported, status_of
from tests.test_removal import EVERYWHERE, TITLE, where_it_stands

pytestmark = pytest.mark.django_db
AT = make.later(60)


def again(practice: Practice) -> Practice:
    return Practice.objects.get(pk=practice.pk)


def two() -> tuple[Practice, Practice, list[str]]:
    """A duplicate with files, the practice that stays, of another organisation, and the addresses of the files."""
    torino = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    stays = make.submission(Status.PUBLISHED, of=torino, title="Quella che resta", tags=[]).practice
    of, someone = make.organisation(), make.editor_user()
    by = make.officer_of(of)
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    live = editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    files = [reverse("practices:attachment", args=[file.pk, file.name]) for file in live.attachments.all()]
    return live.practice, again(stays), files


def adapted(origin: Practice, *, of: Organisation, title: str = "L'adattamento") -> Adaptation:
    """Published by this organisation, succeeded, confirmed."""
    row = {"origin": origin.code, "origin_name": "", "origin_url": "", "year": 2024, "changes": "Gli orari."}
    one = make.submission(Status.PUBLISHED, of=of, title=title, adaptations=[{**row, "outcome": "succeeded"}])
    found = one.adaptations.get()
    Adaptation.objects.filter(pk=found.pk).update(confirmed_at=AT, confirmed_by=make.user())
    return found


def test_a_duplicate_leaves_every_public_surface_for_the_other_and_comes_back_as_it_was() -> None:
    duplicate, stays, files = two()
    chief, reader = make.editor_user(chief=True), Client()
    page, code = reverse("practices:practice", args=[duplicate.slug]), reverse("identifiers:practice", args=[duplicate.code])
    target = reverse("practices:practice", args=[stays.slug])
    before = Practice.objects.filter(pk=duplicate.pk).values().get()
    assert where_it_stands() == EVERYWHERE
    Email.objects.all().delete()
    merging.merge(duplicate, into=stays, by=chief, at=AT, text="La stessa cosa.")
    assert (where_it_stands(), SearchEntry.objects.filter(practice=duplicate).count()) == (set(), 0)
    assert [reader.get(url)["Location"] for url in (page, code)] == [target, target]
    assert [reader.get(url).status_code for url in (page, code, target)] == [302, 302, 200]
    assert [status_of(reader, file) for file in files] == [404, 404]
    # Who wrote it and the editors still read it at the Scrivania.
    assert status_of(client_of(duplicate.published.submitted_by), files[0]) == 200
    assert (list(Practice.objects.visible()), list(Submission.objects.listed())) == ([stays], [stays.published])
    assert TITLE not in reader.get(f"{reverse('practices:list')}?territorio=emilia-romagna").content.decode()
    origins = client_of(duplicate.published.submitted_by).get(f"{reverse('desk:origins')}?q={duplicate.code}")
    assert origins.json() == {"results": []}
    events = [duplicate.events.last(), stays.events.last()]
    assert [(event.verb, event.by, event.text) for event in events] == [
        ("merge", chief, f"Unita a {stays.code}. La stessa cosa."),
        ("merge", chief, f"Le è stata unita {duplicate.code}. La stessa cosa."),
    ]
    both = sorted([duplicate.published.submitted_by.email, stays.published.submitted_by.email])
    assert sorted(to for mail in Email.objects.all() for to in mail.to) == both
    assert events[0].mail.startswith(f"A: {', '.join(both)}\nUnita a un'altra: «{TITLE}»")
    # Removed while merged: what it says goes first; what stands for it is not touched.
    verbs.remove(duplicate, by=chief, at=AT, reason=RemovalReason.MISTAKE, text="Errore.")
    assert [reader.get(page).status_code, reader.get(code)["Location"]] == [410, page]
    verbs.restore(duplicate, by=chief, at=AT)
    assert reader.get(page)["Location"] == target
    merging.unmerge(duplicate, by=chief, at=AT)
    assert Practice.objects.filter(pk=duplicate.pk).values().get() == before
    assert (where_it_stands(), SearchEntry.objects.count()) == (EVERYWHERE, 2)
    assert [reader.get(page).status_code, reader.get(code)["Location"]] == [200, page]
    assert [status_of(reader, file) for file in files] == [200, 200]
    assert [p.events.last().verb for p in (duplicate, stays)] == ["unmerge", "unmerge"]


def test_who_adapted_the_duplicate_has_adapted_the_other() -> None:
    duplicate, stays, _files = two()
    chief, reader = make.editor_user(chief=True), Client()
    by_third = adapted(duplicate, of=make.organisation("Comune di Parma", make.municipality("Parma", "G337", sign="PR")))
    merging.merge(duplicate, into=stays, by=chief, at=AT, text="La stessa cosa.")
    assert again(stays).evidence_level == 5
    theirs = reader.get(reverse("practices:practice", args=[again(by_third.submission.practice).slug])).context
    origin = reverse("practices:practice", args=[stays.slug])
    assert [(a.other.text, a.other.url) for a in theirs["adapted_from"]] == [(f"Quella che resta ({stays.code})", origin)]
    page = reader.get(origin).context
    assert [a.adaptation for a in page["adapted_by"]] == [by_third]
    # A form that still names the duplicate is saved with the code of the one that stands for it.
    desk = Desk()
    row = {"adaptations-0-year": "2024", "adaptations-0-changes": "Tutto.", "adaptations-0-outcome": "under_way"}
    desk.send("lessons", **row, **{"adaptations-0-origin": duplicate.code})
    assert [saved["origin"] for saved in desk.value("adaptations")] == [stays.code]
    merging.unmerge(duplicate, by=chief, at=AT)
    assert (again(stays).evidence_level, again(duplicate).evidence_level) == (1, 5)


def test_what_adapted_its_own_duplicate_is_not_its_own_origin() -> None:
    duplicate, _stays, _files = two()
    own = adapted(duplicate, of=make.organisation(), title="Nata da un doppione").submission.practice
    merging.merge(duplicate, into=own, by=make.editor_user(chief=True), at=AT, text="La stessa cosa.")
    page = Client().get(reverse("practices:practice", args=[again(own).slug])).context
    assert (page["adapted_from"], page["adapted_by"], again(own).evidence_level) == ([], [], 1)


def test_what_a_duplicate_reported_is_still_answered() -> None:
    duplicate, stays, _files = two()
    [parma] = duplicate.organisation.affiliations.all()
    cesena = make.organisation("Comune di Cesena", make.municipality("Cesena", "C573", sign="FC"))
    theirs = client_of(make.officer_of(cesena, email="cesena@example.org"))
    chief = make.editor_user(chief=True)
    for verb, words in (("accept", {"title": "Da noi", "year": "2022", "outcome": "partly"}), ("decline", {"text": "No."})):
        proposal = replication.propose_adaptation(duplicate, by=parma.user, at=AT, to=cesena)
        merging.merge(again(duplicate), into=stays, by=chief, at=AT, text="Doppione.")
        assert theirs.get(reverse("desk:dashboard")).context["proposals"] == [proposal]
        url = reverse(f"desk:{verb}_adaptation", args=[proposal.pk])
        assert TITLE in theirs.get(url).content.decode()
        assert send(theirs, url, **{"changes": "Gli orari.", **words}).status_code == 302
        merging.unmerge(again(duplicate), by=chief, at=AT)
    # The draft says what it started from, which for readers is the practice that stays while the two are one.
    draft = Submission.objects.get(title="Da noi")
    assert [row["origin"] for row in content.read(draft, ["adaptations"])["adaptations"]] == [duplicate.code]
    assert list(AdaptationProposal.objects.order_by("pk").values_list("answer", flat=True)) == ["accepted", "declined"]


def test_no_practice_is_its_own_origin() -> None:
    desk = Desk()
    live = make.submission(Status.PUBLISHED, of=desk.of, by=desk.by)
    desk.draft = officer.revise(live.practice, by=desk.by, at=AT)
    row = {"adaptations-0-year": "2024", "adaptations-0-changes": "Tutto.", "adaptations-0-outcome": "under_way"}
    refused = desk.send("lessons", **row, **{"adaptations-0-origin": live.practice.code})
    assert messages(refused) == [("Codice", "È il codice di questa stessa pratica.")]
    values = [{"origin": live.practice.code, "origin_name": "", "origin_url": "", "year": 2024, "changes": "x"}]
    content.write(desk.draft, {"adaptations": [{**values[0], "outcome": "partly"}]})
    assert desk.value("adaptations") == []


def test_mergers_make_no_chains_and_wait_for_what_is_in_the_works() -> None:
    duplicate, stays, _files = two()
    chief = make.editor_user(chief=True)
    third = make.submission(Status.PUBLISHED, of=stays.organisation, title="La terza").practice

    def merge(one: Practice, into: Practice, text: str = "Sì.", by: Any = chief) -> None:
        merging.merge(one, into=into, by=by, at=AT, text=text)

    with pytest.raises(Refusal, match="sé stessa"):
        merge(stays, stays)
    with pytest.raises(Refusal, match="Scrivi il motivo"):
        merge(duplicate, stays, " ")
    with pytest.raises(Forbidden):
        merge(duplicate, stays, by=make.editor_user())
    # Nobody decides on an organisation that they act for, neither as the one nor as the other.
    own = make.editor_user(chief=True)
    own.affiliations.create(organisation=stays.organisation, status="active", active_from=make.NOW)
    for one, other in ((duplicate, stays), (stays, duplicate)):
        with pytest.raises(Forbidden):
            merge(one, other, by=own)
    with pytest.raises(WrongStatus, match="non è pubblicata"):
        merge(duplicate, make.submission(title="Bozza").practice)
    merge(duplicate, stays)
    with pytest.raises(WrongStatus, match=f"unita a {stays.code}"):
        merge(duplicate, third)
    with pytest.raises(WrongStatus, match=f"unita a {stays.code}"):
        merge(third, duplicate)
    with pytest.raises(WrongStatus, match=f"unita {duplicate.code}: separala prima"):
        merge(stays, third)
    # Of a duplicate nobody goes on writing; what was a draft already can only be put away.
    by = again(duplicate).published.submitted_by
    with pytest.raises(WrongStatus, match=f"unita a {stays.code}"):
        officer.revise(duplicate, by=by, at=AT)
    merging.unmerge(duplicate, by=chief, at=AT)
    with pytest.raises(WrongStatus, match="non è unita"):
        merging.unmerge(duplicate, by=chief, at=AT)
    draft = officer.revise(again(duplicate), by=by, at=AT)
    merge(duplicate, stays)
    with pytest.raises(WrongStatus, match=f"unita a {stays.code}"):
        officer.save(draft, by=by, at=AT, section="identity", values={"title": "Altro"}, seen=0)
    officer.discard(draft, by=by, at=AT)
    merging.unmerge(duplicate, by=chief, at=AT)
    second = officer.revise(again(duplicate), by=by, at=AT)
    content.write(second, {"licence_accepted": True, "truth_declared": True, "releases_declared": True})
    officer.submit(second, by=by, at=AT, similar_seen=True)
    with pytest.raises(WrongStatus, match="decidila prima"):
        merge(duplicate, stays)


def test_a_practice_passes_to_another_organisation_with_all_its_versions_and_back() -> None:
    first = make.submission(Status.SUPERSEDED)
    old, live = first.organisation, first.practice.published
    by = live.submitted_by
    draft = officer.revise(first.practice, by=by, at=AT)
    new = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    heir, chief = make.officer_of(new), make.editor_user(chief=True)
    union = Organisation.objects.create(kind="third_sector", name="Ponte", slug="ponte")
    own = make.editor_user(chief=True)
    own.affiliations.create(organisation=new, status="active", active_from=make.NOW)
    page = reverse("organisation", args=[new.slug])
    assert TITLE not in Client().get(page).content.decode()

    def transfer(to: Organisation, text: str = "Fusione.", who: Any = chief) -> None:
        verbs.transfer(first.practice, to=to, by=who, at=AT, text=text)

    for error, match, args in (
        (Refusal, "Scrivi il motivo", (new, "")),
        (Refusal, "già di questo ente", (old,)),
        (Refusal, "Solo i Comuni", (union,)),
        (Forbidden, "decide un'altra persona", (new, "Fusione.", own)),
        (Forbidden, "Non è un'azione", (new, "Fusione.", make.editor_user())),
        (Forbidden, "Non è un'azione", (new, "Fusione.", by)),
    ):
        with pytest.raises(error, match=match):
            transfer(*args)
    Email.objects.all().delete()
    transfer(new)
    assert set(first.practice.submissions.values_list("organisation", flat=True)) == {new.pk}
    assert again(first.practice).organisation == new
    assert set(Submission.objects.readable_by(heir)) == {first, live, draft}
    assert list(Submission.objects.readable_by(by)) == []
    assert TITLE in Client().get(page).content.decode()
    event = live.events.last()
    assert (event.verb, event.text) == ("transfer", f"Da {old} a {new}. Fusione.")
    assert sorted(to for mail in Email.objects.all() for to in mail.to) == sorted([by.email, heir.email, own.email])
    assert new.name.split()[-1].lower() in SearchEntry.objects.get().place
    # Going back to an earlier version does not give it back to a body that is no more.
    verbs.roll_back(first.practice, by=chief, at=AT, text="Sbagliata.")
    assert again(first.practice).organisation == new
    transfer(old)
    assert set(first.practice.submissions.values_list("organisation", flat=True)) == {old.pk}
    assert set(Submission.objects.readable_by(heir)) == set()
    model = imported(old)
    transfer_imported = verbs.transfer(model.practice, to=union, by=chief, at=AT, text="Era loro.")
    assert transfer_imported.organisation == union
    verbs.remove(first.practice, by=chief, at=AT, reason=RemovalReason.MISTAKE, text="Errore.")
    with pytest.raises(WrongStatus, match="rimossa"):
        transfer(new)
