"""Ten real practices typed into the form in a browser, and read back equal to the character."""

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from networks.models import Affiliation, Organisation
from practices import content
from practices.models import Submission
from tests import make, typist
from tests.browser import log_in, opened
from tests.reference import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# As they were described from their public sources (fixtures/practices.jsonl names them), by ten municipalities.
TYPED = json.loads((Path(__file__).parent / "data" / "typed_practices.json").read_text(encoding="utf-8"))


# Two with everything that script adds, eight without it, which takes less time.
@pytest.mark.parametrize(("script", "rows"), [(True, TYPED[:2]), (False, TYPED[2:])], ids=["script", "no-script"])
def test_what_is_typed_is_what_is_stored(
    chromium: Browser, live_server: LiveServer, transactional_db: None, script: bool, rows: list[dict[str, Any]]
) -> None:
    load_reference_data()
    organisations = {row["organisation"]: Organisation.objects.get(slug=row["organisation"]) for row in rows}
    # One person for all of them: logging in ten times would show nothing more.
    by = make.user()
    EmailAddress.objects.create(user=by, email=by.email, verified=True, primary=True)
    for of in organisations.values():
        Affiliation.objects.create(user=by, organisation=of, status=Affiliation.Status.ACTIVE, active_from=make.NOW)
    stored = []
    with opened(chromium, script=script) as page:
        log_in(page, live_server.url, by.email)
        for row in rows:
            pk = typist.begin(page, live_server.url, organisations[row["organisation"]].name, row["content"])
            typist.type_in(page, live_server.url, pk, row["content"])
            stored.append(content.read(Submission.objects.get(pk=pk), row["content"]))
    assert stored == [row["content"] for row in rows]


def test_they_are_ten() -> None:
    assert len(TYPED) == 10
