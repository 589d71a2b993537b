"""One line against each rule of `.ci/semgrep.yaml`: that each is found shows that the rules still work. Nothing imports it."""

from django.db import connection
from django.db.models.expressions import RawSQL
from django.template import Template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # ruleid: csrf-exempt
def view(request, rows, text):
    """Everything that must not be."""
    # ruleid: conditions-of-a-stranger
    rows.filter(**request.GET.dict())
    # ruleid: conditions-of-a-stranger
    rows.update(status="", **request.POST.dict())
    # ruleid: text-taken-for-html
    mark_safe(text)
    # ruleid: text-taken-for-html
    SafeString(text)
    # ruleid: sql-by-hand
    RawSQL(text, ())
    # ruleid: sql-by-hand
    rows.raw(text)
    # ruleid: sql-by-hand
    rows.extra(where=[text])
    # ruleid: sql-by-hand
    connection.cursor()
    # ruleid: template-of-a-stranger
    Template(text)
