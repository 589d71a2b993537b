"""The dashboard, and the beginning of a new practice."""

import uuid

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from networks.models import Municipality, Organisation, User
from practices.content import Content
from practices.context import snapshot
from practices.forms.desk import StartForm
from practices.models import Submission
from practices.models.choices import Origin, Status
from practices.moderation import officer

WAITS_FOR_US = (Status.DRAFT, Status.CHANGES_REQUESTED, Status.TO_CONFIRM)
WAITS_FOR_EDITORS = (Status.SUBMITTED, Status.UNDER_REVIEW)


def current_user(request: HttpRequest) -> User:
    """The person who is logged in; only for views that require it."""
    assert isinstance(request.user, User)  # the middleware let nobody else through
    return request.user


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for me, what waits for the editors, what is published, what could be taken over."""
    user = current_user(request)
    organisations = list(Organisation.objects.acted_for_by(user))
    ours = Submission.objects.filter(organisation__in=organisations).select_related("practice", "organisation")
    published = ours.live()
    others = Submission.objects.none()
    if not organisations or user.coordinated_organisations().exists():
        others = (
            Submission.objects.open()
            .sent()
            .filter(organisation__in=user.coordinated_organisations())
            .exclude(organisation__in=organisations)
            .select_related("organisation")
        )
    context = {
        "organisations": organisations,
        "today": timezone.localdate(),
        "may_start": any(organisation.is_local_authority for organisation in organisations),
        "to_do": ours.filter(status__in=WAITS_FOR_US).order_by("waiting_since", "pk"),
        "waiting": ours.filter(status__in=WAITS_FOR_EDITORS).order_by("waiting_since", "pk"),
        "published": published.filter(origin=Origin.FORM).order_by("-published_at"),
        "claimable": _claimable(organisations),
        "closed": ours.filter(status__in=(Status.REJECTED, Status.WITHDRAWN)).order_by("-waiting_since")[:20],
        "network_cases": others.order_by("waiting_since", "pk"),
    }
    return render(request, "desk/dashboard.html", context)


def _claimable(organisations: list[Organisation]) -> list[Submission]:
    """Imported practices that these organisations may take over and have not begun to."""
    ids = [organisation.pk for organisation in organisations]
    towns = Municipality.objects.filter(Q(organisation__in=ids) | Q(unions__in=ids))
    imported = (
        Submission.objects.live()
        .filter(origin=Origin.IMPORTED)
        .filter(
            Q(practice__organisation__in=ids)
            | Q(municipalities__in=towns) & ~Q(practice__organisation__kind__in=Organisation.LOCAL_AUTHORITIES)
        )
        .exclude(practice__submissions__in=Submission.objects.open())
    )
    return list(imported.select_related("practice", "organisation").order_by("title").distinct())


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a new practice: whose, what, and a title; then the first section."""
    user = current_user(request)
    organisations = Organisation.objects.acted_for_by(user).local_authorities()
    if not organisations.exists():
        return render(request, "desk/no_organisation.html", status=403)
    if request.method == "POST":
        form = StartForm(request.POST, organisations=organisations)
        if form.is_valid():
            data = form.cleaned_data
            submission = officer.start(
                data["organisation"],
                by=user,
                at=timezone.now(),
                values={"kind": data["kind"], "title": data["title"], **_own_territory(data["organisation"])},
                token=data["token"],
            )
            return redirect("desk:section", submission.pk, "identity")
    else:
        initial = {"token": uuid.uuid4(), "organisation": organisations.first()}
        form = StartForm(initial=initial, organisations=organisations)
    return render(request, "desk/start.html", {"form": form})


def _own_territory(organisation: Organisation) -> Content:
    """Where the organisation's practices usually are, with the figures that the portal has of it."""
    towns = list(organisation.own_municipalities())
    return {"municipalities": sorted(town.belfiore_code for town in towns), **snapshot(towns)}
