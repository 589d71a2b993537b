"""What the organisations' people do: start, revise, claim, save, discard."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from networks.models import Organisation
from portal.lib.content_version import current_version
from practices import content
from practices.models import Attachment, Event, Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, Stale, WrongStatus, editor, officer, practice
from tests import make
from tests.samples import DECLARATIONS, client_of, full_draft, history, imported

pytestmark = pytest.mark.django_db
VALUES = {"kind": "good_practice", "title": "Una pratica"}


def rows() -> tuple[int, int, int]:
    return Practice.objects.count(), Submission.objects.count(), Event.objects.count()


def torino() -> Organisation:
    return make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))


def association() -> Organisation:
    return Organisation.objects.create(kind="third_sector", name="Associazione Ponte", slug="associazione-ponte")


# start -------------------------------------------------------------------------------------------------------------


def test_the_same_token_twice_starts_one_draft() -> None:
    of = make.organisation()
    by, token = make.officer_of(of), uuid4()
    first = officer.start(of, by=by, at=make.NOW, values=VALUES, token=token)
    again = officer.start(of, by=by, at=make.later(), values={**VALUES, "title": "Secondo clic"}, token=token)
    assert (again.pk, again.title, rows()) == (first.pk, "Una pratica", (1, 1, 1))
    assert history(first) == [("start", "", "draft")]


def test_two_tokens_start_two_drafts() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    made = [officer.start(of, by=by, at=make.NOW, values=VALUES, token=uuid4()) for _ in range(2)]
    assert (len({s.practice_id for s in made}), rows()) == (2, (2, 2, 2))


def test_the_form_posted_twice_leads_to_one_draft() -> None:
    of = make.organisation()
    client = client_of(make.officer_of(of))
    data = {**VALUES, "organisation": of.pk, "token": client.get(reverse("desk:start")).context["form"]["token"].value()}
    found = [client.post(reverse("desk:start"), data)["Location"] for _ in range(2)]
    made = Submission.objects.get()
    assert found == [reverse("desk:section", args=[made.pk, "identity"])] * 2
    assert (made.title, made.kind, made.status, made.token) == ("Una pratica", "good_practice", "draft", UUID(data["token"]))


def test_a_token_of_somebody_else_neither_crashes_nor_shows_their_draft() -> None:
    of = make.organisation()
    token = uuid4()
    theirs = officer.start(of, by=make.officer_of(of), at=make.NOW, values=VALUES, token=token)
    client = client_of(make.officer_of(torino()))
    response = client.post(reverse("desk:start"), {**VALUES, "organisation": torino().pk, "token": str(token)})
    assert response.status_code < 500
    assert f"/{theirs.pk}/" not in response.headers.get("Location", "")
    assert list(theirs.practice.submissions.values_list("pk", "created_by")) == [(theirs.pk, theirs.created_by_id)]


@pytest.mark.parametrize("kind", [k for k in Organisation.Kind if k not in {"municipality", "union"}])
def test_only_local_authorities_enter_practices(kind: str) -> None:
    of = Organisation.objects.create(kind=kind, name="Un ente", slug="un-ente")
    with pytest.raises(Forbidden, match="Solo i Comuni e le Unioni"):
        officer.start(of, by=make.officer_of(of), at=make.NOW, values=VALUES)
    assert rows() == (0, 0, 0)


def test_a_union_enters_practices() -> None:
    union = Organisation.objects.create(kind="union", name="Unione Prova", slug="unione-prova")
    made = officer.start(union, by=make.officer_of(union), at=make.NOW, values=VALUES)
    assert (made.status, made.organisation, made.practice.organisation) == ("draft", union, union)


def test_a_draft_started_by_an_editor_is_sent_by_the_organisation_alone() -> None:
    of, someone = make.organisation(), make.editor_user()
    made = officer.start(of, by=someone, at=make.NOW, values=make.values())
    with pytest.raises(Forbidden):
        officer.submit(made, by=someone, at=make.NOW, similar_seen=True)
    assert officer.submit(made, by=make.officer_of(of), at=make.NOW, similar_seen=True).status == Status.SUBMITTED


# revise ------------------------------------------------------------------------------------------------------------


def full_published() -> Submission:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    return editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))


def test_a_revision_copies_all_but_the_declarations_and_the_public_indicators() -> None:
    first = full_published()
    by = make.officer_of(first.organisation)
    second = officer.revise(first.practice, by=by, at=make.later(4))
    expected = {**content.read(first), **DECLARATIONS, "indicators": []}
    assert content.read(Submission.objects.get(pk=second.pk)) == expected
    assert (second.status, second.round, second.section_versions, second.submitted_by) == (Status.DRAFT, 0, {}, None)
    assert history(second) == [("revise", "", "draft")]
    assert first.practice.published == first


def test_a_revision_keeps_indicators_that_were_never_public() -> None:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    refused = editor.reject(
        editor.take(sent, by=someone, at=make.later(2)),
        by=someone,
        at=make.later(3),
        reason=make.reason("reject"),
        text="No.",
    )
    second = officer.revise(refused.practice, by=by, at=make.later(4))
    assert content.read(second) == {**content.read(refused), **DECLARATIONS}


def test_while_one_is_open_revising_returns_it() -> None:
    first = make.published()
    by = make.officer_of(first.organisation)
    second = officer.revise(first.practice, by=by, at=make.later(5))
    again = officer.revise(first.practice, by=make.officer_of(first.organisation), at=make.later(6))
    assert (again, history(second)) == (second, [("revise", "", "draft")])
    assert first.practice.submissions.count() == 2


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
def test_without_a_published_one_the_last_closed_one_is_copied(status: Status) -> None:
    closed = make.submission(status, title="Il testo di prima")
    second = officer.revise(closed.practice, by=make.officer_of(closed.organisation), at=make.later(5))
    assert (second.pk == closed.pk, second.title, second.status) == (False, "Il testo di prima", Status.DRAFT)


def test_a_published_one_is_copied_rather_than_a_later_rejected_one() -> None:
    first = make.published(title="Pubblicata")
    by = make.officer_of(first.organisation)
    second = officer.revise(first.practice, by=by, at=make.later(5))
    declared = {"licence_accepted": True, "truth_declared": True}
    officer.save(second, by=by, at=make.later(5), section="contacts", values=declared, seen=0)
    officer.save(second, by=by, at=make.later(5), section="identity", values={"title": "Ritirata"}, seen=0)
    officer.withdraw(officer.submit(second, by=by, at=make.later(6), similar_seen=True), by=by, at=make.later(7))
    assert officer.revise(first.practice, by=by, at=make.later(8)).title == "Pubblicata"


# claim -------------------------------------------------------------------------------------------------------------


def test_an_organisation_claims_its_own_imported_practice() -> None:
    model = imported(make.organisation())
    by = make.officer_of(make.organisation())
    before = current_version()
    draft = officer.claim(model.practice, organisation=make.organisation(), by=by, at=make.later())
    assert content.read(draft) == {**content.read(model), **DECLARATIONS}
    assert (draft.status, draft.origin, draft.source_url) == ("draft", "form", "")
    assert (model.practice.published, history(draft)) == (model, [("claim", "", "draft")])
    assert officer.claim(model.practice, organisation=make.organisation(), by=by, at=make.later()) == draft
    assert current_version() == before


def test_a_town_claims_what_a_third_sector_body_leads_there_and_owns_it_once_published() -> None:
    model = imported(association())
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    draft = officer.claim(model.practice, organisation=of, by=by, at=make.later())
    assert (draft.organisation, Practice.objects.get(pk=model.practice_id).organisation) == (of, association_again())
    content.write(draft, make.values(title="Ora nostra"))
    sent = officer.submit(draft, by=by, at=make.later(), similar_seen=True)
    editor.publish(editor.take(sent, by=someone, at=make.later()), by=someone, at=make.later())
    now = Practice.objects.get(pk=model.practice_id)
    model.refresh_from_db()
    assert (now.organisation, now.slug, model.status) == (of, "sportello-ripreso", Status.SUPERSEDED)


def association_again() -> Organisation:
    return Organisation.objects.get(slug="associazione-ponte")


def test_a_union_claims_what_happens_in_its_towns() -> None:
    union = Organisation.objects.create(kind="union", name="Unione Prova", slug="unione-prova")
    union.municipalities.add(make.municipality())
    draft = officer.claim(imported(association()).practice, organisation=union, by=make.officer_of(union), at=make.later())
    assert draft.organisation == union


def test_a_town_cannot_claim_what_is_not_its_own() -> None:
    elsewhere = imported(association(), slug="altrove", municipalities=["H223"])
    of_another = imported(make.organisation(), slug="altrui", municipalities=["H223", torino().municipality.pk])
    by = make.officer_of(torino())
    for model in (elsewhere, of_another):
        with pytest.raises(Forbidden, match="riguarda un altro ente"):
            officer.claim(model.practice, organisation=torino(), by=by, at=make.later())
    own = association_again()
    with pytest.raises(Forbidden, match="riguarda un altro ente"):
        officer.claim(elsewhere.practice, organisation=own, by=make.officer_of(own), at=make.later())
    with pytest.raises(Forbidden, match="incarico attivo"):
        officer.claim(of_another.practice, organisation=make.organisation(), by=by, at=make.later())
    assert Submission.objects.filter(origin="form").count() == 0


def test_two_towns_do_not_claim_the_same_practice() -> None:
    model = imported(association(), municipalities=["H223", torino().municipality.pk])
    of = make.organisation()
    officer.claim(model.practice, organisation=of, by=make.officer_of(of), at=make.later())
    with pytest.raises(WrongStatus, match="Un altro ente"):
        officer.claim(model.practice, organisation=torino(), by=make.officer_of(torino()), at=make.later())
    assert model.practice.submissions.count() == 2


def test_only_live_imported_practices_are_claimed() -> None:
    of, chief = make.organisation(), make.editor_user(chief=True)
    model = imported(of)
    practice.remove(model.practice, by=chief, at=make.later(), reason=RemovalReason.MISTAKE, text="Errore.")
    by = make.officer_of(of)
    for one in (model, make.published(of=of, by=by)):
        with pytest.raises(WrongStatus, match="riprese da altre fonti"):
            officer.claim(one.practice, organisation=of, by=by, at=make.later())


# save and discard --------------------------------------------------------------------------------------------------


def test_an_old_copy_of_a_section_is_refused_and_loses_nothing() -> None:
    draft = make.submission()
    by = draft.created_by
    officer.save(draft, by=by, at=make.later(1), section="why", values={"problem": "Primo."}, seen=0)
    with pytest.raises(Stale, match="qualcun altro ha salvato"):
        officer.save(draft, by=by, at=make.later(2), section="why", values={"problem": "Secondo."}, seen=0)
    draft.refresh_from_db()
    assert (draft.problem, draft.section_versions, draft.saved_at) == ("Primo.", {"why": 1}, make.later(1))
    officer.save(draft, by=by, at=make.later(3), section="why", values={"problem": "Secondo."}, seen=1)
    draft.refresh_from_db()
    assert (draft.problem, draft.section_versions) == ("Secondo.", {"why": 2})


def test_two_sections_never_disturb_each_other() -> None:
    draft = make.submission()
    one, other = Submission.objects.get(pk=draft.pk), Submission.objects.get(pk=draft.pk)
    before = content.read(draft)
    officer.save(one, by=draft.created_by, at=make.later(1), section="why", values={"problem": "Nuovo."}, seen=0)
    officer.save(other, by=draft.created_by, at=make.later(1), section="how", values={"activities": "Nuove."}, seen=0)
    now = Submission.objects.get(pk=draft.pk)
    assert content.read(now) == {**before, "problem": "Nuovo.", "activities": "Nuove."}
    assert now.section_versions == {"why": 1, "how": 1}


def test_a_section_saves_its_own_fields_only() -> None:
    draft = make.submission()
    with pytest.raises(ValueError, match="not of section why"):
        officer.save(draft, by=draft.created_by, at=make.later(), section="why", values={"title": "Altro"}, seen=0)
    draft.refresh_from_db()
    assert (draft.title, draft.section_versions) == ("Portierato sociale di via Turri", {})


def test_discarding_the_only_draft_deletes_its_practice() -> None:
    of = make.organisation()
    draft = full_draft(of, make.officer_of(of))
    officer.discard(draft, by=draft.created_by, at=make.later())
    assert (rows(), Attachment.objects.count()) == ((0, 0, 0), 0)


def test_discarding_a_revision_leaves_what_else_is_known_of_the_practice() -> None:
    first = make.published()
    by = make.officer_of(first.organisation)
    before = rows()
    officer.discard(officer.revise(first.practice, by=by, at=make.later(5)), by=by, at=make.later(6))
    assert (rows(), Practice.objects.get().published) == (before, first)
