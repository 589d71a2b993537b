"""The account's pages: allauth's, part by part, so that its older addresses stay away and the gateway's two are ours."""

from django.urls import include, path

from portal import devices, gateway
from portal.personal import views as personal

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("dispositivi/", devices.leave_everywhere, name="account_leave_everywhere"),
    path("dati/", personal.data, name="account_data"),
    path("dati/scarica/", personal.download, name="account_data_download"),
    path("dati/cancella/", personal.delete, name="account_delete"),
    path("cancellato/", personal.deleted, name="account_deleted"),
    path("2fa/", include("allauth.mfa.urls")),
    path("altri/", include("allauth.socialaccount.urls")),
    path("oidc/<str:provider_id>/login/", gateway.start, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", gateway.finish, name="openid_connect_callback"),
]
