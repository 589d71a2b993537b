"""Addresses of what is read."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.usage.pages import usage, usage_csv, usage_json

urlpatterns = [
    path(_("statistiche/uso/"), usage, name="usage"),
    path(_("statistiche/uso.csv"), usage_csv, name="usage_csv"),
    path(_("statistiche/uso.json"), usage_json, name="usage_json"),
]
