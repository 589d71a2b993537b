"""Whether what is published still holds: the link that confirms it with one click, and the practices past their end."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from networks.models import Affiliation, User
from practices.models import Practice, Submission
from practices.models.choices import Origin, Stage

SALT = "practices.freshness"
LASTS = timedelta(days=60)
STILL_RUNS = (Stage.PILOT, Stage.RUNNING, Stage.REGULAR)


@dataclass(frozen=True)
class Asked:
    """Who is asked about what is published; answered once the practice was confirmed after the link was made."""

    submission: Submission
    person: User
    is_answered: bool


def past_its_end(today: date) -> Q:
    """Submissions whose end has passed while their stage says that the practice runs."""
    return Q(stage__in=STILL_RUNS, ended_on__lt=today)


def link_for(practice: Practice, person: User) -> str:
    """Where this person, and nobody else, confirms this practice this once."""
    token = signing.dumps([practice.pk, str(practice.confirmed_on), person.pk], salt=SALT)
    return f"{settings.SITE_URL}{reverse('desk:confirm_by_link', args=[token])}"


def asked(token: str) -> Asked | None:
    """What a link asks; None when it is not ours, too old, or nothing that its person may confirm any more."""
    try:
        practice, confirmed_on, person = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    published = Submission.objects.listed().filter(practice=practice, origin=Origin.FORM)
    submission = published.select_related("practice", "organisation").first()
    if submission is None:
        return None
    acting = Affiliation.objects.active().filter(user=person, organisation=submission.organisation_id)
    affiliation = acting.select_related("user").first()
    if affiliation is None:
        return None
    return Asked(submission, affiliation.user, str(submission.practice.confirmed_on) != confirmed_on)
