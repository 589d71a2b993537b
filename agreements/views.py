"""The files of agreements' documents; their pages are composed in `portal.pages`."""

import mimetypes
from pathlib import PurePath

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from agreements.models import Document
from portal.lib.files import serve
from portal.lib.public_page import public_page


@public_page
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A document that chief editors uploaded: public, as the agreement is."""
    found = get_object_or_404(Document.objects.exclude(file=""), pk=pk)
    name = PurePath(found.file.name or "").name
    return serve(found.file, name=name, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
