"""Public pages are a function of address, language, content version and day: one ETag, no cookie, the same for everybody."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from agreements.models import Agreement
from networks.models import Network, Organisation
from portal.lib.content_version import current_version, latest_version, raise_version
from portal.lib.mail import compose
from portal.lib.models import ContentVersion
from portal.lib.public_page import page_version
from practices.models import Fund, Reason, Submission, Theme
from practices.moderation import officer
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    live = make.published()
    live.practice.refresh_from_db()
    town = make.municipality()
    network = Network.objects.create(name="Rete", slug="rete")
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    return [
        *[reverse(name) for name in ("home", "practices:list", "territories", "networks", "agreements")],
        f"{reverse('practices:list')}?q=portierato&ambito=casa",
        reverse("practices:practice", args=[live.practice.slug]),
        reverse("practices:history", args=[live.practice.slug]),
        reverse("practices:version", args=[live.practice.slug, 1]),
        reverse("practices:reported", args=[live.practice.slug]),
        f"{reverse('practices:compare')}?p={live.practice.slug}",
        reverse("territory", args=[town.province.region.slug]),
        reverse("city", args=[town.slug]),
        reverse("organisation", args=[live.organisation.slug]),
        reverse("network", args=[network.slug]),
        reverse("agreement", args=[agreement.slug]),
    ]


def answer(client: Client, url: str, etag: str = "") -> tuple[int, str]:
    response = client.get(url, headers={"If-None-Match": etag} if etag else {})
    return response.status_code, response.headers.get("ETag", "")


def test_an_unchanged_page_is_not_sent_twice_and_a_changed_one_is() -> None:
    client = Client()
    for url in addresses():
        status, etag = answer(client, url)
        assert (status, bool(etag)) == (200, True)
        with CaptureQueriesContext(connection) as queries:
            again = client.get(url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again["ETag"], len(queries)) == (304, b"", etag, 1)
        raise_version()
        status, other = answer(client, url, etag)
        assert (status, other != etag) == (200, True)


def test_a_draft_changes_no_page_and_a_publication_every_page() -> None:
    client, url = Client(), reverse("home")
    taken = make.submission(make.Status.UNDER_REVIEW)
    draft = officer.start(taken.organisation, by=taken.created_by, at=make.NOW, values=make.values())
    _status, etag = answer(client, url)
    officer.save(draft, by=taken.created_by, at=make.NOW, section="why", values={"problem": "Altro."}, seen=0)
    assert answer(client, url, etag) == (304, etag)
    make.editor.publish(taken, by=taken.assignee, at=make.NOW)
    assert answer(client, url, etag)[0] == 200


def test_public_pages_are_the_same_for_everybody_and_set_no_cookie() -> None:
    people = [None, make.officer_of(make.organisation()), make.editor_user(chief=True)]
    for url in addresses():
        pages = [client_of(person).get(url) for person in people]
        bodies = {re.sub(rb'nonce="[^"]*"', b"", page.content) for page in pages}
        assert len(bodies) == 1, url
        for page in pages:
            assert (page["Cache-Control"], dict(page.cookies), "cookie" in page.get("Vary", "").lower()) == (
                "public, no-cache",
                {},
                False,
            )
        assert Client().post(url).status_code == 405
        head = Client().head(url)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", pages[0]["ETag"])


def test_the_etag_tells_code_content_language_and_day(settings: Any) -> None:
    raise_version()
    # Twenty-five hours apart: it is never the same day in both.
    with timezone.override("Pacific/Kiritimati"):
        found = {page_version()}
        with translation.override("en"):
            found.add(page_version())
        raise_version()
        found.add(page_version())
        settings.RELEASE += "+"
        found.add(page_version())
    with timezone.override("Pacific/Niue"):
        found.add(page_version())
    assert len(found) == 5


def test_pages_of_people_are_private_and_not_stored() -> None:
    by = make.officer_of(make.organisation())
    for response in (client_of(by).get(reverse("desk:dashboard")), Client().get(reverse("account_login"))):
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "ETag" not in response.headers


def test_a_page_that_is_not_there_is_not_kept() -> None:
    response = Client().get(reverse("practices:practice", args=["non-esiste"]))
    assert (response.status_code, "ETag" in response.headers) == (404, False)


# The content version -----------------------------------------------------------------------------------------------


def test_the_version_is_read_as_it_was_written() -> None:
    """In SQL of its own: number and moment are those that the model tells."""
    raise_version()
    written = ContentVersion.objects.values_list("number", "changed_at").get()
    assert (latest_version(), timezone.is_aware(written[1])) == (written, True)


def test_the_version_begins_at_nothing_and_counts() -> None:
    ContentVersion.objects.all().delete()
    found = [current_version()]
    for _ in range(3):
        raise_version()
        found.append(current_version())
    assert found == [0, 2, 3, 4]
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentVersion.objects.create(pk=2)


def agreement_with_network() -> None:
    Agreement.objects.get().networks.add(Network.objects.get())


def union_with_town() -> None:
    Organisation.objects.get(kind="union").municipalities.add(make.municipality())


def towns() -> None:
    Submission.objects.get().municipalities.clear()


def begin() -> None:
    union = Organisation.objects.get(kind="union")
    officer.start(union, by=union.affiliations.get().user, at=make.NOW, values={"kind": "intervention", "title": "Una"})


CHANGES: dict[str, tuple[bool, Callable[[], Any]]] = {
    "a theme is renamed": (True, lambda: Theme.objects.get(slug="casa").save()),
    "a fund goes": (True, lambda: Fund.objects.get().delete()),
    "an agreement is linked to a network": (True, agreement_with_network),
    "a union gets a town": (True, union_with_town),
    "an organisation changes": (True, lambda: Organisation.objects.get(kind="union").save()),
    "a reason changes": (False, lambda: Reason.objects.create(code="r", verb="reject", title="R", mail_text="R")),
    "a person comes": (False, make.user),
    "a person gets a task": (False, lambda: make.officer_of(Organisation.objects.get(kind="union"))),
    "a draft is begun": (False, begin),
    "tags are given": (False, lambda: Submission.objects.get().tags.add("nuova")),
    "towns are given": (False, towns),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_public_as_a_whole_raises_the_version_and_nothing_else(name: str) -> None:
    expected, change = CHANGES[name]
    make.submission()
    union = Organisation.objects.create(kind="union", name="Unione", slug="unione")
    if name == "a draft is begun":
        make.officer_of(union)
    Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    Network.objects.create(name="Rete", slug="rete")
    if name == "a fund goes":
        Submission.objects.get().funding_lines.all().delete()
    before = current_version()
    change()
    assert (current_version() > before) == expected


# Mail --------------------------------------------------------------------------------------------------------------


def test_a_message_has_a_subject_of_one_line_and_a_body_that_is_plain_text() -> None:
    one = make.submission(make.Status.CHANGES_REQUESTED)
    one.title = "L'una\r\nBcc: x@example.org\n & <b>altra</b> {{ x }}"
    subject, body = compose("sent_again", {"submission": one})
    assert subject == "Integrazioni arrivate: «L'una Bcc: x@example.org & <b>altra</b> {{ x }}»"
    assert body.startswith(
        "Comune di Reggio Emilia ha inviato di nuovo la scheda «L'una\nBcc: x@example.org\n & <b>altra</b> {{ x }}»"
    )
    assert body.endswith(f"Il caso: http://localhost:8000/admin/practices/submission/{one.pk}/change/\n")
