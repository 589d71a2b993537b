"""A practice that is archived or removed: what is left of it for whom, and its way back."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from practices.models import Practice, SearchEntry
from practices.models.choices import RemovalReason
from practices.moderation import Refusal, WrongStatus, editor, officer
from practices.moderation import practice as verbs
from tests import make
from tests.samples import client_of, full_draft, status_of

pytestmark = pytest.mark.django_db
AT = make.later(60)
TITLE = "Portierato sociale di via Turri"


def where_it_stands() -> set[str]:
    """The public pages that name the practice."""
    town = make.municipality()
    addresses = {
        "home": reverse("home"),
        "list": reverse("practices:list"),
        "search": f"{reverse('practices:list')}?q=portierato",
        "of the theme": f"{reverse('practices:list')}?ambito=casa",
        "theme": reverse("theme", args=["casa"]),
        "territory": reverse("territory", args=[town.province.region.slug]),
        "town": reverse("city", args=[town.slug]),
        "organisation": reverse("organisation", args=[make.organisation().slug]),
    }
    client = Client()
    return {name for name, url in addresses.items() if TITLE in without_marks(client.get(url))}


def without_marks(response: HttpResponse) -> str:
    """What the search has found stands marked in the page."""
    return re.sub(r"</?mark>", "", response.content.decode())


EVERYWHERE = {"home", "list", "search", "of the theme", "theme", "territory", "town", "organisation"}


def with_file() -> tuple[Practice, list[str]]:
    of = make.organisation()
    by, someone = make.officer_of(of), make.editor_user()
    sent = officer.submit(full_draft(of, by), by=by, at=make.later(1), similar_seen=True)
    live = editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    return live.practice, [reverse("practices:attachment", args=[file.pk, file.name]) for file in live.attachments.all()]


def test_an_archived_practice_leaves_the_lists_and_keeps_its_page_with_the_notice(client: Client) -> None:
    live, files = with_file()
    url = reverse("practices:practice", args=[live.slug])
    assert where_it_stands() == EVERYWHERE
    with pytest.raises(Refusal, match="Scrivi l'avviso"):
        verbs.archive(live, by=make.editor_user(), at=AT, notice=" ")
    verbs.archive(live, by=make.editor_user(), at=AT, notice="Il progetto è finito nel 2024.")
    with pytest.raises(WrongStatus, match="già archiviata"):
        verbs.archive(live, by=make.editor_user(), at=AT, notice="Ancora.")
    assert (where_it_stands(), SearchEntry.objects.count()) == (set(), 0)
    assert (list(Practice.objects.visible()), list(Practice.objects.listed())) == ([live], [])
    page = client.get(url)
    assert (page.status_code, [status_of(client, file) for file in files]) == (200, [200, 200])
    assert "Il progetto è finito nel 2024." in page.content.decode()
    verbs.restore(live, by=make.editor_user(), at=AT)
    assert (where_it_stands(), SearchEntry.objects.count()) == (EVERYWHERE, 1)
    assert "Il progetto è finito nel 2024." not in client.get(url).content.decode()


@pytest.mark.parametrize("reason", RemovalReason)
def test_the_page_of_a_removed_practice_says_the_class_of_the_reason_and_no_more(
    client: Client, reason: RemovalReason
) -> None:
    live = make.published()
    url = reverse("practices:practice", args=[Practice.objects.get().slug])
    verbs.remove(live.practice, by=make.editor_user(chief=True), at=AT, reason=reason, text="Compare un nome.")
    page = client.get(url)
    assert (page.status_code, client.head(url).status_code) == (410, 410)
    text = page.content.decode()
    assert [
        word in text for word in (str(reason.label).replace("'", "&#x27;"), TITLE, "Compare un nome", str(live.organisation))
    ] == [
        True,
        False,
        False,
        False,
    ]


def test_everything_else_of_a_removed_practice_is_gone_for_everybody() -> None:
    live, files = with_file()
    people = [None, make.officer_of(live.organisation), make.coordinator_of(live.organisation), make.editor_user()]
    chief = make.editor_user(chief=True)
    assert {status_of(client_of(who), file) for who in [*people, chief] for file in files} == {200}
    with pytest.raises(Refusal, match="Scrivi il motivo"):
        verbs.remove(live, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="")
    verbs.remove(live, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="Nomi.")
    assert {status_of(client_of(who), file) for who in [*people, chief] for file in files} == {404}
    assert (where_it_stands(), SearchEntry.objects.count(), Practice.objects.visible().count()) == (set(), 0, 0)
    for verb in (
        lambda: verbs.archive(live, by=chief, at=AT, notice="Conclusa."),
        lambda: verbs.correct(live, by=chief, at=AT, values={"title": "Un altro"}),
        lambda: verbs.remove(live, by=chief, at=AT, reason=RemovalReason.PRIVACY, text="Nomi."),
        lambda: verbs.roll_back(live, by=chief, at=AT, text="Sbagliata."),
        lambda: officer.revise(live, by=people[1], at=AT),
    ):
        with pytest.raises(WrongStatus, match="è stata rimossa"):
            verb()
    verbs.restore(live, by=chief, at=AT)
    assert {status_of(client_of(who), file) for who in [*people, chief] for file in files} == {200}
    assert where_it_stands() == EVERYWHERE
