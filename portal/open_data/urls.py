"""Addresses of the open data's pages, in every language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.open_data import pages

urlpatterns = [
    path("", pages.open_data, name="open_data"),
    path(_("dizionario/"), pages.codebook, name="open_data_codebook"),
    path(_("archivio/"), pages.archive, name="open_data_archive"),
]
