"""Addresses of the news."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.news import files, views

app_name = "news"
urlpatterns = [
    path("", views.listing, name="list"),
    path("atom.xml", views.as_atom, name="atom"),
    path(_("immagini/<int:pk>/<str:name>"), files.picture, name="picture"),
    path(_("immagini/<int:pk>/<int:width>/<str:name>"), files.picture_copy, name="picture_copy"),
    path(_("documenti/<int:pk>/<str:name>"), files.document, name="document"),
    path("<slug:slug>.ics", views.as_calendar, name="calendar"),
    path("<slug:slug>/", views.page, name="news"),
]
