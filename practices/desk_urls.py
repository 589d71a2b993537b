"""The Scrivania: the pages of the organisations' people."""

from django.urls import path

from practices.views import (
    adapted,
    archive,
    autosave,
    case,
    choosers,
    desk,
    downloads,
    mails,
    section,
    sharing,
    upload,
    verbs,
)

app_name = "desk"
urlpatterns = [
    path("", desk.dashboard, name="dashboard"),
    path("nuova/", desk.start, name="start"),
    path("scelte/comuni/", choosers.places, name="places"),
    path("scelte/pratiche/", choosers.origins, name="origins"),
    path("e-mail/", mails.mails, name="mails"),
    path("versioni/", archive.archive, name="archive"),
    path("modulo/", downloads.empty_form, name="empty_form"),
    path("pratiche/<int:pk>/nuova-versione/", verbs.revise, name="revise"),
    path("pratiche/<int:pk>/presa-in-carico/", verbs.claim, name="claim"),
    path("pratiche/<int:pk>/ancora-valida/", verbs.confirm_valid, name="confirm_valid"),
    path("schede/<int:pk>/", case.case, name="case"),
    path("schede/<int:pk>/anteprima/", case.preview, name="preview"),
    path("schede/<int:pk>/condivisione/", sharing.links, name="links"),
    path("schede/<int:pk>/invio/", case.send, name="send"),
    path("schede/<int:pk>/adattata-da/<int:practice_pk>/", adapted.adapted, name="adapted"),
    path("schede/<int:pk>/ricevute/<int:event>/", downloads.sending, name="receipt"),
    path("schede/<int:pk>/sezioni/<slug:name>/", section.section, name="section"),
    path("schede/<int:pk>/sezioni/<slug:name>/salva/", autosave.autosave, name="autosave"),
    path("schede/<int:pk>/allegati/", upload.upload, name="upload"),
    path("schede/<int:pk>/azioni/<slug:slug>/", verbs.verb, name="verb"),
    path("condivisioni/<int:pk>/revoca/", sharing.revoke, name="revoke"),
    path("osservazioni/<int:pk>/", case.answer, name="answer"),
]
