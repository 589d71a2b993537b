"""The Scrivania: the pages of the organisations' people."""

from django.urls import path

from practices.views import autosave, case, desk, section, upload, verbs

app_name = "desk"
urlpatterns = [
    path("", desk.dashboard, name="dashboard"),
    path("nuova/", desk.start, name="start"),
    path("pratiche/<int:pk>/nuova-versione/", verbs.revise, name="revise"),
    path("pratiche/<int:pk>/presa-in-carico/", verbs.claim, name="claim"),
    path("pratiche/<int:pk>/ancora-valida/", verbs.confirm_valid, name="confirm_valid"),
    path("schede/<int:pk>/", case.case, name="case"),
    path("schede/<int:pk>/anteprima/", case.preview, name="preview"),
    path("schede/<int:pk>/invio/", case.send, name="send"),
    path("schede/<int:pk>/sezioni/<slug:name>/", section.section, name="section"),
    path("schede/<int:pk>/sezioni/<slug:name>/salva/", autosave.autosave, name="autosave"),
    path("schede/<int:pk>/allegati/", upload.upload, name="upload"),
    path("schede/<int:pk>/azioni/<slug:slug>/", verbs.verb, name="verb"),
    path("osservazioni/<int:pk>/", case.answer, name="answer"),
]
