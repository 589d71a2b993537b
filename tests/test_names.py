"""Names of people are public where they have a reason to be: who signed an agreement, on the agreement, and nobody else."""

import json
from typing import Any

import pytest
from django.urls import reverse

from agreements.models import Agreement, Signature
from networks.models import Membership, Network, User
from practices.models import SearchEntry, SearchWord
from practices.models.choices import Status
from practices.moderation import editor, officer
from practices.moderation import practice as verbs
from tests import make
from tests.everywhere import crawl

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
SIGNED, CONTACT, USERS = "Firmatariabella", "Referentebella", "Utentebella"


@pytest.fixture
def pages() -> dict[str, str]:
    """Every public page of a portal in which somebody of each kind has a name."""
    ours = make.organisation()
    by, someone = make.officer_of(ours, "manager"), make.editor_user(chief=True)
    User.objects.update(full_name=f"Anna {USERS}")
    network = Network.objects.create(name="Rete", slug="rete")
    Membership.objects.create(network=network, organisation=ours, role="member", joined_by=make.NOW.date())
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    agreement.networks.add(network)
    agreement.commitments.create(code="patto-1", title="Fare rete")
    Signature.objects.create(agreement=agreement, person=f"Ada {SIGNED}", office="sindaca", organisation=ours)
    live = make.submission(
        Status.PUBLISHED,
        of=ours,
        by=by,
        assignee=someone,
        contact_person=f"Eva {CONTACT}",
        notes_to_editors=f"Eva {CONTACT}",
    )
    verbs.correct(live.practice, by=someone, at=make.later(9), values={"summary": "Un testo più chiaro."})
    second = officer.revise(live.practice, by=by, at=make.later(10))
    values = {"licence_accepted": True, "truth_declared": True}
    second = officer.save(second, by=by, at=make.later(10), section="contacts", seen=0, values=values)
    second = officer.submit(second, by=by, at=make.later(11), similar_seen=True)
    editor.publish(editor.take(second, by=someone, at=make.later(12)), by=someone, at=make.later(13))
    data = [reverse(f"practices:{name}") for name in ("csv", "json", "atom")]
    found = crawl(None, "/", "/sitemap.xml", "/robots.txt", *data, reverse("search") + f"?q={SIGNED}", reverse("search"))
    assert len(found) > 40
    return found


def having(pages: dict[str, str], name: str) -> set[str]:
    return {url for url, text in pages.items() if name.lower() in text.lower().replace(f"q={name}".lower(), "")}


def test_who_signed_stands_on_the_agreement_alone(pages: dict[str, Any]) -> None:
    query = reverse("search") + f"?q={SIGNED}"
    assert having(pages, SIGNED) - {query} == {"/accordi/patto/", "/en/agreements/patto/"}


def test_contact_persons_and_users_stand_nowhere(pages: dict[str, Any]) -> None:
    assert (
        having(pages, CONTACT) | having(pages, USERS) | having(pages, "@example.org") - having(pages, "intercultura@")
        == set()
    )
    index = json.dumps([*SearchEntry.objects.values_list(), *SearchWord.objects.values_list()], default=str).lower()
    assert [name.lower() in index for name in (SIGNED, CONTACT, USERS)] == [False] * 3
