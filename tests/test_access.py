"""Who gets what at every address, with every role and method. An address that is not declared here fails the build."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from agreements.models import Agreement
from networks import affiliations, invitations
from networks.models import User
from portal.newsletter import issues, links, subscribing
from portal.newsletter.models import Issue, Kind, Subscriber
from portal.open_data import snapshots
from practices import freshness, monitoring, sharing
from practices.models import Attachment, CommonIndicator, Practice, Submission
from practices.models.choices import Status
from practices.moderation import editor, officer
from practices.moderation.replication import propose_adaptation
from practices.monitoring import Said
from tests import make
from tests.news import event, news

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]
ROLES = ("anonymous", "outsider", "officer", "other", "coordinator", "editor", "chief")
PUBLIC = dict.fromkeys(ROLES, 200)
NOT_POST = dict.fromkeys(ROLES, 405)
TO_LOGIN = 302


def table(
    anonymous: int, outsider: int, officer: int, other: int, coordinator: int, editor: int, chief: int
) -> dict[str, int]:
    return dict(zip(ROLES, (anonymous, outsider, officer, other, coordinator, editor, chief), strict=True))


NO_FACTOR = table(302, 404, 404, 404, 404, 302, 302)
NO_CODES = table(302, 404, 404, 404, 404, 404, 404)


@dataclass(frozen=True)
class Address:
    """What an address answers to GET and to POST without any data, by role."""

    get: dict[str, int]
    post: dict[str, int]
    args: str = ""


def logged_in(status: int) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, status), "anonymous": TO_LOGIN}


# `args` names what the test fixture below makes: the sent submission of the officer's organisation, and so on.
ADDRESSES: dict[str, Address] = {
    "home": Address(PUBLIC, NOT_POST),
    "robots": Address(PUBLIC, NOT_POST),
    # Nobody is named in the tests' environment.
    "security_txt": Address(dict.fromkeys(ROLES, 404), NOT_POST),
    "notes:about": Address(PUBLIC, NOT_POST),
    "notes:take_part": Address(PUBLIC, NOT_POST),
    "notes:contacts": Address(PUBLIC, NOT_POST),
    "notes:privacy": Address(PUBLIC, NOT_POST),
    "notes:legal": Address(PUBLIC, NOT_POST),
    "notes:accessibility": Address(PUBLIC, NOT_POST),
    "notes:site_map": Address(PUBLIC, NOT_POST),
    "notes:feedback": Address(PUBLIC, dict.fromkeys(ROLES, 422)),
    "notes:feedback_sent": Address(PUBLIC, NOT_POST),
    "handbook:index": Address(PUBLIC, NOT_POST),
    "handbook:readers": Address(PUBLIC, NOT_POST),
    "handbook:officers": Address(PUBLIC, NOT_POST),
    "handbook:editors": Address(PUBLIC, NOT_POST),
    "handbook:chiefs": Address(PUBLIC, NOT_POST),
    "handbook:technicians": Address(PUBLIC, NOT_POST),
    "handbook:glossary": Address(PUBLIC, NOT_POST),
    "usage": Address(PUBLIC, NOT_POST),
    "usage_csv": Address(PUBLIC, NOT_POST),
    "usage_json": Address(PUBLIC, NOT_POST),
    "sitemap": Address(PUBLIC, NOT_POST),
    "sitemap_section": Address(PUBLIC, NOT_POST, "sitemap"),
    "territories": Address(PUBLIC, NOT_POST),
    "territory": Address(PUBLIC, NOT_POST, "region"),
    "city": Address(PUBLIC, NOT_POST, "town"),
    "organisation": Address(PUBLIC, NOT_POST, "organisation"),
    "themes": Address(PUBLIC, NOT_POST),
    "theme": Address(PUBLIC, NOT_POST, "theme"),
    "networks": Address(PUBLIC, NOT_POST),
    "network": Address(PUBLIC, NOT_POST, "network"),
    "agreements": Address(PUBLIC, NOT_POST),
    "agreement": Address(PUBLIC, NOT_POST, "agreement"),
    "commitment": Address(PUBLIC, NOT_POST, "commitment"),
    "report": Address(PUBLIC, NOT_POST, "agreement"),
    "report_csv": Address(PUBLIC, NOT_POST, "agreement"),
    "report_json": Address(PUBLIC, NOT_POST, "agreement"),
    "statistics": Address(PUBLIC, NOT_POST),
    "statistics_csv": Address(PUBLIC, NOT_POST, "figure"),
    "open_data": Address(PUBLIC, NOT_POST),
    "open_data_codebook": Address(PUBLIC, NOT_POST),
    "open_data_archive": Address(PUBLIC, NOT_POST),
    "open_data_file": Address(PUBLIC, NOT_POST, "data_file"),
    "open_data_catalogue": Address(PUBLIC, NOT_POST),
    "open_data_catalogue_file": Address(PUBLIC, NOT_POST, "catalogue"),
    "open_data_archive_file": Address(PUBLIC, NOT_POST, "snapshot"),
    "agreements:document": Address(PUBLIC, NOT_POST, "document"),
    "search": Address(PUBLIC, NOT_POST),
    "indicators": Address(PUBLIC, NOT_POST),
    "indicator": Address(PUBLIC, NOT_POST, "common_indicator"),
    "news:list": Address(PUBLIC, NOT_POST),
    "news:atom": Address(PUBLIC, NOT_POST),
    "news:news": Address(PUBLIC, NOT_POST, "news"),
    "news:calendar": Address(PUBLIC, NOT_POST, "news"),
    # Of a draft: for editors alone.
    "news:picture": Address(table(404, 404, 404, 404, 404, 200, 200), NOT_POST, "news_picture"),
    "news:picture_copy": Address(table(404, 404, 404, 404, 404, 200, 200), NOT_POST, "news_picture_copy"),
    "news:document": Address(table(404, 404, 404, 404, 404, 200, 200), NOT_POST, "news_document"),
    "admin:news_news_preview": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405), "news_draft"
    ),
    "practices:list": Address(PUBLIC, NOT_POST),
    "practices:atom": Address(PUBLIC, NOT_POST),
    "practices:csv": Address(PUBLIC, NOT_POST),
    "practices:json": Address(PUBLIC, NOT_POST),
    "practices:practice": Address(PUBLIC, NOT_POST, "practice_slug"),
    "practices:reuse": Address(PUBLIC, NOT_POST, "practice_slug"),
    "practices:history": Address(PUBLIC, NOT_POST, "practice_slug"),
    "practices:version": Address(PUBLIC, NOT_POST, "version"),
    "practices:compare": Address(PUBLIC, NOT_POST),
    "embed:practice": Address(PUBLIC, NOT_POST, "practice_slug"),
    "embed:list": Address(PUBLIC, NOT_POST),
    # The report is a form for everybody; sent empty, it says what is missing.
    "practices:report": Address(PUBLIC, dict.fromkeys(ROLES, 422), "practice_slug"),
    "practices:reported": Address(PUBLIC, NOT_POST, "practice_slug"),
    "identifiers:practice": Address(dict.fromkeys(ROLES, 302), NOT_POST, "code"),
    "identifiers:record": Address(PUBLIC, NOT_POST, "code_json"),
    "api:index": Address(PUBLIC, NOT_POST),
    "api:description": Address(PUBLIC, NOT_POST),
    "api:list": Address(PUBLIC, NOT_POST, "collection"),
    "api:one": Address(PUBLIC, NOT_POST, "api_code"),
    "api:nothing": Address(PUBLIC, NOT_POST),
    "open_data_api": Address(PUBLIC, NOT_POST),
    # The attachment is of the sent submission: editors and the coordinator may read it.
    "practices:attachment": Address(table(404, 404, 200, 404, 200, 200, 200), NOT_POST, "attachment"),
    # Whoever has the link; it was made by the officer for the sent submission.
    "practices:preview": Address(PUBLIC, NOT_POST, "token"),
    "practices:preview_file": Address(PUBLIC, NOT_POST, "token_file"),
    "practices:preview_picture": Address(PUBLIC, NOT_POST, "token_picture"),
    "practices:picture": Address(table(404, 404, 200, 404, 200, 200, 200), NOT_POST, "picture"),
    # Forms for everybody; sent empty, the first says what is missing. Who opens a link of a mail presses a button.
    "newsletter:subscribe": Address(PUBLIC, dict.fromkeys(ROLES, 422)),
    "newsletter:asked": Address(PUBLIC, NOT_POST),
    "newsletter:archive": Address(PUBLIC, NOT_POST),
    "newsletter:atom": Address(PUBLIC, NOT_POST),
    "newsletter:issue": Address(PUBLIC, NOT_POST, "issue"),
    "newsletter:confirm": Address(PUBLIC, {**PUBLIC, "anonymous": 302}, "subscription_request"),
    "newsletter:preferences": Address(PUBLIC, dict.fromkeys(ROLES, 302), "subscriber"),
    "newsletter:leave": Address(PUBLIC, PUBLIC, "leaving"),
    "newsletter:left": Address(PUBLIC, NOT_POST),
    "desk:dashboard": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:archive": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    # For the people of the network's lead or coordinator.
    "desk:network": Address(table(TO_LOGIN, 404, 404, 404, 200, 404, 404), {**NOT_POST, "anonymous": TO_LOGIN}, "network"),
    "desk:network_csv": Address(
        table(TO_LOGIN, 404, 404, 404, 200, 404, 404), {**NOT_POST, "anonymous": TO_LOGIN}, "network"
    ),
    "desk:mails": Address(logged_in(200), logged_in(302)),
    "desk:places": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:authorities": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:origins": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:act_for": Address({**NOT_POST, "anonymous": TO_LOGIN}, logged_in(404)),
    "desk:affiliations": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:ask": Address(logged_in(200), logged_in(302), "organisation"),
    "desk:ask_for_town": Address(logged_in(200), logged_in(302), "free_town"),
    "desk:propose": Address(*[logged_in(200)] * 2),
    # The organisation's people read it; the officer is no manager and decides nothing, but may leave.
    "desk:colleagues": Address(*[table(TO_LOGIN, 404, 200, 404, 404, 404, 404)] * 2, "organisation"),
    "desk:approve": Address({**NOT_POST, "anonymous": TO_LOGIN}, logged_in(404), "request"),
    "desk:decline": Address(*[logged_in(404)] * 2, "request"),
    "desk:change_role": Address({**NOT_POST, "anonymous": TO_LOGIN}, logged_in(404), "affiliation"),
    "desk:end": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "affiliation"
    ),
    "desk:revoke": Address({**NOT_POST, "anonymous": TO_LOGIN}, logged_in(404), "invitation"),
    # Who has the link sees the page; nobody here has the invited address.
    "desk:invitation": Address(*[PUBLIC] * 2, "link"),
    "desk:invitation_sign_up": Address(NOT_POST, dict.fromkeys(ROLES, 302), "link"),
    "desk:start": Address(table(TO_LOGIN, 403, 200, 200, 403, 403, 403), table(TO_LOGIN, 403, 200, 200, 403, 403, 403)),
    "desk:empty_form": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:revise": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "practice"),
    "desk:claim": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 302, 404, 404, 404), "practice"),
    "desk:confirm_valid": Address(
        {**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "practice"
    ),
    # A published practice of the officer's organisation, and one of the other's that says that it was adapted from it.
    "desk:replicate": Address(
        table(TO_LOGIN, 403, 200, 200, 403, 403, 403), table(TO_LOGIN, 403, 422, 422, 403, 403, 403), "practice"
    ),
    "desk:propose_adaptation": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 422, 404, 404, 404, 404), "practice"
    ),
    "desk:adaptations": Address(table(TO_LOGIN, 404, 200, 200, 200, 404, 404), {**NOT_POST, "anonymous": TO_LOGIN}),
    "desk:confirm_adaptation": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "adaptation"
    ),
    "desk:dispute_adaptation": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 422, 404, 404, 404, 404), "adaptation"
    ),
    "desk:accept_adaptation": Address(
        table(TO_LOGIN, 404, 404, 200, 404, 404, 404), table(TO_LOGIN, 404, 404, 422, 404, 404, 404), "proposal"
    ),
    "desk:decline_adaptation": Address(
        table(TO_LOGIN, 404, 404, 200, 404, 404, 404), table(TO_LOGIN, 404, 404, 302, 404, 404, 404), "proposal"
    ),
    # Who has the link of the reminder: the first click confirms, the others find it confirmed.
    # Of the practice that the officer's organisation has published.
    "desk:readings": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 422, 404, 404, 404, 404), "practice"
    ),
    "desk:readings_file": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 422, 404, 404, 404, 404), "practice"
    ),
    "desk:readings_template": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), {**NOT_POST, "anonymous": TO_LOGIN}, "practice"
    ),
    "desk:correct_reading": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 422, 404, 404, 404, 404), "reading"
    ),
    # The first closes it; what is closed already is said on the page of the readings.
    "desk:close_indicator": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "indicator"
    ),
    "desk:confirm_by_link": Address(PUBLIC, {**PUBLIC, "anonymous": 302}, "confirmation"),
    "desk:case": Address(table(TO_LOGIN, 404, 200, 404, 200, 200, 200), {**NOT_POST, "anonymous": TO_LOGIN}, "submission"),
    "desk:preview": Address(
        table(TO_LOGIN, 404, 200, 404, 200, 200, 200), {**NOT_POST, "anonymous": TO_LOGIN}, "submission"
    ),
    # With staff's fields, which a coordinator does not see.
    "desk:receipt": Address(table(TO_LOGIN, 404, 200, 404, 404, 200, 200), {**NOT_POST, "anonymous": TO_LOGIN}, "sending"),
    # Links to the preview are the business of the organisation's people alone.
    "desk:links": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "submission"
    ),
    "desk:revoke_link": Address(
        {**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "preview_link"
    ),
    # Sent and taken: nothing can be changed, so that who may read it is led back to the case.
    # Editors, and who coordinates a network of the organisation, may leave remarks; its own people may not.
    "desk:remark": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 422, 422, 422), "submission"),
    "desk:send": Address(*[table(TO_LOGIN, 404, 302, 404, 302, 302, 302)] * 2, "submission"),
    "desk:adapted": Address(*[table(TO_LOGIN, 404, 302, 404, 302, 302, 302)] * 2, "adapted"),
    "desk:section": Address(*[table(TO_LOGIN, 404, 302, 404, 302, 302, 302)] * 2, "section"),
    "desk:autosave": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 409, 404, 409, 409, 409), "section"),
    "desk:hand_over": Address(
        table(TO_LOGIN, 404, 200, 404, 302, 302, 302), table(TO_LOGIN, 404, 200, 404, 302, 302, 302), "submission"
    ),
    "desk:verb": Address(*[table(TO_LOGIN, 404, 302, 404, 302, 302, 302)] * 2, "verb"),
    "desk:upload": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 409, 404, 409, 409, 409), "submission"),
    "desk:answer": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 302, 302, 302), "remark"),
    "admin:index": Address(*[table(302, 302, 302, 302, 302, 200, 200)] * 2),
    "admin:login": Address(*[table(302, 403, 403, 403, 403, 302, 302)] * 2),
    "admin:logout": Address(table(302, 302, 302, 302, 302, 405, 405), table(302, 302, 302, 302, 302, 200, 200)),
    "admin:password_change": Address(*[table(302, 302, 302, 302, 302, 200, 200)] * 2),
    "admin:password_change_done": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405)
    ),
    "admin:autocomplete": Address(table(302, 302, 302, 302, 302, 403, 403), table(302, 302, 302, 302, 302, 405, 405)),
    "admin:jsi18n": Address(table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405)),
    "admin:view_on_site": Address(*[table(302, 302, 302, 302, 302, 404, 404)] * 2, "content"),
    "admin:app_list": Address(*[table(302, 302, 302, 302, 302, 200, 200)] * 2, "app"),
    "admin:?": Address(*[table(302, 302, 302, 302, 302, 404, 404)] * 2, "anything"),
    "admin:practices_submission_remark": Address(
        table(302, 302, 302, 302, 302, 405, 405), table(302, 302, 302, 302, 302, 422, 422), "submission"
    ),
    "admin:practices_submission_note": Address(
        table(302, 302, 302, 302, 302, 405, 405), table(302, 302, 302, 302, 302, 422, 422), "submission"
    ),
    "admin:practices_submission_decide": Address(*[table(302, 302, 302, 302, 302, 302, 200)] * 2, "decision"),
    "admin:practices_submission_dossier": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405), "submission"
    ),
    "admin:practices_submission_leave": Address(
        table(302, 302, 302, 302, 302, 404, 200), table(302, 302, 302, 302, 302, 404, 422)
    ),
    "admin:practices_submission_on_behalf": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 422, 422)
    ),
    # The draft was begun by the editor: nobody else hands it over.
    "admin:practices_submission_deliver": Address(
        table(302, 302, 302, 302, 302, 200, 404), table(302, 302, 302, 302, 302, 422, 404), "written"
    ),
    "admin:networks_editor_appoint": Address(
        table(302, 302, 302, 302, 302, 404, 200), table(302, 302, 302, 302, 302, 404, 422)
    ),
    "admin:networks_editor_dismiss": Address(
        table(302, 302, 302, 302, 302, 404, 200), table(302, 302, 302, 302, 302, 404, 422), "chief"
    ),
    # The chief editor has the case; what is posted without data is an old page.
    "admin:practices_submission_propose": Address(
        table(302, 302, 302, 302, 302, 302, 200), table(302, 302, 302, 302, 302, 302, 409), "submission"
    ),
    "admin:networks_municipality_merge": Address(
        table(302, 302, 302, 302, 302, 404, 200), table(302, 302, 302, 302, 302, 404, 422), "town_code"
    ),
    # Verifying needs no word.
    "admin:practices_reading_decide": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 302, 302), "reading_verb"
    ),
    "admin:practices_practice_correct": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 409, 409), "practice"
    ),
    "admin:practices_practice_decide": Address(
        table(302, 302, 302, 302, 302, 302, 200), table(302, 302, 302, 302, 302, 302, 302), "practice_verb"
    ),
    "admin:newsletter_issue_compose": Address(
        table(302, 302, 302, 302, 302, 405, 405), table(302, 302, 302, 302, 302, 302, 302)
    ),
    "admin:newsletter_issue_preview": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405), "draft_issue"
    ),
    "admin:newsletter_issue_page": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 405, 405), "draft_issue_page"
    ),
    "admin:newsletter_issue_try": Address(
        table(302, 302, 302, 302, 302, 405, 405), table(302, 302, 302, 302, 302, 302, 302), "draft_issue"
    ),
    "admin:newsletter_issue_send": Address(
        table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 302, 302), "draft_issue"
    ),
    "admin:newsletter_subscriber_erase": Address(
        table(302, 302, 302, 302, 302, 404, 200), table(302, 302, 302, 302, 302, 404, 422)
    ),
    "account_login": Address(
        {**dict.fromkeys(ROLES, 302), "anonymous": 200}, {**dict.fromkeys(ROLES, 302), "anonymous": 200}
    ),
    "account_logout": Address({**dict.fromkeys(ROLES, 200), "anonymous": 302}, dict.fromkeys(ROLES, 302)),
    "account_inactive": Address(PUBLIC, NOT_POST),
    "account_data": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    # The password is asked for again first.
    "account_data_download": Address(logged_in(302), {**NOT_POST, "anonymous": TO_LOGIN}),
    "account_delete": Address(logged_in(302), logged_in(302)),
    "account_deleted": Address(PUBLIC, NOT_POST),
    "account_signup": Address(
        {**dict.fromkeys(ROLES, 302), "anonymous": 200}, {**dict.fromkeys(ROLES, 302), "anonymous": 200}
    ),
    "account_reauthenticate": Address(logged_in(200), logged_in(200)),
    "account_email": Address(logged_in(200), logged_in(302)),
    "account_email_verification_sent": Address(PUBLIC, NOT_POST),
    "account_change_password": Address(logged_in(200), logged_in(200)),
    "account_set_password": Address(logged_in(302), logged_in(302)),
    "account_reset_password": Address(PUBLIC, PUBLIC),
    "account_confirm_login_code": Address(dict.fromkeys(ROLES, 302), dict.fromkeys(ROLES, 302)),
    "account_confirm_email": Address(PUBLIC, dict.fromkeys(ROLES, 404), "key"),
    "account_reset_password_from_key_done": Address(PUBLIC, NOT_POST),
    "account_reset_password_from_key": Address(PUBLIC, PUBLIC, "reset"),
    "account_reset_password_done": Address(PUBLIC, NOT_POST),
    "mfa_index": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "mfa_authenticate": Address(dict.fromkeys(ROLES, 302), dict.fromkeys(ROLES, 302)),
    "mfa_reauthenticate": Address(table(302, 302, 302, 302, 302, 200, 200), table(302, 302, 302, 302, 302, 200, 200)),
    "mfa_activate_totp": Address(*[logged_in(302)] * 2),
    # Without a second factor there is nothing to switch off and there are no codes to see.
    "mfa_deactivate_totp": Address(*[NO_FACTOR] * 2),
    "mfa_view_recovery_codes": Address(NO_CODES, {**NOT_POST, "anonymous": TO_LOGIN}),
    "mfa_generate_recovery_codes": Address(*[logged_in(302)] * 2),
    "mfa_download_recovery_codes": Address(*[NO_CODES] * 2),
    "mfa_list_webauthn": Address(logged_in(200), {**NOT_POST, "anonymous": TO_LOGIN}),
    "mfa_add_webauthn": Address(*[logged_in(302)] * 2),
    "mfa_edit_webauthn": Address(*[logged_in(302)] * 2, "passkey"),
    "mfa_remove_webauthn": Address(*[logged_in(302)] * 2, "passkey"),
    "mfa_reauthenticate_webauthn": Address(*[logged_in(302)] * 2),
    "mfa_login_webauthn": Address(*[dict.fromkeys(ROLES, 302)] * 2),
    "socialaccount_connections": Address(*[logged_in(200)] * 2),
    "socialaccount_signup": Address(*[dict.fromkeys(ROLES, 302)] * 2),
    "socialaccount_login_cancelled": Address(PUBLIC, NOT_POST),
    "socialaccount_login_error": Address(logged_in(401), {**NOT_POST, "anonymous": TO_LOGIN}),
    # Here there is no gateway.
    "openid_connect_login": Address(NOT_POST, dict.fromkeys(ROLES, 404), "gateway"),
    "openid_connect_callback": Address(dict.fromkeys(ROLES, 404), NOT_POST, "gateway"),
}

# The admin's pages of each model: what an editor and a chief editor may do. Others are led to the login page.
SEES, KEEPS, DELETES, NOTHING = "sees", "keeps", "deletes", "nothing"
ADMIN: dict[str, tuple[str, str]] = {
    "account_emailaddress": (NOTHING, NOTHING),
    "mfa_authenticator": (NOTHING, NOTHING),
    "socialaccount_socialaccount": (NOTHING, NOTHING),
    "post_office_email": (NOTHING, NOTHING),
    "post_office_attachment": (NOTHING, NOTHING),
    "networks_user": (NOTHING, NOTHING),
    "networks_editor": (NOTHING, SEES),
    "networks_region": (SEES, SEES),
    "networks_province": (SEES, SEES),
    "networks_municipality": (SEES, KEEPS),
    "networks_organisation": (SEES, KEEPS),
    "networks_network": (SEES, KEEPS),
    "networks_affiliation": (SEES, KEEPS),
    "networks_invitation": (SEES, SEES),
    "networks_organisationproposal": (NOTHING, SEES),
    "agreements_agreement": (SEES, KEEPS),
    "notes_note": (SEES, KEEPS),
    "practices_submission": (SEES, SEES),
    "practices_practice": (SEES, SEES),
    "practices_theme": (SEES, KEEPS),
    "practices_targetgroup": (SEES, KEEPS),
    "practices_fund": (SEES, KEEPS),
    "practices_commonindicator": (SEES, KEEPS),
    "practices_reading": (SEES, SEES),
    "practices_reason": (SEES, KEEPS),
    "newsletter_subscriber": (SEES, SEES),
    "newsletter_issue": (SEES, SEES),
    "news_news": (KEEPS, DELETES),
}
# A row that does not exist leads back to the admin's first page (302) for who may see such rows.
ANSWERS = {
    NOTHING: {"changelist": 403, "add": 403, "history": 302, "delete": 403, "change": 403},
    SEES: {"changelist": 200, "add": 403, "history": 302, "delete": 403, "change": 302},
    KEEPS: {"changelist": 200, "add": 200, "history": 302, "delete": 403, "change": 302},
    DELETES: {"changelist": 200, "add": 200, "history": 302, "delete": 302, "change": 302},
}
# Their own pages beside the five: only superusers pass.
SUPERUSERS_ONLY = {
    "admin:networks_user_erase",
    "admin:auth_user_password_change",
    "admin:post_office_email_image",
    "admin:post_office_email_preview",
    "admin:resend",
}


def names(patterns: Any, namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{namespace}{pattern.name or '?'}"


def declared() -> set[str]:
    of_models = {f"admin:{model}_{action}" for model in ADMIN for action in ANSWERS[SEES]}
    return set(ADDRESSES) | of_models | SUPERUSERS_ONLY


def test_every_address_is_declared() -> None:
    assert set(names(get_resolver().url_patterns)) == declared()


@pytest.fixture(scope="module")
def world(rows_of_module: None) -> dict[str, Any]:
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
    said = editor.remark(sent, by=chief, at=make.later(5), field="results", text="Quanti?")
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
    people: dict[str, User | None] = {
        "anonymous": None,
        "outsider": make.user(),
        "officer": by,
        "other": make.officer_of(theirs),
        "coordinator": make.coordinator_of(ours),
        "editor": make.editor_user(),
        "chief": chief,
    }
    asked = affiliations.request(ours, by=make.user(), at=make.NOW)
    manager = make.officer_of(ours, "manager")
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
        "remark": [said.pk],
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
    return {"people": people, "args": args, "sent": sent}


def kept_open_data() -> str:
    """The month of a snapshot, which stays on the disk like the files of the other tests."""
    snapshots.take(timezone.localtime())
    return f"{timezone.localtime():%Y-%m}"


def client_of(person: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(name: str, args: list[Any]) -> str:
    return "/admin/non-esiste/" if name == "admin:?" else reverse(name, args=args)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
@pytest.mark.parametrize("method", ["get", "post"])
def test_address(name: str, method: str, world: dict[str, Any]) -> None:
    row = ADDRESSES[name]
    url = address(name, world["args"][row.args])
    before = list(Submission.objects.order_by("pk").values("pk", "status"))
    found = {}
    for role, person in world["people"].items():
        response = getattr(client_of(person), method)(url)
        found[role] = response.status_code
        if response.streaming:
            # To its end, where it closes its file.
            assert b"".join(response.streaming_content)
    assert found == getattr(row, method)
    if name not in {"desk:revise"}:
        assert list(Submission.objects.order_by("pk").values("pk", "status")) == before


@pytest.mark.parametrize("model", sorted(ADMIN))
def test_admin_pages_of_models(model: str, world: dict[str, Any]) -> None:
    for role, person in world["people"].items():
        client = client_of(person)
        found = {}
        for action in ANSWERS[SEES]:
            args = [] if action in {"changelist", "add"} else ["0"]
            found[action] = client.get(reverse(f"admin:{model}_{action}", args=args)).status_code
        index = {"editor": 0, "chief": 1}.get(role)
        expected = dict.fromkeys(ANSWERS[SEES], 302) if index is None else dict(ANSWERS[ADMIN[model][index]])
        if model in {"practices_submission", "practices_practice", "practices_reading"} and index is not None:
            # Our own pages: what does not exist is 404.
            expected["change"] = 404
        if model == "newsletter_subscriber" and index is not None:
            # Numbers alone: nobody has a page.
            expected |= {"change": 404, "history": 404}
        assert found == expected, role


def test_pages_for_superusers_only(world: dict[str, Any]) -> None:
    for name in SUPERUSERS_ONLY:
        args = [0, "0" * 32] if name == "admin:post_office_email_image" else [0]
        for role, person in world["people"].items():
            status = client_of(person).get(reverse(name, args=args)).status_code
            assert status in ({302} if role not in {"editor", "chief"} else {403, 404}), (name, role, status)
