"""Who gets what at every address, with every role and method. An address that is not declared here fails the build."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from post_office.models import Email

from tests.headers import missing
from tests.pages import ids_twice
from tests.tables import undone, writes
from tests.world import Visitor, World, make_world

# What these walk over is measured by quicker tests.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover, pytest.mark.walk]
ROLES = ("anonymous", "outsider", "officer", "other", "coordinator", "editor", "chief")
# People who get what others get, but for what `BUT` says: who asked to act for the organisation, who did until she left, whose
# account was switched off, who moderates and manages the organisation too, who administers the portal.
LIKE = {
    "manager": "officer",
    "asking": "outsider",
    "left": "outsider",
    "switched off": "anonymous",
    "editor of ours": "editor",
    "root": "chief",
}
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
    # For browsers, which are told nothing.
    "csp_report": Address(NOT_POST, dict.fromkeys(ROLES, 204)),
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
    # On a developer's machine alone: tests/test_gallery.py
    "components": Address(PUBLIC, NOT_POST),
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
    "open_data_catalogue": Address(dict.fromkeys(ROLES, 302), NOT_POST),
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
    "newsletter:confirm": Address(PUBLIC, dict.fromkeys(ROLES, 302), "subscription_request"),
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
    "desk:close_indicator": Address(
        table(TO_LOGIN, 404, 200, 404, 404, 404, 404), table(TO_LOGIN, 404, 302, 404, 404, 404, 404), "indicator"
    ),
    # Who has the link of the reminder.
    "desk:confirm_by_link": Address(PUBLIC, dict.fromkeys(ROLES, 302), "confirmation"),
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
    "desk:answer": Address({**NOT_POST, "anonymous": TO_LOGIN}, table(TO_LOGIN, 404, 302, 404, 302, 302, 302), "submission"),
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
    "admin:practices_submission_decide": Address(
        table(302, 302, 302, 302, 302, 302, 200), table(302, 302, 302, 302, 302, 302, 422), "decision"
    ),
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
        table(302, 302, 302, 302, 302, 302, 200), table(302, 302, 302, 302, 302, 302, 409), "practice_verb"
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
    "account_leave_everywhere": Address(logged_in(200), logged_in(302)),
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

# By role what GET and POST answer where it is not what her like gets.
OF_MANAGERS = {
    "desk:approve": (405, 302),
    "desk:decline": (200, 200),
    "desk:change_role": (405, 302),
    "desk:revoke": (405, 302),
}
BUT: dict[str, dict[str, tuple[int, int]]] = {
    "manager": OF_MANAGERS,
    # At the Scrivania she is what her affiliation says; what is the organisation's own she neither corrects nor verifies.
    "editor of ours": {
        **OF_MANAGERS,
        "admin:practices_practice_correct": (302, 302),
        "admin:practices_reading_decide": (302, 302),
        "admin:practices_submission_deliver": (404, 404),
    },
    # Who administers the portal and is no editor decides nothing.
    "root": {
        "admin:practices_practice_correct": (302, 302),
        "admin:practices_practice_decide": (302, 302),
        "admin:practices_reading_decide": (302, 302),
        "admin:practices_submission_decide": (302, 302),
        "admin:practices_submission_leave": (404, 404),
        "admin:practices_submission_propose": (302, 302),
        "desk:receipt": (404, 405),
        "desk:remark": (405, 302),
    },
}
# What is written when somebody only looks: to who was made by a command, the address with which she logs in.
WRITTEN_BY_LOOKING = {"account_email": {"account_emailaddress"}}
# Where a form needs no token against forgery: nothing is sent here; nothing happens until a mail is answered; or the address of the
# page is a key that the mail alone holds.
WITHOUT_TOKEN = {
    "csp_report",  # from a browser itself, and nothing is kept
    "api:index", "api:description", "api:list", "api:one", "api:nothing",
    "newsletter:subscribe",
    "newsletter:confirm", "newsletter:preferences", "newsletter:leave",
}  # fmt: skip

# The admin's pages of each model: what an editor, a chief editor and who administers the portal may do. Others are led to the
# login page.
SEES, KEEPS, DELETES, CLEARS, NOTHING = "sees", "keeps", "deletes", "sees and deletes", "nothing"
ADMIN: dict[str, tuple[str, str, str]] = {
    "account_emailaddress": (NOTHING, NOTHING, DELETES),
    "mfa_authenticator": (NOTHING, NOTHING, DELETES),
    "socialaccount_socialaccount": (NOTHING, NOTHING, DELETES),
    "post_office_email": (NOTHING, NOTHING, CLEARS),
    "post_office_attachment": (NOTHING, NOTHING, DELETES),
    "networks_user": (NOTHING, NOTHING, DELETES),
    "networks_editor": (NOTHING, SEES, SEES),
    "networks_region": (SEES, SEES, DELETES),
    "networks_province": (SEES, SEES, DELETES),
    "networks_municipality": (SEES, KEEPS, DELETES),
    "networks_organisation": (SEES, KEEPS, DELETES),
    "networks_network": (SEES, KEEPS, DELETES),
    "networks_affiliation": (SEES, KEEPS, KEEPS),
    "networks_invitation": (SEES, SEES, SEES),
    "networks_organisationproposal": (NOTHING, SEES, SEES),
    "agreements_agreement": (SEES, KEEPS, DELETES),
    "notes_note": (SEES, KEEPS, KEEPS),
    "practices_submission": (SEES, SEES, SEES),
    "practices_practice": (SEES, SEES, SEES),
    "practices_theme": (SEES, KEEPS, KEEPS),
    "practices_targetgroup": (SEES, KEEPS, KEEPS),
    "practices_fund": (SEES, KEEPS, KEEPS),
    "practices_commonindicator": (SEES, KEEPS, KEEPS),
    "practices_reading": (SEES, SEES, SEES),
    "practices_reason": (SEES, KEEPS, KEEPS),
    "newsletter_subscriber": (SEES, SEES, SEES),
    "newsletter_issue": (SEES, SEES, SEES),
    "news_news": (KEEPS, DELETES, DELETES),
}
ACTIONS = ("changelist", "add", "history", "delete", "change")
# Of a row that is there; the answers of each in the order of the actions.
ANSWERS = {
    NOTHING: (403, 403, 403, 403, 403),
    SEES: (200, 403, 200, 403, 200),
    KEEPS: (200, 200, 200, 403, 200),
    DELETES: (200, 200, 200, 200, 200),
    CLEARS: (200, 403, 200, 200, 200),
}
# What actions on many rows write, by model, role and action.
APPROVED = {"networks_affiliation", "post_office_email"}
ON_MANY: dict[str, dict[tuple[str, str], set[str]]] = {
    "networks_affiliation": {
        (role, action): APPROVED
        for role in ("editor", "editor of ours", "chief")
        for action in ("approve_as_contributors", "approve_as_managers")
    },
    "practices_submission": {("chief", "release"): {"practices_event", "practices_submission"}},
}
# Their own pages beside the five: only superusers pass. What an editor gets, and what they get.
SUPERUSERS_ONLY = {
    "admin:networks_user_erase": (404, 200),
    "admin:auth_user_password_change": (403, 200),
    "admin:post_office_email_image": (403, 200),
    "admin:post_office_email_preview": (403, 200),
    "admin:resend": (403, 302),
}


def names(patterns: Any, namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{namespace}{pattern.name or '?'}"


def declared() -> set[str]:
    of_models = {f"admin:{model}_{action}" for model in ADMIN for action in ACTIONS}
    return {*ADDRESSES, *of_models, *SUPERUSERS_ONLY}


def test_every_address_is_declared() -> None:
    """A new one: a line in ADDRESSES above, `Address(PUBLIC, NOT_POST)` where it is a public page."""
    assert set(names(get_resolver().url_patterns)) == declared()


@pytest.fixture(scope="module")
def world(rows_of_module: None) -> World:
    return make_world()


@pytest.fixture(scope="module")
def visitors(world: World) -> dict[str, Visitor]:
    return {role: Visitor(person) for role, person in world.people.items()}


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    """No limit is used up."""
    cache.clear()


def address(name: str, args: list[Any]) -> str:
    return "/admin/non-esiste/" if name == "admin:?" else reverse(name, args=args)


def expected(name: str, method: str) -> dict[str, int]:
    row: dict[str, int] = getattr(ADDRESSES[name], method)
    place = ("get", "post").index(method)
    for role, like in LIKE.items():
        other = "manager" if role == "editor of ours" and name.startswith("desk:") else like
        row = {**row, role: BUT[role][name][place] if name in BUT.get(role, {}) else row[other]}
    return row


def look(name: str, visitors: dict[str, Visitor], url: str) -> Iterator[tuple[str, int]]:
    """What each gets, with the right headers and no id twice; of a public page all but the first are told that it is the same."""
    etag = ""
    for role, visitor in visitors.items():
        response = visitor.ask("get", url, headers={"If-None-Match": etag} if etag else {})
        assert missing(name, response) == [], role
        # The gallery shows a component as often as it has examples.
        assert name == "components" or ids_twice(response) == [], role
        yield role, 200 if etag and response.status_code == 304 else response.status_code
        if response.headers.get("Cache-Control") == "public, no-cache":
            etag = response.headers["ETag"]


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_looking(name: str, world: World, visitors: dict[str, Visitor]) -> None:
    """GET and HEAD: everybody gets what the table says, and nothing is written."""
    url = address(name, world.args[ADDRESSES[name].args])
    with writes() as written:
        assert dict(look(name, visitors, url)) == expected(name, "get")
    assert written == WRITTEN_BY_LOOKING.get(name, set())
    heads = {role: visitors[role].ask("head", url) for role in ("anonymous", "manager", "root")}
    assert {role: head.status_code for role, head in heads.items()} == {role: expected(name, "get")[role] for role in heads}
    assert not any(head.content for head in heads.values() if not head.streaming)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_sending(name: str, world: World, visitors: dict[str, Visitor]) -> None:
    """POST: each of them sends nothing but the request, to the same world."""
    url = address(name, world.args[ADDRESSES[name].args])
    found = {}
    for role, visitor in visitors.items():
        cache.clear()
        with undone():
            found[role] = visitor.ask("post", url).status_code
    assert found == expected(name, "post")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused_or_look(method: str, world: World, visitors: dict[str, Visitor]) -> None:
    """The admin takes what it does not know for GET, allauth's forms take PUT for POST; some pages tell what may be asked of them."""
    wrong = {}
    for name, row in ADDRESSES.items():
        url = address(name, world.args[row.args])
        # Those who may most.
        for role in ("anonymous", "manager" if name.startswith("desk:") else "root"):
            with undone(), writes() as written:
                status = visitors[role].ask(method, url).status_code
            good = {405, expected(name, "get")[role], *({200, 204} if method == "options" else ())}
            if method == "put":
                good.add(expected(name, "post")[role])
            if status not in good or written - WRITTEN_BY_LOOKING.get(name, set()):
                wrong[name, role] = (status, written)
    assert wrong == {}


def test_every_form_needs_its_token(world: World) -> None:
    """Of every address: what comes from a page of somebody else is refused before anything reads it."""
    client = Client(enforce_csrf_checks=True)
    root = world.people["root"]
    assert root is not None
    client.force_login(root, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = {}
    for name in sorted(ADDRESSES):
        with undone():
            found[name] = client.post(address(name, world.args[ADDRESSES[name].args])).status_code
    assert {name for name, status in found.items() if status != 403} == WITHOUT_TOKEN


def kept_as(model: str) -> Any:
    return {f"{one._meta.app_label}_{one._meta.model_name}": one for one in admin.site._registry}[model]


@pytest.mark.parametrize("model", sorted(ADMIN))
def test_admin_pages_of_models(model: str, world: World, visitors: dict[str, Visitor]) -> None:
    key = kept_as(model)._default_manager.order_by("pk").values_list("pk", flat=True).first()
    for role, visitor in visitors.items():
        found = {}
        for action in ACTIONS:
            args = [] if action in {"changelist", "add"} else [key or "0"]
            response = visitor.ask("get", reverse(f"admin:{model}_{action}", args=args))
            assert ids_twice(response) == [], (role, action)
            found[action] = response.status_code
        place = {"editor": 0, "editor of ours": 0, "chief": 1, "root": 2}.get(role)
        allowed = (
            dict.fromkeys(ACTIONS, 302) if place is None else dict(zip(ACTIONS, ANSWERS[ADMIN[model][place]], strict=True))
        )
        if key is None and place is not None:
            # A row that does not exist leads back to the admin's first page, for who may see such rows; of its history anybody.
            missing_row = {action: 302 for action in ("delete", "change") if allowed[action] == 200}
            allowed |= {"history": 302, **missing_row}
        if model == "newsletter_subscriber" and place is not None:
            # Numbers alone: nobody has a page.
            allowed |= {"change": 404, "history": 404}
        assert found == allowed, role


@pytest.mark.parametrize("model", sorted(ADMIN))
def test_actions_on_many_rows(model: str, world: World, visitors: dict[str, Visitor]) -> None:
    """Every action of the admin, whether the list offers it or not, on all rows at once: what is written, by role."""
    kept = kept_as(model)
    keys = [str(pk) for pk in kept._default_manager.values_list("pk", flat=True)]
    named = {"delete_selected", *(name for _call, name, _title in admin.site._registry[kept]._get_base_actions())}
    found = {}
    for role in ("anonymous", "manager", "left", "editor", "editor of ours", "chief"):
        for action in sorted(named):
            data = {"action": action, "_selected_action": keys, "index": 0, "select_across": 1, "post": "yes"}
            with undone(), writes() as written:
                visitors[role].ask("post", reverse(f"admin:{model}_changelist"), data=data)
            if written:
                found[role, action] = written
    assert found == ON_MANY.get(model, {})


def test_pages_for_superusers_only(world: World, visitors: dict[str, Visitor]) -> None:
    """Of an account and of a mail with a picture, which are there."""
    person = world.people["outsider"]
    assert person is not None
    mail = Email.objects.create(from_email="a@example.org", to=["b@example.org"], subject="Foto", html_message="<p>Foto</p>")
    mail.attachments.create(
        name="foto.png",
        file=ContentFile(b"png", name="foto.png"),
        mimetype="image/png",
        headers={"Content-ID": f"<{'0' * 32}>"},
    )
    for name, (of_editors, of_root) in SUPERUSERS_ONLY.items():
        args = [person.pk] if "user" in name else [mail.pk, "0" * 32] if name.endswith("image") else [mail.pk]
        told = {"editor": of_editors, "chief": of_editors, "editor of ours": of_editors, "root": of_root}
        found = {role: visitor.ask("get", reverse(name, args=args)).status_code for role, visitor in visitors.items()}
        assert found == {**dict.fromkeys(visitors, TO_LOGIN), **told}, name
