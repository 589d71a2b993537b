"""Addresses of the files of agreements."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from agreements.views import document

app_name = "agreements"
urlpatterns = [path(_("documenti/<int:pk>/"), document, name="document")]
