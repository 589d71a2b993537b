"""The Scrivania: the pages of the organisations' people."""

from django.urls import path

from practices.views import (
    acting,
    affiliations,
    autosave,
    case,
    colleagues,
    desk,
    following,
    invitation,
    section,
    upload,
    verbs,
)

app_name = "desk"
urlpatterns = [
    path("", desk.dashboard, name="dashboard"),
    path("ente/", acting.act_for, name="act_for"),
    path("enti/<slug:slug>/colleghi/", colleagues.colleagues, name="colleagues"),
    path("incarichi/", affiliations.mine, name="affiliations"),
    path("incarichi/enti/<slug:slug>/", affiliations.ask, name="ask"),
    path("incarichi/comuni/<slug:slug>/", affiliations.ask_for_town, name="ask_for_town"),
    path("incarichi/proposta/", affiliations.propose, name="propose"),
    path("incarichi/<int:pk>/approva/", colleagues.approve, name="approve"),
    path("incarichi/<int:pk>/rifiuta/", colleagues.decline, name="decline"),
    path("incarichi/<int:pk>/ruolo/", colleagues.change_role, name="change_role"),
    path("incarichi/<int:pk>/fine/", colleagues.end, name="end"),
    path("incarichi/inviti/<int:pk>/revoca/", colleagues.revoke, name="revoke"),
    path("inviti/<str:token>/", invitation.invitation, name="invitation"),
    path("inviti/<str:token>/account/", invitation.sign_up, name="invitation_sign_up"),
    path("nuova/", desk.start, name="start"),
    path("pratiche/<int:pk>/nuova-versione/", verbs.revise, name="revise"),
    path("pratiche/<int:pk>/presa-in-carico/", verbs.claim, name="claim"),
    path("pratiche/<int:pk>/ancora-valida/", verbs.confirm_valid, name="confirm_valid"),
    path("schede/<int:pk>/", case.case, name="case"),
    path("schede/<int:pk>/anteprima/", case.preview, name="preview"),
    path("schede/<int:pk>/invio/", case.send, name="send"),
    path("schede/<int:pk>/sezioni/allegati/", upload.attachments, name="attachments"),
    path("schede/<int:pk>/sezioni/<slug:name>/", section.section, name="section"),
    path("schede/<int:pk>/sezioni/<slug:name>/salva/", autosave.autosave, name="autosave"),
    path("schede/<int:pk>/azioni/<slug:slug>/", verbs.verb, name="verb"),
    path("schede/<int:pk>/segue/", following.hand_over, name="hand_over"),
    path("allegati/<int:pk>/togli/", upload.detach, name="detach"),
    path("osservazioni/<int:pk>/", case.answer, name="answer"),
]
