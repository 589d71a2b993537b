"""What is not kept: requests that nobody confirmed, mails that were sent, bounces of long ago."""

from datetime import datetime, timedelta

from django.utils import timezone
from post_office.models import STATUS, Email

from portal.newsletter.links import LASTS
from portal.newsletter.models import Request, SoftBounce

# A mail that was sent is kept this long, for somebody who says that it did not arrive.
MAILS_KEPT = timedelta(days=30)
SOFT_BOUNCES_COUNT_FOR = timedelta(days=30)


def sweep(at: datetime) -> None:
    """Erase what is past its time; repeatable."""
    Request.objects.filter(asked_at__lt=at - LASTS).delete()
    done = Email.objects.filter(headers__has_key="List-Id", status__in=(STATUS.sent, STATUS.failed))
    done.filter(created__lt=at - MAILS_KEPT).delete()
    SoftBounce.objects.filter(on__lt=timezone.localdate(at - SOFT_BOUNCES_COUNT_FOR)).delete()
