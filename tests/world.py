"""A small world for the tests that walk over all addresses: one of everything, and one of every kind of people."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from agreements.models import Agreement
from networks import affiliations, invitations
from networks.models import User
from portal.newsletter import issues, links, subscribing
from portal.newsletter.models import Issue, Kind, Subscriber
from portal.open_data import snapshots
from practices import freshness, monitoring, sharing
from practices.models import Attachment, CommonIndicator, Practice
from practices.models.choices import Status
from practices.moderation import editor, officer
from practices.moderation.replication import propose_adaptation
from practices.monitoring import Said
from tests import make
from tests.news import event, news
from tests.samples import client_of


@dataclass(frozen=True)
class World:
    """People by role (nobody is None), and arguments of addresses by what they name."""

    people: dict[str, User | None]
    args: dict[str, list[Any]]


def make_world() -> World:
    """A published practice, a second submission of the same organisation in the hands of a chief editor, and people."""
    ours = make.organisation()
    theirs = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    by = make.officer_of(ours)
    chief = make.editor_user(chief=True)
    common = CommonIndicator.objects.create(name="Utenti", slug="utenti", unit="persone", definition="Chi viene.")
    measured = {"name": "Utenti", "unit": "persone", "direction": "up", "common": "utenti"}
    blank = {"baseline": None, "target": None, "source": ""}
    live = make.submission(Status.PUBLISHED, of=ours, by=by, indicators=[{**measured, **blank}])
    indicator = live.practice.indicators.get()
    said_so = Said(period="2020", on=date(2020, 12, 31), value=Decimal(12))
    (reading,) = monitoring.declare(live.practice, by=by, at=make.later(4), said=[(indicator, said_so)])
    sent = make.submission(Status.UNDER_REVIEW, of=ours, by=by, assignee=chief, title="In esame")
    editor.remark(sent, by=chief, at=make.later(5), field="results", text="Quanti?")
    attachment = Attachment.objects.create(
        submission=sent,
        kind="report",
        title="Relazione",
        file="allegati/x.pdf",
        sha256="0" * 64,
        name="x.pdf",
        content_type="application/pdf",
        size=3,
    )
    attachment.file.storage.save("allegati/x.pdf", ContentFile(b"pdf"))
    link = sharing.share(sent, by=by, at=timezone.now())
    picture = Attachment.objects.create(
        submission=sent,
        kind="picture",
        title="Foto",
        file="allegati/x.png",
        sha256="1" * 64,
        name="x.png",
        content_type="image/png",
        size=3,
    )
    picture.file.storage.save("allegati/x-480.png", ContentFile(b"png"))
    manager, left, switched_off = (make.officer_of(ours, "manager") for _n in range(3))
    asking, both, root = make.user(), make.editor_user(), User.objects.create_superuser("radice@example.org", make.PASSWORD)
    people: dict[str, User | None] = {
        "anonymous": None,
        "outsider": make.user(),
        "officer": by,
        "other": make.officer_of(theirs),
        "coordinator": make.coordinator_of(ours),
        "editor": make.editor_user(),
        "chief": chief,
        "manager": manager,
        "asking": asking,
        "left": left,
        "switched off": switched_off,
        "editor of ours": both,
        "root": root,
    }
    asked = affiliations.request(ours, by=asking, at=make.NOW)
    affiliations.end(left.affiliations.get(), by=manager, at=make.later())
    User.objects.filter(pk=switched_off.pk).update(is_active=False)
    both.affiliations.create(organisation=ours, status="active", role="manager", active_from=make.NOW)
    make.add_second_factor(root)
    invitation = invitations.invite(ours, email="invitata@example.org", role="contributor", by=manager, at=timezone.now())
    someone = people["editor"]
    assert someone is not None
    written = officer.start(theirs, by=someone, at=make.NOW, values={"title": "Per conto", "kind": "intervention"})
    agreement = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    commitment = agreement.commitments.create(code="patto-1", title="Fare rete")
    document = agreement.documents.create(title="Testo", file=ContentFile(b"pdf", name="testo.pdf"))
    fair = event()
    draft = news("draft", picture="notizie/x.jpg", picture_text="Una piazza", picture_type="image/jpeg")
    draft.picture.storage.save("notizie/x.jpg", ContentFile(b"jpg"))
    kept = draft.documents.create(title="Bando", file="notizie/x.jpg", name="bando.jpg", content_type="image/jpeg", size=3)
    town = ours.municipality
    assert town is not None
    row = {"origin": live.practice.code, "origin_name": "", "origin_url": "", "year": 2020, "changes": "Orari."}
    child = make.submission(Status.PUBLISHED, of=theirs, title="Adattata", adaptations=[{**row, "outcome": "under_way"}])
    other = people["other"]
    assert other is not None
    proposal = propose_adaptation(live.practice, by=by, at=make.NOW, to=theirs)
    live.practice.refresh_from_db()
    Practice.objects.filter(pk=live.practice.pk).update(confirmed_on=make.NOW.date())
    wish = subscribing.ask(email="lettrice@example.org", language="it", kind="newsletter", at=timezone.now())
    told = Subscriber.objects.create(email="lettore@example.org", language="it")
    told.subscriptions.create(kind="newsletter", confirmed_at=make.NOW, told_on=make.NOW.date())
    sent_issue = issues.send(
        Issue.objects.create(title="Uno", introduction="Ciao.", composed_at=make.NOW), by=chief, at=make.NOW
    )
    draft_issue = Issue.objects.create(title="Due", introduction="Ciao.", composed_at=make.NOW)
    args: dict[str, list[Any]] = {
        "": [],
        "subscription_request": [links.to_confirm(wish).split("/")[-2]],
        "issue": [sent_issue.number],
        "draft_issue": [draft_issue.pk],
        "draft_issue_page": [draft_issue.pk, "it"],
        "subscriber": [links.preferences_token(told)],
        "leaving": [links.to_leave(told, Kind.NEWSLETTER).split("/")[-2]],
        "region": [town.province.region.slug],
        "town": [town.slug],
        "town_code": [town.pk],
        "theme": ["casa"],
        "figure": ["fondo"],
        "data_file": ["pratiche", "csv"],
        "catalogue": ["ttl"],
        "snapshot": [kept_open_data(), "SHA256SUMS"],
        "organisation": [ours.slug],
        "network": ["rete-di-prova"],
        "agreement": [agreement.slug],
        "commitment": [agreement.slug, commitment.code],
        "document": [document.pk],
        "practice_slug": [live.practice.slug],
        "version": [live.practice.slug, 1],
        "practice": [live.practice.pk],
        "code": [live.practice.code],
        "code_json": [live.practice.code, "json"],
        "collection": ["pratiche"],
        "api_code": ["pratiche", live.practice.code],
        "submission": [sent.pk],
        "free_town": [make.municipality("Gatteo", "D935", sign="FC").slug],
        "request": [asked.pk],
        "affiliation": [by.affiliations.get().pk],
        "invitation": [invitation.pk],
        "link": [invitation.token],
        "section": [sent.pk, "why"],
        "adapted": [sent.pk, live.practice.pk],
        "verb": [sent.pk, "rifiuta"],
        "decision": [sent.pk, "pubblica"],
        "adaptation": [child.adaptations.get().pk],
        "proposal": [proposal.pk],
        "confirmation": [freshness.link_for(live.practice, by).rstrip("/").rpartition("/")[2]],
        "reading": [reading.pk],
        "reading_verb": [reading.pk, "verifica"],
        "indicator": [indicator.pk],
        "common_indicator": [common.slug],
        "token": [link.token],
        "token_file": [link.token, attachment.pk, attachment.name],
        "token_picture": [link.token, picture.pk, 480, picture.name],
        "preview_link": [link.pk],
        "sending": [sent.pk, sent.events.get(verb="submit").pk],
        "practice_verb": [live.practice.pk, "rimuovi"],
        "attachment": [attachment.pk, attachment.name],
        "picture": [picture.pk, 480, picture.name],
        "written": [written.pk],
        "chief": [chief.pk],
        "content": [1, 1],
        "app": ["practices"],
        "anything": ["non-esiste"],
        "key": ["chiave"],
        "reset": ["1", "chiave"],
        "passkey": [0],
        "gateway": ["ente"],
        "sitemap": ["pratiche"],
        "news": [fair.slug],
        "news_draft": [draft.pk],
        "news_picture": [draft.pk, "x.jpg"],
        "news_picture_copy": [draft.pk, 480, "x.jpg"],
        "news_document": [kept.pk, "bando.jpg"],
    }
    return World(people, args)


def kept_open_data() -> str:
    """The month of a snapshot, which stays on the disk like the files of the other tests."""
    snapshots.take(timezone.localtime())
    return f"{timezone.localtime():%Y-%m}"


class Visitor:
    """Somebody with a browser that forgets what the last page told it, but not the session."""

    def __init__(self, person: User | None) -> None:
        self.person = person
        # One for all pages: a client of Django's loads all the middleware anew.
        self.client = client_of(person)
        self._session = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(self, method: str, url: str, **options: Any) -> Any:
        """The answer, read to its end, where a file closes."""
        self.client.cookies.clear()
        self.client.cookies.load(self._session)
        response = getattr(self.client, method)(url, **options)
        if response.streaming:
            b"".join(response.streaming_content)
        return response
