"""What other packages put into the admin and nobody needs there.

Permissions are set by `portal.permissions`, mails are made from files in `templates/mail/`, tags by the officers; the
gateway is set up by the environment, and its tokens are not kept.
"""

from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from post_office.models import EmailTemplate, Log
from taggit.models import Tag

from portal import people_admin, renaming_admin, territory_admin

__all__ = ["people_admin", "renaming_admin", "territory_admin"]

# Tag: the page on which taggit merges tags asks for no permission.
for model in (Group, EmailTemplate, Log, SocialApp, SocialToken, Tag):
    admin.site.unregister(model)
