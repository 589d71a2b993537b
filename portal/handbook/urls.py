"""Addresses of the handbooks, which have no English ones."""

from django.urls import path

from portal.handbook import pages

app_name = "handbook"
urlpatterns = [
    path("", pages.index, name="index"),
    *(path(f"{one.slug}/", pages.handbook, {"name": one.name}, name=one.name) for one in pages.HANDBOOKS),
]
