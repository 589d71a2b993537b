"""Addresses that other sites show in a frame."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices.views.embed import card, listing

app_name = "embed"
urlpatterns = [
    path(_("pratiche/<slug:slug>/"), card, name="practice"),
    path(_("elenco/"), listing, name="list"),
]
