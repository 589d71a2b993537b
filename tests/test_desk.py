"""The Scrivania: what stands on the dashboard for whom, and the pages through which each verb goes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Affiliation, Organisation, User
from practices import content
from practices.models import Practice, Remark, Submission
from practices.models.choices import Status
from practices.moderation import editor, files, officer
from tests import make
from tests.desk import Desk
from tests.html_forms import data_of, forms_of, send
from tests.samples import DECLARATIONS, client_of, full_draft, full_values, history, imported, pdf, stored

pytestmark = pytest.mark.django_db
AT = make.later(60)
LISTS = ("to_do", "waiting", "published", "claimable", "closed", "network_cases")


def torino() -> Organisation:
    return make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))


def association() -> Organisation:
    return Organisation.objects.create(kind="third_sector", name="Ponte", slug="ponte")


def dashboard(person: User) -> dict[str, list[str]]:
    """The titles in each list that is not empty."""
    context = client_of(person).get(reverse("desk:dashboard")).context
    return {name: sorted(s.title for s in context[name]) for name in LISTS if context[name]}


def one_of_each(of: Organisation, by: User, someone: User) -> None:
    for status in Status:
        made = make.submission(status, of=of, by=by, assignee=someone, title=f"{status} di {of.slug}")
        if status is Status.TO_CONFIRM:
            Submission.objects.filter(pk=made.pk).update(title=f"{status} di {of.slug}")


def titles(of: Organisation, *statuses: str) -> list[str]:
    return sorted(f"{status} di {of.slug}" for status in statuses)


# The dashboard -----------------------------------------------------------------------------------------------------


def test_the_dashboard_shows_each_submission_of_the_own_organisation_in_its_list() -> None:
    someone, of = make.editor_user(), make.organisation()
    by = make.officer_of(of)
    for one in (of, torino()):
        one_of_each(one, by if one == of else make.officer_of(one), someone)
    # The superseded one's next version has its title.
    assert dashboard(by) == {
        "to_do": titles(of, "draft", "changes_requested", "to_confirm"),
        "waiting": titles(of, "submitted", "under_review"),
        "published": titles(of, "published", "superseded"),
        "closed": titles(of, "rejected", "withdrawn"),
    }


def test_imported_practices_are_offered_to_the_organisations_that_may_claim_them() -> None:
    of, body = make.organisation(), association()
    here, there = make.municipality().pk, torino().municipality_id
    imported(of, slug="nostra", title="Nostra")
    imported(torino(), slug="loro", title="Loro", municipalities=[here])
    imported(body, slug="qui", title="Del Ponte qui", municipalities=[here, there])
    imported(body, slug="altrove", title="Del Ponte altrove", municipalities=[there])
    begun = imported(of, slug="presa", title="Già presa")
    by = make.officer_of(of)
    officer.claim(begun.practice, organisation=of, by=by, at=AT)
    assert dashboard(by) == {"claimable": ["Del Ponte qui", "Nostra"], "to_do": ["Già presa"]}
    assert dashboard(make.officer_of(torino())) == {"claimable": ["Del Ponte altrove", "Del Ponte qui", "Loro"]}
    assert dashboard(make.user()) == {}


def test_the_coordinator_sees_what_the_members_have_sent_and_is_open() -> None:
    of, other = make.organisation(), torino()
    coordinator, someone = make.coordinator_of(of), make.editor_user()
    for one in (of, other):
        one_of_each(one, make.officer_of(one), someone)
    expected = titles(of, "submitted", "under_review", "changes_requested", "to_confirm")
    assert dashboard(coordinator) == {"network_cases": expected}
    of.memberships.update(left_after=make.NOW.date())
    assert dashboard(coordinator) == {}


def test_the_end_of_an_affiliation_closes_everything_at_once() -> None:
    of = make.organisation()
    by = make.officer_of(of, "manager")
    draft = full_draft(of, by)
    live = make.submission(Status.PUBLISHED, of=of, by=by)
    Remark.objects.create(submission=draft, field="results", text="Quanti?", by=make.editor_user(), at=AT)
    file = draft.attachments.all()[0]
    pages = [
        reverse("desk:case", args=[draft.pk]),
        reverse("desk:preview", args=[draft.pk]),
        reverse("desk:section", args=[draft.pk, "why"]),
        reverse("desk:section", args=[draft.pk, "attachments"]),
        reverse("desk:send", args=[draft.pk]),
        reverse("desk:verb", args=[draft.pk, "elimina"]),
        reverse("practices:attachment", args=[file.pk, file.name]),
    ]
    posts = [
        *pages[2:6],
        reverse("desk:answer", args=[draft.pk]),
        reverse("desk:upload", args=[draft.pk]),
        reverse("desk:revise", args=[live.practice_id]),
        reverse("desk:confirm_valid", args=[live.practice_id]),
    ]
    client = client_of(by)

    def statuses(urls: list[str], method: str) -> set[int]:
        found = set()
        for url in urls:
            response = getattr(client, method)(url)
            b"".join(response)
            found.add(response.status_code)
        return found

    assert statuses(pages, "get") == {200}
    by.affiliations.update(status="ended", ended_at=AT)
    before = Submission.objects.count(), draft.attachments.count(), Practice.objects.get(pk=live.practice_id)
    assert (statuses(pages, "get"), statuses(posts, "post")) == ({404}, {404})
    assert (Submission.objects.count(), draft.attachments.count(), Practice.objects.get(pk=live.practice_id)) == before
    assert (dashboard(by), client.get(reverse("desk:start")).status_code) == ({}, 403)


# Its buttons -------------------------------------------------------------------------------------------------------


def press(client: Client, page: str, action: str) -> Any:
    """Send the page's form with this address, as its button does."""
    (data,) = [data for attributes, data in forms_of(client.get(page)) if attributes.get("action") == action]
    return client.post(action, data)


def test_the_dashboard_s_buttons_revise_confirm_and_claim() -> None:
    of = make.organisation()
    by = make.officer_of(of)
    live, model = make.submission(Status.PUBLISHED, of=of, by=by), imported(of)
    client, home = client_of(by), reverse("desk:dashboard")
    confirmed = press(client, home, reverse("desk:confirm_valid", args=[live.practice_id]))
    revised = press(client, home, reverse("desk:revise", args=[live.practice_id]))
    claimed = press(client, home, reverse("desk:claim", args=[model.practice_id]))
    drafts = [practice.open for practice in (live.practice, model.practice)]
    assert confirmed["Location"] == home
    assert [revised["Location"], claimed["Location"]] == [reverse("desk:case", args=[draft.pk]) for draft in drafts]
    assert [history(draft) for draft in drafts] == [[("revise", "", "draft")], [("claim", "", "draft")]]
    assert live.events.last().verb == "confirm_valid"


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_the_button_of_a_closed_submission_leads_to_a_new_version(end: str) -> None:
    gone = make.submission(Status(end))
    client = client_of(gone.submitted_by)
    response = press(client, reverse("desk:case", args=[gone.pk]), reverse("desk:revise", args=[gone.practice_id]))
    assert response["Location"] == reverse("desk:case", args=[gone.practice.open.pk])


def test_the_button_of_a_closed_submission_takes_up_its_text_and_the_dashboard_s_the_published_one() -> None:
    live = make.published(title="Pubblicata")
    by = make.officer_of(live.organisation)
    closed = officer.revise(live.practice, by=by, at=AT)
    content.write(closed, full_values(title="Un mese di lavoro"))
    files.attach(closed, by=by, at=AT, file=stored(pdf(), "piano.pdf"), kind="report", title="Piano")
    officer.withdraw(officer.submit(closed, by=by, at=AT, similar_seen=True), by=by, at=AT)
    client, revise = client_of(by), reverse("desk:revise", args=[live.practice_id])
    press(client, reverse("desk:case", args=[closed.pk]), revise)
    draft = live.practice.open
    assert draft is not None
    assert content.read(draft) == {**content.read(closed), **DECLARATIONS}
    assert (draft.title, draft.attachments.count(), draft.indicators.count()) == ("Un mese di lavoro", 1, 1)
    officer.discard(draft, by=by, at=AT)
    press(client, reverse("desk:dashboard"), revise)
    assert live.practice.open.title == "Pubblicata"


def test_only_a_closed_text_of_the_same_practice_and_organisation_is_taken_up() -> None:
    live = make.published()
    by = make.officer_of(live.organisation)
    of_another = make.submission(Status.REJECTED, of=torino(), by=make.officer_of(torino()))
    practices = make.submission(Status.REJECTED, of=live.organisation, by=by), of_another, live
    client, revise = client_of(by), reverse("desk:revise", args=[live.practice_id])
    for forged in (*(str(one.pk) for one in practices), "", "x", "9" * 30, "1\x00"):
        assert client.post(revise, {"from": forged}).status_code == 404, forged
    # An organisation that tried to take it over left a text of its own, which she reads as one of that one's people.
    taken = imported(live.organisation)
    theirs = officer.claim(taken.practice, organisation=live.organisation, by=by, at=AT)
    Submission.objects.filter(pk=theirs.pk).update(organisation=torino(), status=Status.WITHDRAWN)
    Affiliation.objects.create(user=by, organisation=torino(), role="contributor", status="active", active_from=AT)
    addresses = [reverse(f"desk:{verb}", args=[taken.practice_id]) for verb in ("revise", "claim")]
    assert [client.post(address, {"from": theirs.pk}).status_code for address in addresses] == [302, 404]
    assert not Submission.objects.open().exists()


def test_the_case_of_a_claim_that_was_rejected_offers_only_buttons_that_work() -> None:
    of, model = make.organisation(), imported(association())
    by, someone = make.officer_of(of), make.editor_user()
    draft = officer.claim(model.practice, organisation=of, by=by, at=AT)
    content.write(draft, {"title": "Riscritta da noi"})
    Submission.objects.filter(pk=draft.pk).update(status="submitted", submitted_by=by, submitted_at=AT, first_sent_at=AT)
    editor.take(draft, by=someone, at=AT)
    editor.reject(draft, by=someone, at=AT, reason=make.reason("reject"), text="Non basta.")
    client, page = client_of(by), reverse("desk:case", args=[draft.pk])
    actions = [a["action"] for a, _ in forms_of(client.get(page)) if a.get("action", "").startswith("/scrivania/")]
    assert [press(client, page, action).status_code for action in actions] == [302] * len(actions)
    assert [one.title for one in model.practice.submissions.open()] == ["Riscritta da noi"]


def test_remarks_are_answered_together_in_words_or_marked_as_done() -> None:
    asked = make.submission(Status.UNDER_REVIEW)
    remarks = [("results", "Quanti?"), ("lessons", "Quali?"), ("activities", "Dove?"), ("problem", "Perché?")]
    editor.request_changes(asked, by=asked.assignee, at=AT, reason=make.reason(), text="Completate.", remarks=remarks)
    pks = list(asked.remarks.values_list("pk", flat=True))
    fields = [f"answer-{pk}-text" for pk in pks]
    by, page, answer = asked.submitted_by, reverse("desk:case", args=[asked.pk]), reverse("desk:answer", args=[asked.pk])
    client = client_of(by)

    def states() -> list[tuple[str, str, int | None]]:
        return list(Remark.objects.values_list("state", "answer", "answered_by"))

    assert press(client, page, answer).status_code == 422
    # One that cannot be taken: everything that was typed is on the page again.
    typed = {fields[0]: "Novanta. " * 600, fields[1]: "Volti noti.", fields[2]: "", fields[3]: ""}
    refused = client.post(answer, typed)
    shown = {name: values[0] for _form, data in forms_of(refused) for name, values in data.items() if name in fields}
    assert (refused.status_code, shown, set(states())) == (422, typed, {("open", "", None)})
    # Whatever was written goes, by whichever button; beside it one is done without a word.
    sent = client.post(answer, {**typed, fields[0]: " Novanta.\r\n", "done": pks[2]})
    told = [str(message) for message in client.get(sent["Location"]).context["messages"]]
    assert (sent["Location"], told) == (page, ["Registrate 3 risposte."])
    expected = [("answered", "Novanta.", by.pk), ("answered", "Volti noti.", by.pk), ("done", "", by.pk), ("open", "", None)]
    assert states() == expected
    [left] = [data for attributes, data in forms_of(client.get(page)) if attributes.get("action") == answer]
    assert left.keys() & set(fields) == {fields[3]}


# Verbs and their pages ---------------------------------------------------------------------------------------------

ACTIONS: dict[str, tuple[Status, str | None, str]] = {
    "richiama": (Status.SUBMITTED, "draft", "recall"),
    "ritira": (Status.UNDER_REVIEW, "withdrawn", "withdraw"),
    "elimina": (Status.DRAFT, None, ""),
    "conferma": (Status.TO_CONFIRM, "under_review", "confirm"),
    "rifiuta": (Status.TO_CONFIRM, "under_review", "refuse"),
}


@pytest.mark.parametrize("slug", ACTIONS)
def test_a_verb_goes_through_a_page_that_says_what_will_happen(slug: str) -> None:
    status, target, verb = ACTIONS[slug]
    one = make.submission(status)
    client, url = client_of(one.created_by), reverse("desk:verb", args=[one.pk, slug])
    page = client.get(url)
    action = page.context["action"]
    text = page.content.decode().replace("&#x27;", "'")
    assert (page.status_code, str(action.explanation) in text, client.head(url).status_code) == (200, True, 200)
    assert Submission.objects.get(pk=one.pk).status == status
    response = send(client, url, **({"text": "Perché sì."} if action.text else {}))
    now = Submission.objects.filter(pk=one.pk).first()
    if target is None:
        assert (response["Location"], now, Practice.objects.count()) == (reverse("desk:dashboard"), None, 0)
        return
    assert (response["Location"], now.status) == (reverse("desk:case", args=[one.pk]), target)
    event = now.events.last()
    assert (event.verb, event.by, event.text) == (verb, one.created_by, "Perché sì." if action.text else "")
    assert str(action.done).replace("'", "&#x27;") in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\x00b"])
def test_refusing_needs_a_reason(text: str) -> None:
    one = make.submission(Status.TO_CONFIRM)
    response = client_of(one.created_by).post(reverse("desk:verb", args=[one.pk, "rifiuta"]), {"text": text})
    assert (response.status_code, Submission.objects.get(pk=one.pk).status) == (200, "to_confirm")
    assert list(response.context["form"].errors) == ["text"]


@pytest.mark.parametrize("slug", ACTIONS)
def test_a_verb_that_is_not_possible_any_more_leads_back_with_the_reason(slug: str) -> None:
    live = make.published()
    client, url = client_of(live.created_by), reverse("desk:verb", args=[live.pk, slug])
    for response in (client.get(url), client.post(url, {"text": "Perché sì."})):
        assert (response.status_code, response["Location"]) == (302, reverse("desk:case", args=[live.pk]))
    assert "La scheda è «Pubblicata»: questa azione non è possibile." in client.get(response["Location"]).content.decode()
    assert Submission.objects.get(pk=live.pk).status == "published"
    assert client.get(reverse("desk:verb", args=[live.pk, "pubblica"])).status_code == 404


# Sending -----------------------------------------------------------------------------------------------------------


def test_the_page_of_sending_lists_everything_that_is_missing() -> None:
    desk = Desk(problem="", difficulties="")
    url = reverse("desk:send", args=[desk.draft.pk])
    for response in (desk.client.get(url), desk.client.post(url)):
        page = response.content.decode()
        assert [p.field.name for p in response.context["problems"]] == ["problem", "difficulties"]
        assert f'href="{desk.url("why")}#campo-problem"' in page
        assert f'href="{desk.url("lessons")}#campo-difficulties"' in page
    assert Submission.objects.get(pk=desk.draft.pk).status == "draft"


def test_sending_asks_to_look_at_similar_practices_where_there_are_any() -> None:
    make.published(of=torino())
    desk = Desk()
    url = reverse("desk:send", args=[desk.draft.pk])
    refused = send(desk.client, url)
    said = ["Guarda prima le pratiche simili e poi conferma qui."]
    assert (refused.context["form"].errors, Submission.objects.get(pk=desk.draft.pk).status) == (
        {"similar_seen": said},
        "draft",
    )
    response = send(desk.client, url, similar_seen="on")
    assert (response["Location"], Submission.objects.get(pk=desk.draft.pk).status) == (
        reverse("desk:case", args=[desk.draft.pk]),
        "submitted",
    )


def test_a_similar_practice_can_be_said_to_be_the_origin() -> None:
    """Of the same theme, or with the same words in the title wherever it is; the answer makes the link."""
    origin = make.published(of=torino(), main_theme="lavoro", municipalities=["L219"], title="Portierati del futuro")
    desk = Desk(started_on="2021-05")
    sending = reverse("desk:send", args=[desk.draft.pk])
    (match,) = desk.client.get(sending).context["similar"]
    assert (match.submission, match.reason) == (origin, "Stesso territorio (Emilia-Romagna), parole in comune (portierati)")
    url = reverse("desk:adapted", args=[desk.draft.pk, origin.practice.pk])
    assert f'href="{url}"' in desk.client.get(sending).content.decode()
    assert data_of(desk.client.get(url))["year"] == ["2021"]
    refused = send(desk.client, url, changes="", outcome="succeeded")
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"changes"})
    for outcome in ("under_way", "succeeded"):
        assert send(desk.client, url, changes="Orari più lunghi.", outcome=outcome)["Location"] == sending
        assert desk.value("adaptations") == [
            {
                "origin": origin.practice.code,
                "origin_name": "",
                "origin_url": "",
                "year": 2021,
                "changes": "Orari più lunghi.",
                "outcome": outcome,
            }
        ]
    page = desk.client.get(sending).content.decode()
    assert ("Indicata come pratica di origine." in page, f'href="{url}"' in page) == (True, False)
    # Its own practice, and one that is not public, are the origin of nothing.
    unpublished = make.submission(of=torino())
    for practice in (desk.draft.practice, unpublished.practice):
        assert desk.client.get(reverse("desk:adapted", args=[desk.draft.pk, practice.pk])).status_code == 404


def test_sending_twice_is_sending_once() -> None:
    desk = Desk()
    url = reverse("desk:send", args=[desk.draft.pk])
    data = data_of(desk.client.get(url))
    pages = [desk.client.post(url, data, follow=True) for _ in range(2)]
    assert [page.redirect_chain for page in pages] == [[(reverse("desk:case", args=[desk.draft.pk]), 302)]] * 2
    assert [[str(message) for message in page.context["messages"]] for page in pages] == [
        ["La scheda è stata inviata. Ti abbiamo mandato una ricevuta."],
        ["La scheda è già stata inviata."],
    ]
    assert history(desk.draft) == [("start", "", "draft"), ("submit", "draft", "submitted")]
