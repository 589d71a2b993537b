"""With which text a draft begins."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from networks.models import Organisation, User
from practices import content
from practices.content import Content
from practices.models import Practice, Submission
from practices.moderation.errors import WrongStatus
from practices.moderation.guard import record
from practices.moderation.table import Role, Verb, roles_for

# Said anew with every version: they are about this text and these pictures.
DECLARATIONS = ("licence_accepted", "releases_declared", "truth_declared")


def taken_up(text: Submission, practice: Practice, organisation: Organisation) -> Submission:
    """A text to begin with again: of this practice and organisation, not published, and not in the works any more."""
    found = practice.submissions.closed().filter(organisation=organisation, pk=text.pk).first()
    if found is None:
        raise WrongStatus(_("Da questo testo non si può ripartire."))
    return found


def copied(model: Submission) -> Content:
    """The content without what belongs to one version alone: its declarations, and indicators that are public already."""
    published = set(model.practice.indicators.filter(published_at__isnull=False).values_list("name", flat=True))
    values = {name: value for name, value in content.read(model).items() if name not in DECLARATIONS}
    values["indicators"] = [row for row in values["indicators"] if row["name"] not in published]
    return values


def begin(
    practice: Practice,
    organisation: Organisation,
    verb: Verb,
    *,
    by: User,
    at: datetime,
    values: Content,
    token: UUID | None = None,
    is_demo: bool = False,
) -> Submission:
    """A new one, with its first event; followed by who begins it for her own organisation."""
    is_ours = Role.CONTRIBUTOR in roles_for(by, organisation)
    submission = Submission(
        practice=practice,
        organisation=organisation,
        created_by=by,
        followed_by=by if is_ours else None,
        on_behalf=not is_ours,
        saved_at=at,
        waiting_since=at,
        token=token,
        is_demo=is_demo,
    )
    content.write(submission, values)
    record(submission, verb, by=by, at=at)
    return submission
