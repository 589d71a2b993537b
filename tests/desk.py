"""An officer at the Scrivania, with a draft, as the tests of its pages need one."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from networks.models import Organisation, User
from practices import content
from practices.models import Submission
from practices.record import SECTIONS
from tests import make
from tests.html_forms import send
from tests.samples import client_of

SECTION_NAMES = [section.name for section in SECTIONS]


class Desk:
    """An officer's draft and the way to its sections."""

    def __init__(self, **changes: Any) -> None:
        self.of: Organisation = make.organisation()
        self.by: User = make.officer_of(self.of)
        self.client = client_of(self.by)
        self.draft = make.submission(of=self.of, by=self.by, **changes)

    def url(self, section: str) -> str:
        """The page of a section."""
        return reverse("desk:section", args=[self.draft.pk, section])

    def send(self, section: str, **changes: Any) -> HttpResponse:
        """Open a section, change these fields, save."""
        return send(self.client, self.url(section), **changes)

    def upload(self, data: bytes, name: str = "relazione.pdf") -> HttpResponse:
        """Send one file, as the page's script does."""
        return self.client.post(reverse("desk:upload", args=[self.draft.pk]), {"file": SimpleUploadedFile(name, data)})

    def value(self, *names: str) -> Any:
        """What is stored of a field, or of several."""
        found = content.read(Submission.objects.get(pk=self.draft.pk), names)
        return found[names[0]] if len(names) == 1 else tuple(found.values())

    def everything(self) -> tuple[Any, ...]:
        """All that saving a section could change."""
        now = Submission.objects.get(pk=self.draft.pk)
        return content.read(now), now.section_versions, now.saved_at


def messages(response: HttpResponse) -> list[tuple[str, str]]:
    """Label and message of each error that a section's page lists."""
    return [(label, message) for _id, label, message in response.context["errors"]]
