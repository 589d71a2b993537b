"""Addresses of the public pages about practices."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices.views.attachments import attachment, picture
from practices.views.compare import compare
from practices.views.history import history, version
from practices.views.listing import practices
from practices.views.practice import practice
from practices.views.report import report, reported
from practices.views.reuse import reuse
from practices.views.selection import as_atom, as_csv, as_json
from practices.views.sharing import preview, preview_file, preview_picture

app_name = "practices"
urlpatterns = [
    path("", practices, name="list"),
    path("atom.xml", as_atom, name="atom"),
    path("pratiche.csv", as_csv, name="csv"),
    path("pratiche.json", as_json, name="json"),
    path(_("allegati/<int:pk>/<str:name>"), attachment, name="attachment"),
    path(_("anteprima/<str:token>/"), preview, name="preview"),
    path(_("anteprima/<str:token>/allegati/<int:pk>/<str:name>"), preview_file, name="preview_file"),
    path(_("anteprima/<str:token>/allegati/<int:pk>/<int:width>/<str:name>"), preview_picture, name="preview_picture"),
    path(_("allegati/<int:pk>/<int:width>/<str:name>"), picture, name="picture"),
    # Before the practices: `practices.publication` gives none of them this address.
    path(_("confronta/"), compare, name="compare"),
    path("<slug:slug>/", practice, name="practice"),
    path(_("<slug:slug>/versioni/"), history, name="history"),
    path(_("<slug:slug>/versioni/<int:number>/"), version, name="version"),
    path(_("<slug:slug>/riuso/"), reuse, name="reuse"),
    path(_("<slug:slug>/segnala/"), report, name="report"),
    path(_("<slug:slug>/segnala/inviata/"), reported, name="reported"),
]
