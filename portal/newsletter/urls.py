"""Addresses of the newsletter and of the alerts."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.newsletter.views.archive import archive, as_atom, issue
from portal.newsletter.views.preferences import leave, left, preferences
from portal.newsletter.views.subscribing import asked, confirm, subscribe

app_name = "newsletter"
urlpatterns = [
    path("", archive, name="archive"),
    path("atom.xml", as_atom, name="atom"),
    path("<int:number>/", issue, name="issue"),
    path(_("iscriviti/"), subscribe, name="subscribe"),
    path(_("iscriviti/inviata/"), asked, name="asked"),
    path(_("conferma/<str:token>/"), confirm, name="confirm"),
    path(_("preferenze/<str:token>/"), preferences, name="preferences"),
    path(_("lascia/<str:token>/"), leave, name="leave"),
    path(_("lasciata/"), left, name="left"),
]
