"""A word that stands only in what is not public is found on no public surface."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from agreements.models import Agreement
from networks.models import Organisation
from portal.newsletter import issues
from portal.newsletter.models import Issue
from portal.open_data.api.resources import RESOURCES
from portal.open_data.catalogue import SERIALISATIONS
from portal.open_data.files import FILES, FORMATS
from portal.pages.sitemaps import SITEMAPS
from practices import monitoring, sharing
from practices.models import Attachment, CommonIndicator, Practice, Submission
from practices.models.choices import RemovalReason, Status
from practices.moderation import editor, officer
from practices.moderation import practice as practice_verbs
from practices.record import FIELDS, Type
from tests import make
from tests.addresses import public_pages as every_public_page
from tests.news import event, news

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
CANARY = "canarino"


def canary(name: str, of: str) -> str:
    """A word of its own for each field and case, so that a failure says which one got out."""
    return f"{CANARY}{of}{name.replace('_', '')}"


def full_of_canaries(of: str, *, only_private: bool = False) -> dict[str, object]:
    """A complete content with a canary in every text; or, in what is published, in the fields that are not public."""
    values = make.values(commitments=["patto-1"])
    for field in FIELDS.values():
        if only_private and field.public:
            continue
        match field.type:
            case Type.LINE | Type.PARAGRAPHS if field.name != "cup":
                values[field.name] = canary(field.name, of)
            case Type.TAGS:
                values[field.name] = [canary(field.name, of)]
            case Type.EMAIL:
                values[field.name] = f"{canary(field.name, of)}@example.org"
            case Type.URL:
                values[field.name] = f"https://example.org/{canary(field.name, of)}"
            case Type.ROWS if field.name in {"partners", "milestones", "links", "indicators"}:
                values[field.name] = [row(field.name, of)]
    return values


def row(name: str, of: str) -> dict[str, object]:
    word = canary(name, of)
    return {
        "partners": {"name": word, "nature": word, "contribution": word},
        "milestones": {"when": word, "what": word},
        "links": {"title": word, "url": f"https://example.org/{word}"},
        "indicators": {
            "common": None,
            "name": word,
            "unit": word,
            "baseline": None,
            "target": None,
            "direction": "up",
            "source": word,
        },
    }[name]


@pytest.fixture
def published() -> Submission:
    """One public practice with canaries in its private fields, and canaries everywhere else around it."""
    ours = make.organisation()
    by, someone = make.officer_of(ours, email=f"{CANARY}email@example.org"), make.editor_user()
    make.coordinator_of(ours)
    # Everything says that it carries out the same commitment.
    pact = Agreement.objects.create(kind="pact", title="Patto", slug="patto")
    pact.commitments.create(code="patto-1", title="Fare rete")
    CommonIndicator.objects.create(name="Utenti", slug="utenti", unit="persone", definition="Quante persone vengono.")
    measured = {"common": "utenti", "name": "", "unit": "", "baseline": None, "target": None, "direction": "", "source": ""}
    values = {**full_of_canaries("pubblicata", only_private=True), "indicators": [measured]}
    live = officer.start(ours, by=by, at=make.NOW, values=values)
    live = officer.submit(live, by=by, at=make.later(), similar_seen=True)
    live = editor.publish(editor.take(live, by=someone, at=make.later()), by=someone, at=make.later())
    # Of a contested value readers learn that it is contested; what exactly an editor objects, the organisation alone.
    said = monitoring.Said("2025", date(2025, 12, 31), Decimal(10))
    (reading,) = monitoring.declare(live.practice, by=by, at=make.later(), said=[(live.indicators.get(), said)])
    monitoring.contest(reading, by=someone, at=make.later(), note=canary("note", "contestazione"))

    # A revision of the published one, in the hands of an editor, with a remark, an answer, a note and a file.
    revision = officer.revise(live.practice, by=by, at=make.later(2))
    for section, values in by_section(full_of_canaries("revisione")).items():
        seen = revision.section_versions.get(section, 0)
        revision = officer.save(revision, by=by, at=make.later(2), section=section, values=values, seen=seen)
    Attachment.objects.create(
        submission=revision,
        kind="report",
        title=canary("title", "allegato"),
        alternative_text=canary("alt", "allegato"),
        file="allegati/canarino.pdf",
        sha256="1" * 64,
        name=f"{CANARY}.pdf",
        content_type="application/pdf",
        size=1,
    )
    revision = officer.submit(revision, by=by, at=make.later(3), similar_seen=True)
    revision = editor.take(revision, by=someone, at=make.later(4))
    editor.remark(revision, by=someone, at=make.later(4), field="title", text=canary("remark", "osservazione"))
    editor.note(revision, by=someone, at=make.later(4), text=canary("note", "nota"))

    for status in (
        Status.DRAFT,
        Status.SUBMITTED,
        Status.CHANGES_REQUESTED,
        Status.TO_CONFIRM,
        Status.REJECTED,
        Status.WITHDRAWN,
    ):
        make.submission(status, of=ours, by=by, **full_of_canaries(status.replace("_", "")))
    removed = make.submission(Status.PUBLISHED, of=ours, by=by, **full_of_canaries("rimossa"))
    chief = make.editor_user(chief=True)
    practice_verbs.remove(
        removed.practice, by=chief, at=make.later(9), reason=RemovalReason.PRIVACY, text=canary("reason", "rimozione")
    )
    # A newsletter that told of both, and the draft of the next one.
    told = Issue.objects.create(title="Marzo", composed_at=make.NOW)
    for item in (live, removed):
        told.items.create(practice=item.practice)
    issues.send(told, by=chief, at=make.later(9))
    Issue.objects.create(title=canary("title", "newsletter"), introduction=CANARY, composed_at=make.NOW)
    live.practice.refresh_from_db()

    # News that name what is public and what is not; and some that are not public themselves, of everything.
    town = ours.municipality
    assert town is not None
    concerns = {"territories": [town.province.region], "cities": [town], "agreements": [pact]}
    practices = list(Practice.objects.all())
    public = news(slug="in-linea", practices=practices, **concerns)
    event(slug="evento-in-linea", practices=practices, **concerns)
    for status in ("draft", "scheduled"):
        texts = ("title", "summary", "text", "title_en", "summary_en", "text_en", "picture_text")
        words = {name: canary(name, f"notizia{status}") for name in texts}
        hidden = news(status, practices=practices, related=[public], **words, **concerns)
        hidden.documents.create(title=canary("document", f"notizia{status}"))
    return live


def body(response: Any) -> str:
    """What a page or a file says."""
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


# What leads to a page, files of which there is none here, and one of the catalogue's own files.
ELSEWHERE = {"identifiers:practice", "agreements:document", "open_data_archive_file", "open_data_catalogue"}


def by_section(values: dict[str, object]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        found.setdefault(FIELDS[name].section, {})[name] = value
    return found


def public_addresses(live: Submission) -> Iterator[str]:
    """Every public page of this small world, in both languages, and searches for the canaries themselves."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield from list(public_pages(live))
    yield from (f"/id/{live.practice.code}.{ending}" for ending in ("json", "jsonld", "ttl"))
    yield from ("/api/v1/", "/api/v1/openapi.json")
    for name, resource in RESOURCES.items():
        rows = resource.dataset.records()
        yield from (f"/api/v1/{name}", *(f"/api/v1/{name}/{row[resource.dataset.key]}" for row in rows if row["licenza"]))
    for name in FILES:
        yield from (reverse("open_data_file", args=[name, ending]) for ending in FORMATS)
    yield from (reverse("open_data_catalogue_file", args=[ending]) for ending in SERIALISATIONS)
    yield from ("/robots.txt", "/sitemap.xml", *(reverse("sitemap_section", args=[name]) for name in SITEMAPS))


def public_pages(live: Submission) -> Iterator[str]:
    """In the language of the moment."""
    town = live.organisation.municipality
    assert town is not None
    for name, args in (
        ("home", []),
        ("territories", []),
        ("territory", [town.province.region.slug]),
        ("city", [town.slug]),
        ("city", [make.municipality("Novellara", "F960").slug]),  # like the other, and without practices
        ("organisation", [live.organisation.slug]),
        ("themes", []),
        ("theme", ["casa"]),
        ("indicators", []),
        ("indicator", ["utenti"]),
        ("networks", []),
        ("network", ["rete-di-prova"]),
        ("agreements", []),
        ("agreement", ["patto"]),
        ("commitment", ["patto", "patto-1"]),
        ("report", ["patto"]),
        ("report_csv", ["patto"]),
        ("report_json", ["patto"]),
        ("news:list", []),
        ("news:atom", []),
        ("news:news", ["in-linea"]),
        ("news:calendar", ["evento-in-linea"]),
        ("search", []),
        ("practices:atom", []),
        ("practices:list", []),
        ("practices:practice", [live.practice.slug]),
        ("practices:history", [live.practice.slug]),
        ("practices:version", [live.practice.slug, 1]),
        ("practices:compare", []),
        ("practices:reuse", [live.practice.slug]),
        ("account_deleted", []),
        ("embed:practice", [live.practice.slug]),
        ("embed:list", []),
        ("open_data_api", []),
        ("statistics", []),
        ("statistics_csv", ["fondo"]),
        ("statistics_csv", ["copertura"]),
        ("statistics_csv", ["indicatori"]),
        *((f"notes:{name}", []) for name in ("about", "take_part", "contacts", "privacy", "legal", "accessibility")),
        *((f"notes:{name}", []) for name in ("site_map", "feedback", "feedback_sent")),
        *(
            (f"handbook:{name}", [])
            for name in ("index", "readers", "officers", "editors", "chiefs", "technicians", "glossary")
        ),
        ("usage", []),
        ("usage_csv", []),
        ("usage_json", []),
        ("open_data", []),
        ("open_data_codebook", []),
        ("open_data_archive", []),
        ("practices:csv", []),
        ("practices:json", []),
        ("practices:report", [live.practice.slug]),
        ("practices:reported", [live.practice.slug]),
        ("newsletter:subscribe", []),
        ("newsletter:archive", []),
        ("newsletter:atom", []),
        ("newsletter:issue", [1]),
        ("newsletter:asked", []),
        ("newsletter:left", []),
    ):
        yield reverse(name, args=args)
    other = make.published(title="Altra").practice
    other.refresh_from_db()
    yield f"{reverse('practices:compare')}?p={live.practice.slug}&p={other.slug}"
    listing = reverse("practices:list")
    for field in FIELDS:
        yield f"{listing}?q={CANARY}revisione{field.replace('_', '')}"


def test_no_canary_on_any_public_page(published: Submission) -> None:
    """And every public page is looked at: who adds one adds it to `public_pages` above."""
    client, seen = Client(), set()
    for url in public_addresses(published):
        response = client.get(url)
        seen.add(response.resolver_match.view_name)
        text = body(response)
        # A search shows what was searched for, and nothing else.
        searched = url.partition("?q=")[2]
        assert response.status_code == 200, url
        assert CANARY not in (text.replace(searched, "") if searched else text), url
        assert not any(CANARY in value for value in response.headers.values()), url
    assert every_public_page() - seen == ELSEWHERE


def test_a_removed_practice_is_gone_but_for_its_notice(published: Submission) -> None:
    removed = Practice.objects.get(removed_at__isnull=False)
    response = Client().get(reverse("practices:practice", args=[removed.slug]))
    assert response.status_code == 410
    assert CANARY not in response.content.decode().replace(removed.slug or "", "")


def test_files_and_desk_pages_of_what_is_not_public_answer_404_or_login(published: Submission) -> None:
    client = Client()
    file = Attachment.objects.get(title=canary("title", "allegato"))
    assert client.get(reverse("practices:attachment", args=[file.pk, file.name])).status_code == 404
    for submission in Submission.objects.all():
        response = client.get(reverse("desk:case", args=[submission.pk]))
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("account_login"))


def test_a_preview_by_link_tells_of_its_submission_what_the_public_page_would_and_nothing_once_revoked(
    published: Submission,
) -> None:
    submissions = Submission.objects.exclude(created_by=None).filter(published_at=None)
    assert submissions.count() == 7
    client = Client()
    for submission in submissions:
        by = submission.created_by
        assert by is not None
        link = sharing.share(submission, by=by, at=timezone.now(), note=canary("note", "anteprima"))
        url = reverse("practices:preview", args=[link.token])
        response = client.get(url)
        found = set(re.findall(rf"{CANARY}\w*", response.content.decode()))
        # Another submission's words would end otherwise; remarks, notes, people and the link's note are of no field.
        told = {word for word in found if not word.startswith(f"{CANARY}allegato") and word != CANARY}
        of = "revisione" if submission.practice_id == published.practice_id else submission.status.replace("_", "")
        public = {canary(field.name, of) for field in FIELDS.values() if field.public}
        assert canary("activities", of) in told
        assert told <= public
        assert not any(CANARY in value for value in response.headers.values()), url
        sharing.revoke(link, by=by, at=timezone.now())
        assert CANARY not in client.get(url).content.decode()


def test_another_organisation_sees_no_canary_on_its_desk(published: Submission) -> None:
    theirs = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    client = Client()
    client.force_login(make.officer_of(theirs), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert CANARY not in client.get(reverse("desk:dashboard")).content.decode()
    for submission in Submission.objects.filter(organisation=Organisation.objects.get(name="Comune di Reggio Emilia")):
        for name, more in (
            ("case", []),
            ("preview", []),
            ("links", []),
            ("send", []),
            ("section", ["why"]),
            ("section", ["attachments"]),
        ):
            assert client.get(reverse(f"desk:{name}", args=[submission.pk, *more])).status_code == 404
