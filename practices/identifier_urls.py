"""Permanent identifiers: `/id/BP-000123` leads to the practice whatever its title and address become."""

from django.urls import path

from practices.views.identifiers import identified, record

app_name = "identifiers"
urlpatterns = [
    path("<slug:code>", identified, name="practice"),
    path("<slug:code>.<slug:kind>", record, name="record"),
]
