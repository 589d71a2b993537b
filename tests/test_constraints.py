"""The invariants are in the database: each named constraint is violated once and refused by its name."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model, UniqueConstraint

from agreements.models import Agreement, Commitment, Document, Party, Signature
from networks import invitations, proposals
from networks.models import (
    Affiliation,
    Invitation,
    Membership,
    Municipality,
    Network,
    Organisation,
    OrganisationProposal,
    User,
)
from portal.lib.models import ContentVersion
from portal.newsletter.models import Issue, Item, Leaving, Request, SoftBounce, Subscriber, Subscription
from portal.usage.models import Count, Tally
from practices import sharing
from practices.models import (
    Adaptation,
    AdaptationProposal,
    Attachment,
    FundingLine,
    Indicator,
    Practice,
    PreviewLink,
    Reading,
    Remark,
    Submission,
    Visit,
)
from practices.models.choices import Status
from tests import make
from tests.news import event, news
from tests.samples import imported

OURS = ("lib", "usage", "notes", "networks", "agreements", "practices", "news", "newsletter")
DAY, BEFORE = date(2020, 1, 2), date(2020, 1, 1)
NAMED = {
    constraint.name: (model, constraint)
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    for constraint in model._meta.constraints
}


def change(row: Model, **values: Any) -> None:
    """Write past every form and every function. A value that is made by a function is made now."""
    made = {name: value() if callable(value) else value for name, value in values.items()}
    type(row)._default_manager.filter(pk=row.pk).update(**made)


def torino() -> Municipality:
    return make.municipality("Torino", "L219", sign="TO", of=make.region("Piemonte", "ITC1"))


def association(**values: Any) -> Organisation:
    return Organisation.objects.create(kind="third_sector", name="Ponte", slug="ponte", **values)


def membership() -> Membership:
    network = Network.objects.create(name="Rete", slug="rete")
    return Membership.objects.create(network=network, organisation=make.organisation())


def affiliation() -> Affiliation:
    return make.officer_of(make.organisation()).affiliations.get()


def agreement() -> Agreement:
    return Agreement.objects.create(kind="pact", title="Patto", slug="patto")


def document() -> Document:
    return agreement().documents.create(title="Il testo", url="https://example.org/")


def reading() -> Reading:
    live = make.published()
    indicator = Indicator.objects.create(practice=live.practice, submission=live, name="Utenti", unit="persone")
    return Reading.objects.create(indicator=indicator, period="2020", on=DAY, value=1, declared_at=make.NOW)


def news_document(**values: Any) -> None:
    change(news().documents.create(title="Il testo", url="https://example.org/"), **values)


def funding() -> FundingLine:
    return make.submission().funding_lines.get()


def adaptation() -> Adaptation:
    return Adaptation.objects.create(
        submission=make.submission(), origin_name="Lione", year=2020, changes="Orari.", outcome="succeeded"
    )


def verified_and_contested() -> None:
    by = make.user()
    verified = {"verified_by": by, "verified_at": make.NOW}
    change(reading(), **verified, contested_by=by, contested_at=make.NOW, contested_note="No.")


def disputed_and_confirmed() -> None:
    row = adaptation()
    origin, someone = make.published(title="Origine").practice, make.user()
    change(row, origin=origin, origin_name="", confirmed_at=make.NOW, confirmed_by=someone)
    change(row, disputed_at=make.NOW, disputed_by=someone, disputed_text="No.")


def adaptation_proposal() -> AdaptationProposal:
    origin, someone = Practice.objects.first() or make.submission().practice, make.user()
    to = make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO"))
    return AdaptationProposal.objects.create(origin=origin, organisation=to, proposed_by=someone, proposed_at=make.NOW)


def link() -> PreviewLink:
    draft = make.submission()
    return sharing.share(draft, by=draft.created_by, at=make.NOW)


def visit() -> Visit:
    return Visit.objects.create(submission=make.submission(), person=make.user(), at=make.NOW, content={})


def attachment(**values: Any) -> Attachment:
    return Attachment.objects.create(
        **{
            "submission": make.submission(),
            "kind": "report",
            "title": "Relazione",
            "file": "x",
            "sha256": "0",
            "size": 1,
            **values,
        }
    )


def remark() -> Remark:
    return Remark.objects.create(submission=make.submission(), field="results", text="Quanti?", by=make.user(), at=make.NOW)


def invitation() -> Invitation:
    of = make.organisation()
    return invitations.invite(of, email="x@example.org", role="contributor", by=make.officer_of(of, "manager"), at=make.NOW)


def proposal() -> OrganisationProposal:
    return proposals.propose(
        name="Unione", kind="union", province=torino().province, website="", text="", by=make.user(), at=make.NOW
    )


def twice(row: Model) -> None:
    """The same row once more, as a new one."""
    row.pk = None
    row._state.adding = True
    row.save()


def second_open() -> None:
    draft = make.submission()
    Submission.objects.create(practice=draft.practice, organisation=draft.organisation)


def second_published() -> None:
    live = Submission.objects.get(pk=imported(make.organisation()).pk)
    twice(live)


def second_current_affiliation() -> None:
    current = affiliation()
    Affiliation.objects.create(user=current.user, organisation=current.organisation)


def same_ipa_code() -> None:
    association(ipa_code="c_h223")
    Organisation.objects.create(kind="third_sector", name="Altra", slug="altra", ipa_code="c_h223")


def archived(**values: Any) -> Callable[[], None]:
    return lambda: change(make.published().practice, **values)


def of_status(status: Status, /, **values: Any) -> Callable[[], None]:
    return lambda: change(make.submission(status), **values)


def of_imported(**values: Any) -> Callable[[], None]:
    return lambda: change(imported(make.organisation()), **values)


def counted(pages: int) -> Count:
    row, _created = Tally.objects.get_or_create(day=DAY, machine="x")
    return Count.objects.create(tally=row, route="home", language="it", pages=pages)


def subscription(**values: Any) -> Subscription:
    reader, _made = Subscriber.objects.get_or_create(email="lettrice@example.org", language="it")
    made = {"kind": "newsletter", "confirmed_at": make.NOW, "told_on": DAY, **values}
    return Subscription.objects.create(subscriber=reader, **made)


def issue(**values: Any) -> Issue:
    return Issue.objects.create(title="Newsletter", composed_at=make.NOW, **values)


def sent() -> dict[str, Any]:
    return {"number": 1, "sent_at": make.NOW, "sent_by": make.user()}


def request(**values: Any) -> Request:
    return Request.objects.create(email="lettrice@example.org", language="it", asked_at=make.NOW, **values)


CASES: list[tuple[str, Callable[[], object]]] = [
    ("lib_content_version_one_row", lambda: ContentVersion.objects.create(pk=2)),
    ("usage_tally_once_a_day_and_machine", lambda: [Tally.objects.create(day=DAY, machine="x") for _n in range(2)]),
    ("usage_count_once", lambda: [counted(1) for _n in range(2)]),
    ("usage_count_positive", lambda: counted(0)),
    ("networks_region_own_tile", lambda: change(torino().province.region, tile_row=make.region().tile_row, tile_column=1)),
    ("networks_municipality_not_into_itself", lambda: change(torino(), merged_into="L219", ceased_on=DAY)),
    ("networks_municipality_merged_has_ceased", lambda: change(torino(), merged_into=make.municipality())),
    ("networks_organisation_ipa_code_once", same_ipa_code),
    ("networks_organisation_municipality_for_comuni_only", lambda: change(make.organisation(), municipality=None)),
    ("networks_organisation_municipality_for_comuni_only", lambda: change(association(), municipality=torino())),
    ("networks_network_not_its_own_programme", lambda: change(membership().network, programme=F("id"))),
    ("networks_membership_joined_in_order", lambda: change(membership(), joined_after=DAY, joined_by=BEFORE)),
    ("networks_membership_left_in_order", lambda: change(membership(), left_after=DAY, left_by=BEFORE)),
    ("networks_membership_left_after_joining", lambda: change(membership(), joined_after=DAY, left_by=BEFORE)),
    (
        "networks_user_email_once",
        lambda: (
            [make.user(email) for email in ("a@example.org", "x@example.org")]
            and User.objects.filter(email="x@example.org").update(email="A@example.org")
        ),
    ),
    ("networks_user_erased_whole", lambda: change(make.user(), erased_at=make.NOW, is_active=False)),
    ("networks_affiliation_one_current", second_current_affiliation),
    ("networks_affiliation_active_since", lambda: change(affiliation(), active_from=None)),
    ("networks_affiliation_ended_when", lambda: change(affiliation(), status="ended")),
    ("networks_affiliation_ended_when", lambda: change(affiliation(), ended_at=make.NOW)),
    ("networks_invitation_one_open", lambda: twice(invitation())),
    ("networks_invitation_accepted_whole", lambda: change(invitation(), accepted_at=make.NOW)),
    (
        "networks_invitation_accepted_whole",
        lambda: change(invitation(), accepted_at=make.NOW, accepted_by=make.user, revoked_at=make.NOW),
    ),
    ("networks_proposal_one_open", lambda: twice(proposal())),
    ("networks_proposal_decided_whole", lambda: change(proposal(), answer="No.")),
    ("networks_proposal_decided_whole", lambda: change(proposal(), decided_at=make.NOW, decided_by=make.user)),
    ("agreements_agreement_not_of_itself", lambda: change(agreement(), transposes=F("id"))),
    ("agreements_agreement_not_after_itself", lambda: change(agreement(), follows=F("id"))),
    ("agreements_agreement_dates_in_order", lambda: change(agreement(), signed_on=DAY, in_force_until=BEFORE)),
    ("agreements_party_organisation_once", lambda: twice(agreement().parties.create(organisation=association()))),
    ("agreements_party_is_named", lambda: Party.objects.create(agreement=agreement())),
    ("agreements_signature_person_once", lambda: twice(Signature.objects.create(agreement=agreement(), person="Anna"))),
    (
        "agreements_commitment_own_position",
        lambda: [
            Commitment.objects.create(agreement=pact, code=code, title="Uno") for pact in [agreement()] for code in "ab"
        ],
    ),
    ("agreements_document_file_or_link", lambda: change(document(), file="accordi/x.pdf")),
    ("practices_practice_archived_whole", archived(archived_at=make.NOW, archived_notice="Conclusa.")),
    ("practices_practice_archived_whole", archived(archived_at=make.NOW, archived_by=make.user)),
    ("practices_practice_removed_whole", archived(removed_at=make.NOW, removed_by=make.user)),
    ("practices_practice_removed_whole", archived(removed_reason="privacy")),
    ("practices_practice_erased_was_removed", archived(erased_at=make.NOW)),
    ("practices_practice_merged_whole", archived(merged_at=make.NOW, merged_by=make.user)),
    ("practices_practice_merged_whole", archived(merged_at=make.NOW)),
    ("practices_practice_not_merged_into_itself", archived(merged_into=F("pk"), merged_at=make.NOW, merged_by=make.user)),
    ("practices_visit_one_a_person", lambda: twice(visit())),
    ("practices_one_open_submission", second_open),
    ("practices_one_published_submission", second_published),
    ("practices_submission_known_status", of_status(Status.DRAFT, status="boh")),
    ("practices_submission_decision_whole", of_status(Status.DRAFT, decision="publish")),
    ("practices_submission_decision_whole", of_status(Status.DRAFT, decided_at=make.NOW)),
    ("practices_submission_asked_before_sending", of_status(Status.DRAFT, asked_at=make.NOW)),
    (
        "practices_submission_asked_before_sending",
        of_status(Status.SUBMITTED, asked_at=make.NOW, asked_by=F("submitted_by")),
    ),
    ("practices_submission_handed_over_by_an_editor", of_status(Status.DRAFT, handed_over_at=make.NOW)),
    ("practices_submission_decider_is_not_submitter", of_status(Status.REJECTED, decided_by=F("submitted_by"))),
    ("practices_submission_decider_is_not_proposer", of_status(Status.REJECTED, proposed_by=F("decided_by"))),
    ("practices_submission_published_by_two_or_sourced", of_status(Status.DRAFT, status="published", published_at=make.NOW)),
    ("practices_submission_published_by_two_or_sourced", of_status(Status.PUBLISHED, submitted_by=None)),
    ("practices_submission_published_by_two_or_sourced", of_status(Status.PUBLISHED, published_at=None)),
    ("practices_submission_published_by_two_or_sourced", of_status(Status.PUBLISHED, decision="reject")),
    ("practices_submission_published_by_two_or_sourced", of_imported(source_url="")),
    ("practices_submission_published_by_two_or_sourced", of_imported(source_licence="")),
    ("practices_submission_published_by_two_or_sourced", of_imported(submitted_by=make.user)),
    ("practices_submission_imported_is_not_moderated", of_imported(status="under_review")),
    ("practices_submission_rejected_by_someone", of_status(Status.SUBMITTED, status="rejected")),
    ("practices_submission_dates_in_order", of_status(Status.DRAFT, started_on=DAY, ended_on=BEFORE)),
    ("practices_funding_not_negative", lambda: change(funding(), amount=-1)),
    ("practices_funding_years_in_order", lambda: change(funding(), from_year=2020, to_year=2019)),
    ("practices_adaptation_one_origin", lambda: change(adaptation(), origin_name="")),
    ("practices_adaptation_one_origin", lambda: change(adaptation(), origin=Practice.objects.first())),
    ("practices_adaptation_confirmed_whole", lambda: change(adaptation(), confirmed_at=make.NOW)),
    ("practices_adaptation_disputed_whole", lambda: change(adaptation(), disputed_text="No.")),
    ("practices_adaptation_confirmed_or_disputed", disputed_and_confirmed),
    ("practices_one_open_adaptation_proposal", lambda: [adaptation_proposal(), adaptation_proposal()]),
    ("practices_adaptation_proposal_answered_whole", lambda: change(adaptation_proposal(), answer="accepted")),
    ("practices_adaptation_confirmed_whole", lambda: change(adaptation(), confirmed_at=make.NOW, confirmed_by=make.user)),
    ("practices_attachment_picture_is_one", lambda: change(attachment(), kind="picture")),
    ("practices_attachment_picture_is_one", lambda: change(attachment(), content_type="image/png")),
    ("practices_attachment_file_once", lambda: twice(attachment())),
    ("practices_remark_answered_when", lambda: change(remark(), state="done")),
    ("practices_preview_link_expires_later", lambda: change(link(), expires_at=make.NOW)),
    ("practices_preview_link_revoked_whole", lambda: change(link(), revoked_at=make.NOW)),
    ("practices_preview_link_revoked_whole", lambda: change(link(), revoked_by=make.user)),
    ("practices_visit_one_a_person", lambda: twice(visit())),
    ("practices_reading_verified_whole", lambda: change(reading(), verified_at=make.NOW + timedelta(1))),
    ("practices_reading_contested_whole", lambda: change(reading(), contested_note="No.")),
    ("practices_reading_verified_or_contested", verified_and_contested),
    ("practices_reading_approximation_in_words", lambda: change(reading(), approximation="over")),
    ("practices_reading_not_before_1950", lambda: change(reading(), on=date(1949, 12, 31))),
    ("newsletter_issue_one_draft", lambda: [issue(), issue()]),
    ("newsletter_issue_one_draft", lambda: [issue(**sent()), issue(**sent())]),
    ("newsletter_issue_sent_whole", lambda: issue(number=1)),
    ("newsletter_issue_sent_whole", lambda: issue(sent_at=make.NOW)),
    ("newsletter_issue_sent_whole", lambda: issue(finished_at=make.NOW)),
    ("newsletter_item_one_thing", lambda: Item.objects.create(issue=issue())),
    ("newsletter_item_one_thing", lambda: issue().items.create(practice=make.published().practice, news=news())),
    ("newsletter_item_practice_once", lambda: twice(issue().items.create(practice=make.published().practice))),
    ("newsletter_item_news_once", lambda: twice(issue().items.create(news=news()))),
    ("newsletter_request_whole", lambda: request(kind="newsletter", frequency="weekly")),
    ("newsletter_request_whole", lambda: request(kind="search", query="ambito=casa")),
    ("newsletter_subscription_whole", lambda: subscription(query="ambito=casa")),
    ("newsletter_subscription_whole", lambda: subscription(kind="search", frequency="daily")),
    ("newsletter_subscription_once", lambda: [subscription(), subscription()]),
    ("newsletter_subscription_told_in_order", lambda: subscription(begins_after=2, told_until=1)),
    (
        "newsletter_soft_bounce_once_a_day",
        lambda: [
            subscription().subscriber.soft_bounces.create(on=DAY),
            SoftBounce.objects.get().subscriber.soft_bounces.create(on=DAY),
        ],
    ),
    ("newsletter_leaving_once", lambda: [Leaving.objects.create(month=DAY, kind="search") for _n in range(2)]),
    ("news_news_status_is_known", lambda: change(news("draft"), status="boh")),
    ("news_news_scheduled_has_its_time", lambda: change(news("scheduled"), publish_at=None)),
    ("news_news_published_since", lambda: change(news(), published_at=None)),
    ("news_news_published_since", lambda: change(news(), published_on=None)),
    ("news_news_published_since", lambda: change(news("draft"), published_at=make.NOW)),
    ("news_news_event_has_its_day", lambda: change(event(), starts_on=None)),
    ("news_news_event_has_its_day", lambda: change(news(), place="Qui")),
    ("news_news_event_has_its_day", lambda: change(news(), starts_on=DAY)),
    ("news_news_days_in_order", lambda: change(event(), starts_on=DAY, ends_on=BEFORE)),
    ("news_news_times_in_order", lambda: change(event(), end_time=time(9))),
    ("news_news_times_in_order", lambda: change(event(), start_time=time(10), end_time=time(9))),
    ("news_news_times_in_order", lambda: change(event(), start_time=time(10), ends_on=date(2026, 3, 20), end_time=time(9))),
    ("news_news_picture_has_its_text", lambda: change(news(), picture="notizie/x.jpg")),
    ("news_document_file_or_link", lambda: news_document(file="notizie/x.pdf")),
    ("practices_reading_not_corrected_by_itself", lambda: change(reading(), superseded_by=F("pk"))),
]


def complaint(error: IntegrityError) -> str:
    """What the database names: the constraint; SQLite only the columns where it is about uniqueness."""
    if connection.vendor == "postgresql":
        return str(error.__cause__.diag.constraint_name)
    return str(error).removeprefix("CHECK constraint failed: ")


def expected(name: str) -> str:
    model, constraint = NAMED[name]
    if connection.vendor == "postgresql" or not isinstance(constraint, UniqueConstraint):
        return name
    if constraint.expressions:
        return f"UNIQUE constraint failed: index '{name}'"
    columns = [f"{model._meta.db_table}.{model._meta.get_field(field).column}" for field in constraint.fields]
    return f"UNIQUE constraint failed: {', '.join(columns)}"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "violate"), CASES, ids=[f"{name}-{number}" for number, (name, _run) in enumerate(CASES)])
def test_the_database_refuses(name: str, violate: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        violate()
    assert complaint(refused.value) == expected(name)


def test_every_constraint_has_a_case() -> None:
    assert {name for name, _violate in CASES} == set(NAMED)
