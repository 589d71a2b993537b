"""What editors and chief editors may do in the admin.

Set after each migration: a data migration would not find the permissions on a fresh database.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission

from networks.models.person import CHIEF_EDITORS, EDITORS

_DO = (
    "practices.view_submission",
    "practices.moderate_submission",
    "practices.view_practice",
    "practices.view_reading",
    "networks.approve_affiliation",
    "networks.view_invitation",
    "newsletter.view_subscriber",
    "newsletter.view_issue",
    "newsletter.change_issue",
    "newsletter.view_item",
    "newsletter.change_item",
)
_DECIDED_BY_CHIEFS = ("networks.organisationproposal",)
_KEPT_BY_CHIEFS = (
    "networks.organisation",
    "networks.network",
    "networks.networkevent",
    "networks.membership",
    "networks.affiliation",
    "networks.municipality",
    "agreements.agreement",
    "agreements.party",
    "agreements.signature",
    "agreements.commitment",
    "agreements.document",
    "practices.theme",
    "practices.targetgroup",
    "practices.fund",
    "practices.reason",
    "practices.commonindicator",
    "notes.note",
)
_KEPT_BY_EDITORS = ("news.news", "news.document")
_SEEN_BY_ALL = ("networks.region", "networks.province", *_KEPT_BY_CHIEFS)


def _names(models: tuple[str, ...], *actions: str) -> list[str]:
    return [f"{app}.{action}_{model}" for app, model in (name.split(".") for name in models) for action in actions]


def set_up_groups(**kwargs: Any) -> None:
    """Give the two groups exactly the permissions listed here."""
    everything = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    editors = [*_DO, *_names(_SEEN_BY_ALL, "view"), *_names(_KEPT_BY_EDITORS, "view", "add", "change")]
    # A document is taken off the page that it stands on; a whole page only by chief editors.
    editors.append("news.delete_document")
    chiefs = [*editors, *_names(_KEPT_BY_CHIEFS, "add", "change"), *_names(_DECIDED_BY_CHIEFS, "view", "change")]
    chiefs += ["networks.view_editor", "news.delete_news"]
    for name, granted in ((EDITORS, editors), (CHIEF_EDITORS, chiefs)):
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(everything[permission] for permission in granted if permission in everything)
