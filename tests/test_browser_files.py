"""The attachments in a real browser: several at once with their progress, by dropping them, and without script on a phone."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from networks.models import User
from practices.models import Submission
from tests.browser import PHONE, log_in, opened, overflow, violations
from tests.samples import odt, pdf, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = "button:has-text('Salva'):not(:has-text('continua')):not(:has-text('Carica'))"


def open_section(page: Page, live_server: LiveServer, by: User, draft: Submission) -> None:
    log_in(page, live_server.url, by.email)
    page.goto(f"{live_server.url}/scrivania/schede/{draft.pk}/sezioni/attachments/")


def rows(draft: Submission) -> list[tuple[str, str]]:
    return [(row.title, row.alternative_text) for row in draft.attachments.all()]


def drop(page: Page, name: str, data: bytes) -> None:
    """What a browser does when a file is let go over the zone."""
    page.evaluate(
        """([name, data]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
            const zone = document.querySelector("[data-drop]");
            for (const type of ["dragover", "drop"]) {
                zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }
        }""",
        [name, base64.b64encode(data).decode()],
    )


def test_files_arrive_one_by_one_and_are_described_taken_away_and_brought_back(
    chromium: Browser, live_server: LiveServer, by: User, draft: Submission
) -> None:
    with opened(chromium, forgive=("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")) as page:
        open_section(page, live_server, by, draft)
        sent = {"conti.pdf": pdf(), "pagina.pdf": b"<!doctype html>", "piazza.jpg": picture("JPEG", (900, 600))}
        files: Any = [{"name": name, "mimeType": "", "buffer": data} for name, data in sent.items()]
        page.set_input_files("#id_files", files)
        expect(page.locator("[data-upload-state]")).to_have_text("2 di 3 caricati")
        refused = page.locator("[data-uploads] li")
        expect(refused).to_contain_text("pagina.pdf Tipo di file non ammesso")
        assert rows(draft) == [("conti", ""), ("piazza", "")]
        assert (overflow(page), violations(page)) == (0, [])
        refused.get_by_role("button", name="Chiudi").click()

        # What is being typed in one row stays while another file is dropped; what is typed is saved by itself.
        page.fill("[name$=-alternative_text]", "Una piazza con dei tavoli.")
        drop(page, "atto.odt", odt())
        expect(page.locator("[data-upload-state]")).to_have_text("1 di 1 caricati")
        expect(page.locator("[name$=-alternative_text]")).to_have_value("Una piazza con dei tavoli.")
        expect(page.locator("#save-state")).to_contain_text("salvato alle")
        assert rows(draft) == [("conti", ""), ("piazza", "Una piazza con dei tavoli."), ("atto", "")]

        # Taken away, brought back, taken away: only the button decides.
        first = page.locator("[data-row]").first
        for button in ("Togli", "Rimetti", "Togli"):
            first.get_by_role("button", name=button).click()
        with page.expect_response(lambda answer: answer.url.endswith("/salva/")):
            expect(first).to_contain_text("Sarà tolto quando salvi.")
        assert len(rows(draft)) == 3
        page.click(SAVE)
        page.wait_for_selector("text=salvata alle")
        assert rows(draft) == [("piazza", "Una piazza con dei tavoli."), ("atto", "")]

        # Without network, then without session: told, and sent again.
        page.context.set_offline(True)
        drop(page, "tardi.pdf", pdf("tardi"))
        expect(page.locator("[data-uploads]")).to_contain_text("Senza rete")
        page.context.set_offline(False)
        cookies = page.context.cookies()
        page.context.clear_cookies()
        page.get_by_role("button", name="Riprova").click()
        expect(page.locator("[data-uploads]")).to_contain_text("La sessione è scaduta")
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
        page.get_by_role("button", name="Riprova").click()
        expect(page.locator("[data-row]")).to_have_count(3)
        expect(page.locator("[data-uploads] li")).to_have_count(0)

        # A file that takes long: its progress, cancelled; then the section is saved only after the next has arrived.
        page.context.new_cdp_session(page).send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000},
        )
        drop(page, "lungo.pdf", pdf(os.urandom(450_000).hex()))
        while not 0 < page.locator("[data-uploads] progress").evaluate("bar => bar.value") < 1:
            page.wait_for_timeout(50)
        page.get_by_role("button", name="Annulla").click()
        expect(page.locator("[data-uploads] li")).to_have_count(0)
        drop(page, "ultimo.pdf", pdf(os.urandom(150_000).hex()))
        with page.expect_navigation():
            page.click(SAVE)
        assert [title for title, _text in rows(draft)] == ["piazza", "atto", "tardi", "ultimo"]


def test_without_script_files_come_with_the_form(
    chromium: Browser, live_server: LiveServer, by: User, draft: Submission, tmp_path: Path
) -> None:
    for name, data in {
        "conti.pdf": pdf(),
        "pagina.pdf": b"<!doctype html>",
        "piazza.png": picture("PNG", (900, 600)),
    }.items():
        (tmp_path / name).write_bytes(data)
    with opened(chromium, size=PHONE, script=False) as page:
        open_section(page, live_server, by, draft)
        page.set_input_files("#id_files", sorted(tmp_path.iterdir()))
        page.click("button:has-text('Carica e salva')")
        assert page.title().startswith("Errore: ")
        expect(page.locator("#errors li")).to_have_text(
            ["pagina.pdf: Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX, XLSX, JPEG, PNG e WebP."]
        )
        page.fill("[name$=-alternative_text]", "Una piazza.")
        page.check("[name$=-DELETE] >> nth=0")
        page.click(SAVE)
        page.wait_for_selector("text=salvata alle")
        assert rows(draft) == [("piazza", "Una piazza.")]
