"""The readings of a practice at the Scrivania: declare, correct, close an indicator."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from networks.models import Organisation
from practices import monitoring
from practices.forms.readings import ReadingForm, initial_of
from practices.measured import in_words, measure, with_readings
from practices.models import Indicator, Reading, Submission
from practices.models.choices import Origin
from practices.moderation import Refusal
from practices.views.desk import current_user


def ours(request: HttpRequest) -> QuerySet[Submission]:
    """What is live of the practices that the person's organisations have written themselves."""
    own = Organisation.objects.acted_for_by(current_user(request))
    live = Submission.objects.live().filter(origin=Origin.FORM, practice__organisation__in=own)
    return live.select_related("practice", "organisation")


def ours_or_404(request: HttpRequest, practice: int) -> Submission:
    """What is live of one of them."""
    # By the practice's own key: a number that no column holds is then none, and not an error of the database.
    return get_object_or_404(ours(request), practice__pk=practice)


@require_http_methods(["GET", "HEAD", "POST"])
def readings(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read of each indicator, and a line for its next value; what is left blank is passed over."""
    live = ours_or_404(request, pk)
    public = with_readings(Indicator.objects.public().filter(practice=live.practice))
    data = request.POST if request.method == "POST" else None
    measured = measure(public)
    # One that somebody closed meanwhile: what was typed is refused, not lost.
    forms = [
        _form(one.indicator, data) if not one.indicator.closed_on or f"i{one.indicator.pk}-period" in request.POST else None
        for one in measured
    ]
    refused = ""
    if data is not None:
        filled = [(one.indicator, form) for one, form in zip(measured, forms, strict=True) if form and form.has_changed()]
        if not filled:
            refused = _("Non hai scritto nessun valore.")
        elif not [form for _indicator, form in filled if not form.is_valid()]:
            said = [(indicator, form.said) for indicator, form in filled]
            try:
                added = monitoring.declare(live.practice, by=current_user(request), at=timezone.now(), said=said)
            except Refusal as refusal:
                refused = str(refusal)
            else:
                messages.success(request, told(len(added)))
                return redirect("desk:readings", pk)
    context = {
        "submission": live,
        "rows": list(zip(measured, forms, strict=True)),
        "has_open": any(forms),
        "refused": refused,
        "failed": [form for form in forms if form and form.is_bound and form.errors],
    }
    return render(request, "desk/readings.html", context, status=422 if data is not None else 200)


def told(added: int) -> str:
    """What to say when values were declared."""
    if not added:
        return _("I valori c'erano già: non è cambiato nulla.")
    said = ngettext("%d valore pubblicato come dichiarato.", "%d valori pubblicati come dichiarati.", added)
    return said % added


def _form(indicator: Indicator, data: QueryDict | None) -> ReadingForm:
    return ReadingForm(data, prefix=f"i{indicator.pk}", empty_permitted=True, use_required_attribute=False)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Another value in the place of one that was wrong."""
    practices = ours(request).values("practice")
    public = Indicator.objects.public().filter(practice__in=practices)
    reading = get_object_or_404(Reading.objects.select_related("indicator__practice").filter(indicator__in=public), pk=pk)
    form = ReadingForm(request.POST if request.method == "POST" else None, initial=initial_of(reading))
    if request.method == "POST" and form.is_valid():
        try:
            monitoring.correct(reading, by=current_user(request), at=timezone.now(), said=form.said)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Il valore è corretto: la pagina dice anche quello di prima."))
            return redirect("desk:readings", reading.indicator.practice_id)
    context = {"reading": reading, "value": in_words(reading), "form": form}
    return render(request, "desk/correct_reading.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What closing means, then the deed."""
    public = Indicator.objects.public().filter(practice__in=ours(request).values("practice"))
    indicator = get_object_or_404(public.select_related("practice"), pk=pk)
    if request.method == "POST":
        try:
            monitoring.close(indicator, by=current_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("L'indicatore «%s» è chiuso.") % indicator)
        return redirect("desk:readings", indicator.practice_id)
    return render(request, "desk/close_indicator.html", {"indicator": indicator})
