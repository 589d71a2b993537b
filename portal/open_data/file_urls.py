"""Addresses of the open data's files, which are the same in every language."""

from django.urls import path

from portal.open_data.archive_files import archive_file
from portal.open_data.catalogue import catalogue, catalogue_file
from portal.open_data.files import dataset_file

urlpatterns = [
    path("catalogo", catalogue, name="open_data_catalogue"),
    path("catalogo.<slug:ending>", catalogue_file, name="open_data_catalogue_file"),
    path("archivio/<slug:month>/<str:name>", archive_file, name="open_data_archive_file"),
    path("<slug:name>.<slug:ending>", dataset_file, name="open_data_file"),
]
