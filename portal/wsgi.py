"""What gunicorn serves: `gunicorn portal.wsgi`."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_django: Any = get_wsgi_application()

# After the settings, which it reads.
from portal.oversize import WholeBody  # noqa: E402


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Django, which reads no body that was cut on its way."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and len(length) < 19 and int(length):
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
    return _django(environ, start_response)  # type: ignore[no-any-return]
