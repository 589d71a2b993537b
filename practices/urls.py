"""Addresses of the public pages about practices."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices.views.attachments import attachment, picture
from practices.views.listing import practices
from practices.views.practice import practice

app_name = "practices"
urlpatterns = [
    path("", practices, name="list"),
    path(_("allegati/<int:pk>/<str:name>"), attachment, name="attachment"),
    path(_("allegati/<int:pk>/<int:width>/<str:name>"), picture, name="picture"),
    path("<slug:slug>/", practice, name="practice"),
]
