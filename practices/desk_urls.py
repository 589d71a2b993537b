"""The Scrivania: the pages of the organisations' people."""

from django.urls import path

from practices.views import adapted, archive, autosave, case, choosers, desk, mails, section, upload, verbs

app_name = "desk"
urlpatterns = [
    path("", desk.dashboard, name="dashboard"),
    path("nuova/", desk.start, name="start"),
    path("scelte/comuni/", choosers.places, name="places"),
    path("scelte/pratiche/", choosers.origins, name="origins"),
    path("e-mail/", mails.mails, name="mails"),
    path("versioni/", archive.archive, name="archive"),
    path("pratiche/<int:pk>/nuova-versione/", verbs.revise, name="revise"),
    path("pratiche/<int:pk>/presa-in-carico/", verbs.claim, name="claim"),
    path("pratiche/<int:pk>/ancora-valida/", verbs.confirm_valid, name="confirm_valid"),
    path("schede/<int:pk>/", case.case, name="case"),
    path("schede/<int:pk>/osservazione/", case.remark, name="remark"),
    path("schede/<int:pk>/anteprima/", case.preview, name="preview"),
    path("schede/<int:pk>/invio/", case.send, name="send"),
    path("schede/<int:pk>/adattata-da/<int:practice_pk>/", adapted.adapted, name="adapted"),
    path("schede/<int:pk>/sezioni/allegati/", upload.attachments, name="attachments"),
    path("schede/<int:pk>/sezioni/<slug:name>/", section.section, name="section"),
    path("schede/<int:pk>/sezioni/<slug:name>/salva/", autosave.autosave, name="autosave"),
    path("schede/<int:pk>/azioni/<slug:slug>/", verbs.verb, name="verb"),
    path("allegati/<int:pk>/togli/", upload.detach, name="detach"),
    path("osservazioni/<int:pk>/", case.answer, name="answer"),
]
