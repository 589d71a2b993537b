"""What an organisation has published and until when it holds; every version that it ever wrote."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practices.models import Practice, Submission
from practices.models.choices import Status
from tests import make
from tests.samples import client_of

pytestmark = pytest.mark.django_db


def test_every_version_of_the_own_organisation_is_in_the_archive_in_as_many_queries_as_one() -> None:
    of, someone = make.organisation(), make.editor_user()
    by = make.officer_of(of)
    client, url = client_of(by), reverse("desk:archive")
    assert "non ha ancora scritto" in client.get(url).content.decode()
    make.submission(of=make.organisation("Comune di Torino", make.municipality("Torino", "L219", sign="TO")))
    queries = []
    for _n in range(2):
        for status in Status:
            make.submission(status, of=of, by=by, assignee=someone)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url).context["page"]
        queries.append(len(captured))
        assert list(page.object_list) == list(Submission.objects.filter(organisation=of).order_by("-practice", "-pk"))
    assert queries[0] == queries[1]


def test_a_published_practice_says_until_when_it_holds() -> None:
    live = make.published()
    client, url = client_of(live.submitted_by), reverse("desk:dashboard")
    for day, until, lapsed in ((date(2024, 2, 29), "28 febbraio 2025", True), (timezone.localdate(), "", False)):
        Practice.objects.update(confirmed_on=day)
        page = client.get(url).content.decode()
        assert (until in page, "È passato un anno" in page) == (True, lapsed)
    Practice.objects.update(archived_at=make.later(60), archived_by=live.decided_by, archived_notice="Conclusa.")
    assert "ha ancora la sua pagina" in client.get(url).content.decode()
