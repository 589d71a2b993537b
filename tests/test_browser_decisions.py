"""The pages of decisions under the hands of an editor: the Enter key sends nothing, and mistakes are where one is."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from post_office.models import Email
from pytest_django.live_server_helper import LiveServer

from practices.models import Submission
from practices.models.choices import Status
from tests import make
from tests.accounts import confirmed
from tests.browser import log_in, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_enter_in_the_subject_of_a_mail_sends_nothing(chromium: Browser, live_server: LiveServer, settings: Any) -> None:
    settings.SECOND_FACTOR_FOR_EDITORS = False
    editor = confirmed(make.editor_user("redazione@example.org", chief=True, second_factor=False))
    case = make.submission(Status.UNDER_REVIEW, assignee=editor)
    live = make.submission(Status.PUBLISHED, of=case.organisation, by=case.submitted_by)
    sent = Email.objects.count()
    publishing = reverse("admin:practices_submission_decide", args=[case.pk, "pubblica"])
    correction = reverse("admin:practices_practice_correct", args=[live.practice_id])
    archiving = reverse("admin:practices_practice_decide", args=[live.practice_id, "archivia"])
    with opened(chromium) as page:
        log_in(page, live_server.url, editor.email)
        for url, typed in ((publishing, None), (correction, "title"), (archiving, "text")):
            page.goto(live_server.url + url)
            if typed:
                page.locator(f".case-form [name={typed}]").fill("Un portierato")
                page.locator(".case-form button.default").click()
            subject = page.locator("#id_mail_subject")
            subject.fill("Un oggetto mio")
            subject.press("Enter")
            page.wait_for_timeout(300)
            expect(subject).to_have_value("Un oggetto mio")
        # The button does send, and what is missing takes the focus.
        page.goto(live_server.url + publishing)
        page.locator("#id_mail_subject").fill(" ")
        page.locator(".case-form button.default").click()
        expect(page.locator(".case-form .notice-error")).to_be_focused()
    live.refresh_from_db()
    assert (Submission.objects.get(pk=case.pk).status, live.practice.archived_at) == (Status.UNDER_REVIEW, None)
    assert (live.title, Email.objects.count()) == ("Portierato sociale di via Turri", sent)
