"""From the blank form to the public page, through the pages of officers and editors, without a browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from practices import content
from practices.models import Submission
from tests import make
from tests.desk import SECTION_NAMES
from tests.html_forms import data_of, forms_of, send
from tests.samples import client_of, history, pdf

pytestmark = pytest.mark.django_db

TYPED: dict[str, dict[str, object]] = {
    "identity": {
        "summary": "Un presidio nel quartiere della stazione.",
        "main_theme": "casa",
        "action_type": "place",
        "tags": "Quartiere",
    },
    "territory": {
        "municipalities": ["H223"],
        "context_population": "171.000",
        "context_foreign_residents": "28.000",
        "context_source": "ISTAT",
        "context_on_day": "1",
        "context_on_month": "1",
        "context_on_year": "2025",
    },
    "people": {"target_groups": ["famiglie"], "target_description": "Chi abita nel quartiere."},
    "time": {"started_on_year": "2019", "stage": "running"},
    "why": {
        "context": "Un quartiere con molti condomìni misti.",
        "problem": "Conflitti tra vicini.",
        "objectives": "Meno conflitti.",
    },
    "how": {"activities": "Un punto di ascolto.", "participation": "Un gruppo di abitanti decide il programma."},
    "means": {"funding_lines-0-fund": "fami", "funding_lines-0-from_year": "2019"},
    "results": {"outputs": "Aperture settimanali.", "results": "Meno segnalazioni.", "evaluation": "none"},
    "lessons": {
        "difficulties": "All'inizio veniva poca gente.",
        "lessons": "Servono volti noti.",
        "sustainability": "A carico del bilancio comunale.",
        "transferability": "Basta un locale al piano terra.",
    },
    "attachments": {},
    "contacts": {
        "office": "Ufficio intercultura",
        "office_email": "intercultura@example.org",
        "licence_accepted": "on",
        "truth_declared": "on",
    },
}


def queued() -> list[tuple[str, str]]:
    """Recipient and first words of the subject of each mail, in order."""
    return [(row.to[0], row.subject.partition(":")[0]) for row in Email.objects.order_by("pk")]


def test_from_the_blank_form_to_the_page_of_the_town() -> None:
    of, expected = make.organisation(), make.values()
    officer, editor = make.officer_of(of, email="anna@comune.example"), make.editor_user("redazione@example.org")
    at_desk, at_work, citizen = client_of(officer), client_of(editor), Client()
    town = reverse("city", args=[make.municipality().slug])

    # The officer writes it, section by section.
    begun = send(at_desk, reverse("desk:start"), kind="good_practice", title=expected["title"])
    one = Submission.objects.get()
    assert begun["Location"] == reverse("desk:section", args=[one.pk, "identity"])
    assert set(TYPED) == set(SECTION_NAMES)
    for section, typed in TYPED.items():
        assert send(at_desk, reverse("desk:section", args=[one.pk, section]), **typed).status_code == 302
    assert content.read(Submission.objects.get()) == {**content.read(Submission.objects.get()), **expected}
    file = SimpleUploadedFile("atto.pdf", pdf())
    attachments = reverse("desk:section", args=[one.pk, "attachments"])
    assert send(at_desk, attachments, files=file)["Location"] == attachments
    named = f"attachments-{one.attachments.get().sha256}"
    send(at_desk, attachments, **{f"{named}-title": "La delibera", f"{named}-kind": "act"})
    case, sending = (reverse(f"desk:{name}", args=[one.pk]) for name in ("case", "send"))
    assert at_desk.get(case).context["problems"] == []
    assert expected["activities"] in at_desk.get(reverse("desk:preview", args=[one.pk])).content.decode()
    assert send(at_desk, sending)["Location"] == case

    # The editor takes it and asks for changes.
    queue = at_work.get(f"{reverse('admin:practices_submission_changelist')}?coda=libere")
    examined = reverse("admin:practices_submission_change", args=[one.pk])
    assert f'href="{examined}' in queue.content.decode()
    decision = {
        s: reverse("admin:practices_submission_decide", args=[one.pk, s]) for s in ("prendi", "integrazioni", "pubblica")
    }
    send(at_work, decision["prendi"], "case-form", confirm="1")
    asked = {"reason": make.reason().pk, "text": "Completate.", "remarks-0-field": "results", "remarks-0-text": "Quante?"}
    prepared = send(at_work, decision["integrazioni"], "case-form", **asked)
    at_work.post(decision["integrazioni"], {**data_of(prepared, "case-form"), "confirm": "1"})
    assert Submission.objects.get().status == "changes_requested"

    # The officer reads the remark beside its field, corrects, answers, sends again.
    results = reverse("desk:section", args=[one.pk, "results"])
    assert "Quante?" in at_desk.get(results).content.decode()
    send(at_desk, results, results="Novanta segnalazioni in meno.")
    remark = one.remarks.get()
    answer = reverse("desk:answer", args=[one.pk])
    assert answer in {attributes["action"] for attributes, _data in forms_of(at_desk.get(case)) if "action" in attributes}
    at_desk.post(answer, {f"answer-{remark.pk}-text": "Novanta."})
    assert send(at_desk, sending)["Location"] == case

    # Nothing of it is public until the editor, who sees what has changed, publishes it.
    page = at_work.get(examined)
    changes = {name: [change.name for change in found] for name, _title, found in page.context["comparisons"]}
    assert changes == {"live": [], "sent": ["results"], "seen": []}
    assert expected["title"] not in citizen.get(town).content.decode()
    send(at_work, decision["pubblica"], "case-form", confirm="1")
    live = Submission.objects.get()
    address = reverse("practices:practice", args=[live.practice.slug])
    assert f'href="{address}"' in citizen.get(town).content.decode()
    shown = citizen.get(address).content.decode()
    assert [word in shown for word in ("Novanta segnalazioni in meno.", "La delibera", "Quante?")] == [True, True, False]

    assert history(live) == [
        ("start", "", "draft"),
        ("submit", "draft", "submitted"),
        ("take", "submitted", "under_review"),
        ("request_changes", "under_review", "changes_requested"),
        ("resubmit", "changes_requested", "under_review"),
        ("publish", "under_review", "published"),
    ]
    assert queued() == [
        ("anna@comune.example", "Ricevuta"),
        ("anna@comune.example", "Servono integrazioni"),
        ("redazione@example.org", "Integrazioni arrivate"),
        ("anna@comune.example", "Pubblicata"),
    ]
