"""Addresses of the API. The number is of its form: what would break programs that read it gets another one."""

from django.urls import path, re_path

from portal.open_data.api.views import describe, index, listing, nothing, one

app_name = "api"
urlpatterns = [
    path("", index, name="index"),
    path("openapi.json", describe, name="description"),
    path("<slug:name>", listing, name="list"),
    path("<slug:name>/<str:key>", one, name="one"),
    re_path("", nothing, name="nothing"),
]
