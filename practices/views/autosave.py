"""What a section's page saves by itself, a few seconds after typing and on leaving."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practices.forms.section import SectionForm
from practices.moderation import Refusal, Stale, officer
from practices.record import SECTION
from practices.views.case import readable
from practices.views.desk import current_user
from practices.views.section import seen_number


@require_POST
def autosave(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Save the fields that can be saved; the others stay in the browser, with the reason.

    200: `seen`, the section's new number; `saved_at`; `errors` by the id of the control. 409: `message`, and `stale` when
    somebody else saved the section since.
    """
    if name not in SECTION:
        raise Http404
    submission = readable(request, pk)
    form = SectionForm(SECTION[name], submission, request.POST)
    errors = {} if form.valid else {control: message for control, _label, message in form.errors()}
    values = {field: value for field, value in form.sound_values().items() if value != form.stored[field]}
    now = timezone.now()
    # Nothing differs: it was saved before and the answer got lost on the way. With errors something does differ, and the
    # page keeps its number, so that an old one is told when what is wrong is mended.
    seen = seen_number(request) if errors else submission.section_versions.get(name, 0)
    try:
        if values:
            saved = officer.save(
                submission, by=current_user(request), at=now, section=name, values=values, seen=seen_number(request)
            )
            seen = saved.section_versions[name]
    except Stale as refusal:
        return JsonResponse({"message": str(refusal), "stale": True}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    at = time_format(timezone.localtime(now), "H:i")
    return JsonResponse({"seen": seen, "saved_at": _("salvato alle %s") % at, "errors": errors})
