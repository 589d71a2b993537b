"""The newsletters that were sent, and the form to get the next one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.lib import feed
from portal.lib.public_page import public_page
from portal.lib.templatetags.portal import wording
from portal.newsletter import issues
from portal.newsletter.forms import SubscribeForm
from portal.newsletter.models import Issue, Kind
from practices.cards import cards
from practices.models import Submission
from practices.views.listing import page_of

PAGE_SIZE = 24


@public_page
def archive(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    page = page_of(Issue.objects.sent().order_by("-number"), request.GET.get("pagina") or "1", PAGE_SIZE)
    form = SubscribeForm(initial={"kind": Kind.NEWSLETTER})
    return render(request, "newsletter/archive.html", {"page": page, "form": form})


@public_page
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One that was sent, with what of it everybody may still read."""
    found = get_object_or_404(Issue.objects.sent(), number=number)
    told = issues.contents(found)
    shown = cards(Submission.objects.filter(pk__in=[row.pk for row in told.practices])).in_bulk()
    trail = [(reverse("newsletter:archive"), _("Newsletter"))]
    context = {"trail": trail, "issue": found, "told": told, "practices": [shown[row.pk] for row in told.practices]}
    return render(request, "newsletter/issue.html", context)


@public_page
def as_atom(request: HttpRequest) -> HttpResponse:
    """The latest, for who would rather not leave an address."""
    site = settings.SITE_URL
    atom = feed.begin(request, _("Newsletter delle buone pratiche di integrazione"), reverse("newsletter:archive"))
    for found in Issue.objects.sent().order_by("-number")[:PAGE_SIZE]:
        with translation.override(settings.LANGUAGE_CODE):
            identifier = f"{site}{found.get_absolute_url()}"
        atom.add_item(
            title=wording(found, "title"),
            link=f"{site}{found.get_absolute_url()}",
            description=wording(found, "introduction"),
            unique_id=identifier,
            pubdate=found.sent_at,
            updateddate=found.sent_at,
        )
    return feed.send(atom)
