"""The notes that the footer leads to: the portal's own words, or those that the administration put in their place."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from networks.models import Region
from portal.lib.public_page import public_page
from portal.notes.models import Note
from practices.models import Theme

# When the portal's own words were last changed: whoever changes the templates of a note changes the day.
WRITTEN_ON = date(2026, 11, 29)


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is and who runs it."""
    return _note(request, Note.Page.ABOUT)


@public_page
def take_part(request: HttpRequest) -> HttpResponse:
    """How a practice gets here."""
    return _note(request, Note.Page.TAKE_PART)


@public_page
def contacts(request: HttpRequest) -> HttpResponse:
    """Where to write and to call."""
    return _note(request, Note.Page.CONTACTS)


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is collected and why, as art. 13 of the GDPR wants it told."""
    return _note(request, Note.Page.PRIVACY)


@public_page
def legal(request: HttpRequest) -> HttpResponse:
    """Licences and responsibility."""
    return _note(request, Note.Page.LEGAL)


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration, and how to tell of what cannot be used."""
    return _note(request, Note.Page.ACCESSIBILITY)


@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    """Every list, for people."""
    context = {"regions": Region.objects.all(), "themes": Theme.objects.filter(is_active=True)}
    return render(request, "notes/site_map.html", context)


def _note(request: HttpRequest, page: Note.Page) -> HttpResponse:
    note = Note.objects.filter(page=page).exclude(text="").first()
    context = {
        "note": note,
        "here": page.label,
        "updated_on": timezone.localdate(note.updated_at) if note else WRITTEN_ON,
    }
    return render(request, f"notes/{page.value}.html", context)
