"""The preview by link: whom it opens to, for how long, and how little it tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.models import Affiliation, User
from practices import sharing
from practices.models import Attachment, PreviewLink, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import Forbidden, Refusal, WrongStatus, editor, officer
from practices.moderation import practice as practice_verbs
from practices.record import FIELDS
from tests import make
from tests.html_forms import send
from tests.samples import client_of, full_draft, status_of

pytestmark = pytest.mark.django_db


class Shared:
    """A full draft with two files, and a link to its preview made just now."""

    def __init__(self) -> None:
        self.of = make.organisation()
        self.by = make.officer_of(self.of)
        self.draft = full_draft(self.of, self.by)
        self.link = sharing.share(self.draft, by=self.by, at=timezone.now(), note="Per la sindaca")
        self.page = reverse("practices:preview", args=[self.link.token])
        self.files = [self.file(stored) for stored in self.draft.attachments.all()]

    def file(self, stored: Attachment) -> str:
        return reverse("practices:preview_file", args=[self.link.token, stored.pk, stored.name])

    def statuses(self, client: Client | None = None) -> list[int]:
        """What the page and its two files answer to somebody without an account."""
        return [status_of(client or Client(), url) for url in (self.page, *self.files)]


OPEN, CLOSED = [200, 200, 200], [404, 404, 404]


@pytest.fixture
def shared(settings: Any, tmp_path: Any) -> Shared:
    settings.MEDIA_ROOT = tmp_path
    return Shared()


def texts_of(submission: Submission, *, public: bool) -> dict[str, str]:
    texts = {field.name: getattr(submission, field.name, None) for field in FIELDS.values() if field.public is public}
    return {name: text for name, text in texts.items() if isinstance(text, str) and len(text) > 3}


def test_the_link_shows_the_public_page_with_its_files_and_no_more(shared: Shared) -> None:
    client = Client()
    response = client.get(shared.page)
    page = response.content.decode()
    assert shared.statuses() == OPEN
    assert [url in page for url in shared.files] == [True, True]
    # No way to the Scrivania, no public address of the files, nothing of staff's fields, no word about whom it is for.
    assert ("/scrivania/" in page, "/admin/" in page, "/pratiche/allegati/" in page) == (False, False, False)
    private = texts_of(shared.draft, public=False)
    assert set(private) == {"contact_person", "notes_to_editors"}
    assert [text for text in (*private.values(), shared.link.note, shared.by.email) if text in page] == []
    assert "Un punto di ascolto." in page
    until = timezone.localtime(shared.link.expires_at)
    assert f"Anteprima riservata, valida fino al {until.day} " in page
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page


def test_its_answers_are_kept_by_nobody_and_look_at_no_session(shared: Shared) -> None:
    def told(response: Any) -> tuple[Any, ...]:
        names = ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Set-Cookie", "Vary", "X-Content-Type-Options")
        b"".join(response)
        return tuple(response.headers.get(name) for name in names)

    with_account = client_of(shared.by)
    expected = ("private, no-store", "no-referrer", "noindex, nofollow, noarchive", None, None, "nosniff")
    gone = reverse("practices:preview", args=["1:no"])
    for client in (Client(), with_account):
        assert {url: told(client.get(url)) for url in (shared.page, gone, *shared.files)} == dict.fromkeys(
            (shared.page, gone, *shared.files), expected
        )
    assert Client().get(shared.page).content == with_account.get(shared.page).content
    assert Client().head(shared.page).status_code == 200
    file = Client().get(shared.files[0])
    assert (b"".join(file)[:4], file["Content-Security-Policy"]) == (b"%PDF", "default-src 'none'; sandbox")  # type: ignore[arg-type]
    assert Client().get(shared.files[0], headers={"If-None-Match": file["ETag"]}).status_code == 304


def test_whatever_closes_a_link_gives_the_same_answer(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Client().get(reverse("practices:preview", args=["1:no"])).content

    def closed() -> bool:
        return shared.statuses() == CLOSED and Client().get(shared.page).content == gone

    # Expired: two weeks later to the second.
    last = shared.link.expires_at
    for moment, statuses in ((last - timedelta(seconds=1), OPEN), (last, CLOSED)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert shared.statuses() == statuses
    assert closed()
    monkeypatch.undo()
    # No right outlives the affiliation, nor a disabled account.
    affiliation = Affiliation.objects.filter(user=shared.by)
    affiliation.update(status="ended", ended_at=make.NOW)
    assert closed()
    affiliation.update(status="active", ended_at=None)
    User.objects.filter(pk=shared.by.pk).update(is_active=False)
    assert closed()
    User.objects.filter(pk=shared.by.pk).update(is_active=True)
    assert shared.statuses() == OPEN
    # A colleague revokes it; what is discarded takes its links with it.
    sharing.revoke(shared.link, by=make.officer_of(shared.of), at=timezone.now())
    assert closed()
    again = sharing.share(shared.draft, by=shared.by, at=timezone.now())
    shared.page = reverse("practices:preview", args=[again.token])
    officer.discard(shared.draft, by=shared.by, at=timezone.now())
    assert closed()
    assert not PreviewLink.objects.exists()


def test_a_token_that_we_did_not_sign_opens_nothing_and_one_opens_only_its_own(shared: Shared) -> None:
    other = full_draft(shared.of, shared.by, title="Un'altra")
    theirs = sharing.share(other, by=shared.by, at=timezone.now())
    _number, signature = shared.link.token.split(":")
    forged = (f"{theirs.pk}:{signature}", f"{shared.link.pk}:{signature[:-1]}", str(shared.link.pk), ":", "x" * 5000, "à:é")
    assert [status_of(Client(), reverse("practices:preview", args=[token])) for token in forged] == [404] * len(forged)
    # Files of the other submission under our token, and the other way round.
    pairs = [(shared.link, other), (theirs, shared.draft)]
    swapped = [
        reverse("practices:preview_file", args=[link.token, stored.pk, stored.name])
        for link, submission in pairs
        for stored in submission.attachments.all()
    ]
    assert [status_of(Client(), url) for url in swapped] == [404] * 4
    assert "Un&#x27;altra" not in Client().get(shared.page).content.decode()


def test_once_published_the_link_leads_to_the_page_until_that_is_removed(shared: Shared) -> None:
    someone = make.editor_user()
    sent = officer.submit(shared.draft, by=shared.by, at=make.later(1), similar_seen=True)
    # A removed practice has an open version too, now and then.
    editor.publish(editor.take(sent, by=someone, at=make.later(2)), by=someone, at=make.later(3))
    sent.practice.refresh_from_db()
    public = reverse("practices:practice", args=[sent.practice.slug])
    response = Client().get(shared.page)
    assert (response.status_code, response["Location"], shared.statuses()[1:]) == (302, public, [404, 404])
    with pytest.raises(WrongStatus, match="indirizzo della sua pagina"):
        sharing.share(sent, by=shared.by, at=timezone.now())
    next_one = officer.revise(sent.practice, by=shared.by, at=make.later(4))
    link = sharing.share(next_one, by=shared.by, at=timezone.now())
    url = reverse("practices:preview", args=[link.token])
    assert status_of(Client(), url) == 200
    chief = make.editor_user(chief=True)
    practice_verbs.remove(sent.practice, by=chief, at=make.later(5), reason=RemovalReason.PRIVACY, text="Compare un nome.")
    assert [status_of(Client(), page) for page in (url, shared.page)] == [404, 404]


def test_only_the_organisations_people_make_and_revoke_links(shared: Shared) -> None:
    sent = officer.submit(shared.draft, by=shared.by, at=make.later(1), similar_seen=True)
    for person in (make.user(), make.editor_user(), make.coordinator_of(shared.of)):
        with pytest.raises(Forbidden):
            sharing.share(sent, by=person, at=make.later(2))
        with pytest.raises(Forbidden):
            sharing.revoke(shared.link, by=person, at=make.later(2))
    assert list(PreviewLink.objects.values_list("pk", "revoked_at")) == [(shared.link.pk, None)]


def test_ten_links_are_enough(shared: Shared) -> None:
    made = [sharing.share(shared.draft, by=shared.by, at=timezone.now()) for _n in range(sharing.MOST - 1)]
    with pytest.raises(Refusal, match="già 10 collegamenti"):
        sharing.share(shared.draft, by=shared.by, at=timezone.now())
    sharing.revoke(made[0], by=shared.by, at=timezone.now())
    assert sharing.share(shared.draft, by=shared.by, at=timezone.now()).pk
    # Who revoked it first stays.
    first = sharing.revoke(made[0], by=make.officer_of(shared.of), at=timezone.now())
    assert first.revoked_by == shared.by


def test_at_the_scrivania_a_link_is_made_copied_and_revoked(shared: Shared, settings: Any) -> None:
    client, url = client_of(shared.by), reverse("desk:links", args=[shared.draft.pk])
    sharing.revoke(shared.link, by=shared.by, at=timezone.now())
    case = client.get(reverse("desk:case", args=[shared.draft.pk])).content.decode()
    assert f'href="{url}"' in case
    too_long = send(client, url, note="x" * 121)
    assert ("<title>Errore: " in too_long.content.decode(), PreviewLink.objects.count()) == (True, 1)
    send(client, url, note="  Assessora\u0301  ")
    link = PreviewLink.objects.latest("pk")
    assert (link.note, link.created_by, link.expires_at - link.created_at) == ("Assessorá", shared.by, timedelta(days=14))
    page = client.get(url).content.decode()
    address = f"{settings.SITE_URL}{reverse('practices:preview', args=[link.token])}"
    assert [f'value="{address}"' in page, "Assessorá" in page] == [True, True]
    response: HttpResponse = client.post(reverse("desk:revoke_link", args=[link.pk]), follow=True)  # type: ignore[assignment]
    assert "Nessun collegamento apre" in response.content.decode()
    assert PreviewLink.objects.get(pk=link.pk).revoked_by == shared.by


def test_the_list_asks_the_database_as_much_for_ten_as_for_one(shared: Shared) -> None:
    client, url = client_of(shared.by), reverse("desk:links", args=[shared.draft.pk])
    counts = []
    for _n in range(2):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
        for _m in range(sharing.MOST - shared.draft.preview_links.count()):
            sharing.share(shared.draft, by=make.officer_of(shared.of), at=timezone.now())
    assert counts[0] == counts[1]
    assert shared.draft.preview_links.count() == sharing.MOST


def test_a_full_list_keeps_the_note_that_was_typed(shared: Shared) -> None:
    for _n in range(sharing.MOST - 1):
        sharing.share(shared.draft, by=shared.by, at=timezone.now())
    response = send(client_of(shared.by), reverse("desk:links", args=[shared.draft.pk]), note="Prefetta")
    page = response.content.decode()
    assert ("già 10 collegamenti" in page, 'value="Prefetta"' in page) == (True, True)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("practices_preview_link_expires_later", {"expires_at": make.NOW - timedelta(days=1), "created_at": make.NOW}),
        ("practices_preview_link_revoked_whole", {"revoked_at": make.NOW}),
    ],
)
def test_the_database_refuses(constraint: str, wrong: dict[str, Any], shared: Shared) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PreviewLink.objects.filter(pk=shared.link.pk).update(**wrong)


def test_after_publication_the_scrivania_says_so() -> None:
    live = make.submission(Status.PUBLISHED)
    assert live.submitted_by is not None
    client = client_of(live.submitted_by)
    assert "La scheda è stata pubblicata" in client.get(reverse("desk:links", args=[live.pk])).content.decode()
    case = client.get(reverse("desk:case", args=[live.pk])).content.decode()
    assert reverse("desk:links", args=[live.pk]) not in case
