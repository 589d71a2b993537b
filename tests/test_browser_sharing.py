"""The link to the preview in a real browser: made, copied and revoked with JavaScript and without."""

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from practices.models import PreviewLink
from tests import make
from tests.browser import PHONE, log_in, opened, pasted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_link_is_made_handed_over_and_revoked(chromium: Browser, live_server: LiveServer, script: bool) -> None:
    draft = make.submission()
    assert draft.created_by is not None
    EmailAddress.objects.create(user=draft.created_by, email=draft.created_by.email, verified=True, primary=True)
    with opened(chromium, size=PHONE, script=script) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        log_in(page, live_server.url, draft.created_by.email)
        page.goto(f"{live_server.url}/scrivania/schede/{draft.pk}/condivisione/")
        page.get_by_label("Per chi è").fill("La sindaca")
        page.get_by_role("button", name="Crea un collegamento").click()
        field = page.get_by_label("La sindaca", exact=True)
        path = f"/pratiche/anteprima/{PreviewLink.objects.get().token}/"
        assert field.input_value().endswith(path)
        copy = page.get_by_role("button", name="Copia il collegamento La sindaca")
        if script:
            copy.click()
            expect(page.get_by_text("Copiato.")).to_be_visible()
            expect(copy).to_be_focused()
            assert pasted(page) == field.input_value()
        else:
            expect(copy).to_have_count(0)
        with opened(chromium, size=PHONE, script=script) as mayor:
            mayor.goto(f"{live_server.url}{path}")
            expect(mayor.get_by_role("heading", level=1)).to_have_text(draft.title)
            assert mayor.context.cookies() == []
            page.get_by_role("button", name="Revoca il collegamento La sindaca").click()
            mayor.reload()
            expect(mayor.get_by_role("heading", level=1)).to_have_text("Questo collegamento non apre un'anteprima")
