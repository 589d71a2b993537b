"""The editors' queue: whose turn it is, the same numbers on the first page, what can be done from the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from networks.models import User
from practices.models import Practice, Submission
from practices.models.choices import Status
from tests import make
from tests.samples import client_of, history

pytestmark = pytest.mark.django_db
QUEUE = "admin:practices_submission_changelist"
CLOSED = ["next", "published", "rejected", "superseded", "withdrawn"]


def one_of_each(someone: User) -> None:
    """A case in each status, all of one organisation, and one in the hands of somebody else."""
    of = make.organisation()
    by = make.officer_of(of)
    for status in Status:
        made = make.submission(status, of=of, by=by, assignee=someone, title=str(status))
        Submission.objects.filter(pk=made.pk).update(title=str(status))
    Submission.objects.filter(status="published", title="superseded").update(title="next")
    make.submission(Status.UNDER_REVIEW, of=of, by=by, title="of another")
    recalled = make.submission(Status.SUBMITTED, of=of, by=by, title="recalled")
    Submission.objects.filter(pk=recalled.pk).update(status="draft")
    Submission.objects.filter(title="submitted").update(waiting_since=make.NOW)


def shown(person: User, query: str) -> list[str]:
    found = client_of(person).get(f"{reverse(QUEUE)}{query}").context["cl"].result_list
    return [submission.title for submission in found]


def test_the_queue_shows_the_oldest_first_and_by_whose_turn_it_is() -> None:
    someone = make.editor_user()
    one_of_each(someone)
    queues = {
        "libere": ["submitted"],
        "mie": ["under_review", "changes_requested", "to_confirm"],
        "comune": ["changes_requested", "recalled"],
        "conferma": ["to_confirm"],
        "chiuse": CLOSED,
    }
    assert {name: sorted(shown(someone, f"?coda={name}")) for name in queues} == {n: sorted(t) for n, t in queues.items()}
    opened = ["submitted", "under_review", "of another", "changes_requested", "to_confirm", "recalled"]
    assert shown(someone, "")[0] == "submitted"
    assert sorted(shown(someone, "")) == sorted(opened)
    assert sorted(shown(someone, "?coda=tutte")) == sorted([*opened, *CLOSED])
    # The first page counts what the lists show.
    waiting = client_of(someone).get("/admin/").context["waiting"]
    assert {name: number for name, _title, number in waiting} == {
        name: len(queues[name]) for name in ("libere", "mie", "comune", "conferma")
    }


def test_the_queue_is_filtered_by_territory_theme_network_and_words() -> None:
    someone = make.editor_user()
    make.coordinator_of(make.organisation())
    make.submission(Status.SUBMITTED, title="Portierato")
    query = "?territorio=emilia-romagna&ambito=casa&rete=rete-di-prova&q=reggio&coda=libere"
    assert shown(someone, query) == ["Portierato"]
    for other in ("territorio=altrove", "ambito=lavoro", "rete=altra", "q=torino", "coda=conferma"):
        assert shown(someone, f"?{other}") == [], other


def test_five_hundred_cases_cost_as_many_queries_as_one() -> None:
    someone, of = make.editor_user(), make.organisation()
    make.submission(Status.SUBMITTED, of=of)
    client, numbers = client_of(someone), []
    # The first page writes when the session ends.
    client.get(reverse(QUEUE))
    for more in (499, 0):
        with CaptureQueriesContext(connection) as captured:
            found = client.get(reverse(QUEUE)).context["cl"]
        numbers.append((len(captured), found.result_count, len(found.result_list)))
        practices = Practice.objects.bulk_create(Practice(organisation=of) for _n in range(more))
        sent = {"organisation": of, "status": "submitted", "first_sent_at": make.NOW, "waiting_since": make.NOW}
        Submission.objects.bulk_create(Submission(practice=practice, **sent) for practice in practices)
    assert numbers == [(numbers[0][0], 1, 1), (numbers[0][0], 500, 50)]


def test_cases_are_taken_and_left_from_the_list_and_nothing_else_is_decided_there() -> None:
    someone, other = make.editor_user(), make.editor_user()
    free, taken = make.submission(Status.SUBMITTED, title="Libera"), make.submission(Status.UNDER_REVIEW, title="Presa")
    client, url = client_of(someone), reverse(QUEUE)
    assert [name for name, _label in client.get(url).context["action_form"].fields["action"].choices if name] == [
        "take",
        "release",
    ]
    both = [free.pk, taken.pk]
    page = client.post(url, {"action": "take", "_selected_action": both}, follow=True).content.decode()
    assert ("Fatto per 1 scheda." in page, "«Presa»: " in page) == (True, True)
    assert (history(free)[-1], history(taken)[-1]) == (("take", "submitted", "under_review"),) * 2
    assert Submission.objects.get(pk=free.pk).assignee == someone
    client_of(other).post(url, {"action": "release", "_selected_action": both})
    assert Submission.objects.get(pk=free.pk).assignee == someone
    client.post(url, {"action": "release", "_selected_action": [free.pk]})
    assert history(free)[-1] == ("release", "under_review", "submitted")
    # Who moderates her own organisation's cases nowhere does not do it from here either.
    someone.affiliations.create(organisation=free.organisation, status="active", active_from=make.NOW)
    client.post(url, {"action": "take", "_selected_action": [free.pk]})
    assert history(free)[-1] == ("release", "under_review", "submitted")
