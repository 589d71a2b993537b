"""Every address of the portal; the only file that names every app."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from portal.notes.security import security_txt
from portal.observation import csp_reports
from portal.pages import sitemaps

urlpatterns = [
    path("admin/", admin.site.urls),
    path("csp/", csp_reports.report, name="csp_report"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, name="sitemap_section"),
    path("id/", include("practices.identifier_urls")),
    path("api/v1/", include("portal.open_data.api.urls")),
    path("open-data/", include("portal.open_data.file_urls")),
    path("guida/", include("portal.handbook.urls")),
    *i18n_patterns(
        path("", include("portal.notes.urls")),
        path("", include("portal.usage.urls")),
        path("", include("portal.pages.urls")),
        path("open-data/", include("portal.open_data.urls")),
        path(_("accordi/"), include("agreements.urls")),
        path(_("incorpora/"), include("practices.embed_urls")),
        path(_("pratiche/"), include("portal.pages.practice_urls")),
        path(_("notizie/"), include("portal.news.urls")),
        path("newsletter/", include("portal.newsletter.urls")),
        path("scrivania/", include("practices.desk_urls")),
        path(_("accesso/"), include("portal.account_urls")),
        prefix_default_language=False,
    ),
]

handler400 = "portal.open_data.api.answers.bad_request"
handler500 = "portal.unavailable.server_error"

if settings.DEMO:
    from portal.demo.mail import mailbox

    urlpatterns += [path("demo/posta/", mailbox, name="demo_mail")]

if settings.DEVELOPMENT:
    from portal.gallery.view import gallery

    urlpatterns += [path("componenti/", gallery, name="components")]

if settings.BENCHMARK:
    from portal.benchmark.timing import CONSTANT_PATH, constant

    urlpatterns += [path(CONSTANT_PATH.removeprefix("/"), constant)]
