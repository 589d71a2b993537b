"""Addresses of the pages that show things of more than one app."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.pages import (
    agreements,
    cities,
    commitments,
    home,
    indicators,
    networks,
    organisations,
    reports,
    search,
    statistics,
    territories,
    themes,
)

urlpatterns = [
    path("", home.home, name="home"),
    path(_("cerca/"), search.everything, name="search"),
    path(_("regioni/"), territories.territories, name="territories"),
    path(_("regioni/<slug:slug>/"), territories.territory, name="territory"),
    path(_("comuni/<slug:slug>/"), cities.city, name="city"),
    path(_("enti/<slug:slug>/"), organisations.organisation, name="organisation"),
    path(_("ambiti/"), themes.themes, name="themes"),
    path(_("ambiti/<slug:slug>/"), themes.theme, name="theme"),
    path(_("indicatori/"), indicators.indicators, name="indicators"),
    path(_("indicatori/<slug:slug>/"), indicators.indicator, name="indicator"),
    path(_("statistiche/"), statistics.statistics, name="statistics"),
    path(_("statistiche/<slug:name>.csv"), statistics.statistics_csv, name="statistics_csv"),
    path(_("reti/"), networks.networks, name="networks"),
    path(_("reti/<slug:slug>/"), networks.network, name="network"),
    path(_("accordi/"), agreements.agreements, name="agreements"),
    path(_("accordi/<slug:slug>/"), agreements.agreement, name="agreement"),
    path(_("accordi/<slug:slug>/impegni/<slug:code>/"), commitments.commitment, name="commitment"),
    path(_("accordi/<slug:slug>/attuazione/"), reports.report, name="report"),
    path(_("accordi/<slug:slug>/attuazione.csv"), reports.report_csv, name="report_csv"),
    path(_("accordi/<slug:slug>/attuazione.json"), reports.report_json, name="report_json"),
]
