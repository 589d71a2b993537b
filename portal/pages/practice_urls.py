"""The addresses of `practices.urls`, in their order and by their names; the practice's own page is the one composed here."""

from django.urls import path

from portal.pages.practices import practice
from practices import urls

app_name = urls.app_name
urlpatterns = [
    path("<slug:slug>/", practice, name="practice") if entry.name == "practice" else entry for entry in urls.urlpatterns
]
