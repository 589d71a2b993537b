"""Addresses of the open data's pages, in every language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.open_data import pages
from portal.open_data.api.guide import api_guide

urlpatterns = [
    path("", pages.open_data, name="open_data"),
    path("api/", api_guide, name="open_data_api"),
    path(_("dizionario/"), pages.codebook, name="open_data_codebook"),
    path(_("archivio/"), pages.archive, name="open_data_archive"),
]
