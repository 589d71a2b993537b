"""The files of agreements' documents; their pages are composed in `portal.pages`."""

import mimetypes
from pathlib import PurePath

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agreements.models import Document
from portal.lib.files import serve


@login_not_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A document that chief editors uploaded: public, as the agreement is."""
    found = get_object_or_404(Document.objects.exclude(file=""), pk=pk)
    name = PurePath(found.file.name or "").name
    response = serve(found.file, name=name, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Cache-Control"] = "public, no-cache"
    return response
