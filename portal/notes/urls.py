"""Addresses of the notes."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.notes import feedback, pages

app_name = "notes"
urlpatterns = [
    path(_("il-progetto/"), pages.about, name="about"),
    path(_("come-partecipare/"), pages.take_part, name="take_part"),
    path(_("contatti/"), pages.contacts, name="contacts"),
    path("privacy/", pages.privacy, name="privacy"),
    path(_("note-legali/"), pages.legal, name="legal"),
    path(_("accessibilita/"), pages.accessibility, name="accessibility"),
    path(_("accessibilita/segnala/"), feedback.feedback, name="feedback"),
    path(_("accessibilita/segnala/inviata/"), feedback.feedback_sent, name="feedback_sent"),
    path(_("mappa-del-sito/"), pages.site_map, name="site_map"),
]
