"""In the admin's pages of what is searched by its name: a renaming, which the search follows."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest

from agreements.admin import AgreementAdmin
from agreements.models import Agreement
from networks.admin import NetworkAdmin, OrganisationAdmin, ProvinceAdmin, RegionAdmin
from networks.models import Municipality, Network, Organisation, Province, Region
from portal.news import publishing
from portal.territory_admin import MergingMunicipalityAdmin
from practices.admin.taxonomies import TaxonomyAdmin
from practices.filters import conditions
from practices.models import Fund, TargetGroup, Theme
from practices.search import upkeep

# What of a row is searched, or says where its name is.
WORDS = {"name", "other_name", "common_name", "acronym", "title", "abbreviation", "province", "region"}
# The practices, and the news, whose words are a row's name too.
PRACTICES: dict[type[Model], Callable[[list[Any]], Q]] = {
    Theme: conditions.on_themes,
    TargetGroup: conditions.for_groups,
    Fund: conditions.paid_by,
    Organisation: conditions.of_organisations,
    Municipality: conditions.in_municipalities,
    Province: conditions.in_provinces,
    Region: conditions.in_regions,
}
NEWS = {
    Municipality: "cities",
    Province: "cities__province",
    Region: "territories",
    Network: "networks",
    Agreement: "agreements",
}


class FollowedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page whose row's name stands in the index of the search."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """The name first, then what is searched, and last all the rest, which raises the version: its row stays locked."""
        if change and (renamed := WORDS & set(form.changed_data)):
            rows = type(obj)._default_manager.filter(pk=obj.pk)
            rows.update(**{name: getattr(obj, name) for name in renamed})
            if condition := PRACTICES.get(type(obj)):
                upkeep.follow(condition([obj]))
            if relation := NEWS.get(type(obj)):
                publishing.follow(Q(**{relation: obj}))
        super().save_model(request, obj, form, change)


# Those who keep the rows may not know who is searched by them: their pages are registered anew from here.
for model, kept in {
    Theme: TaxonomyAdmin,
    TargetGroup: TaxonomyAdmin,
    Fund: TaxonomyAdmin,
    Organisation: OrganisationAdmin,
    Municipality: MergingMunicipalityAdmin,
    Province: ProvinceAdmin,
    Region: RegionAdmin,
    Network: NetworkAdmin,
    Agreement: AgreementAdmin,
}.items():
    admin.site.unregister(model)
    admin.site.register(model, type(kept.__name__, (FollowedAdmin, kept), {}))
