"""The dashboard, and the beginning of a new practice."""

import uuid

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from networks.affiliations import own_role
from networks.models import Affiliation, Organisation, User
from practices.context import territory_of
from practices.forms.desk import StartForm
from practices.freshness import past_its_end
from practices.models import Indicator, Submission
from practices.models.choices import Origin, Status
from practices.moderation import Refusal, officer
from practices.replication import proposed_to, waiting_for
from practices.views.acting import acting_for

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
    acting = acting_for(request, user)
    organisations = acting.organisations
    readable = Submission.objects.readable_by(user)
    ours = readable.filter(organisation=acting.chosen).select_related("practice", "organisation")
    # A case that a manager is asked to send is listed for her apart.
    manages = acting.chosen is not None and own_role(user, acting.chosen) == Affiliation.Role.MANAGER
    to_send = ours.filter(asked_at__isnull=False) if manages else ours.none()
    mine = Q(followed_by=user) if "mie" in request.GET else Q()
    published = ours.live().annotate(
        is_measured=Exists(Indicator.objects.public().filter(practice=OuterRef("practice"))),
        is_due=Exists(Indicator.objects.due(timezone.localdate()).filter(practice=OuterRef("practice"))),
    )
    others = Submission.objects.none()
    if not organisations or user.coordinated_organisations().exists():
        others = (
            readable.open()
            .sent()
            .filter(organisation__in=user.coordinated_organisations())
            .exclude(organisation__in=organisations)
            .select_related("organisation")
        )
    context = {
        "acting": acting,
        "today": timezone.localdate(),
        "requests": user.affiliations.requested().select_related("organisation"),
        "may_start": acting.chosen is not None and acting.chosen.is_local_authority,
        "only_mine": bool(mine),
        "to_answer": acting.chosen.affiliations.requested().count() if acting.chosen and manages else 0,
        "to_send": to_send.select_related("asked_by").order_by("asked_at"),
        "to_do": ours.filter(mine, status__in=WAITS_FOR_US).exclude(pk__in=to_send).order_by("waiting_since", "pk"),
        "waiting": ours.filter(mine, status__in=WAITS_FOR_EDITORS).order_by("waiting_since", "pk"),
        "published": published.filter(origin=Origin.FORM).order_by("-published_at"),
        "past_end": set(published.filter(past_its_end(timezone.localdate())).values_list("pk", flat=True)),
        "adaptations": list(waiting_for(acting.chosen)) if acting.chosen else [],
        "proposals": list(proposed_to(acting.chosen)) if acting.chosen else [],
        "claimable": _claimable(acting.chosen) if acting.chosen else [],
        "closed": ours.closed().order_by("-waiting_since")[:20],
        "coordinated": user.coordinated_networks(),
        "network_cases": others.order_by("waiting_since", "pk"),
    }
    return render(request, "desk/dashboard.html", context)


def _claimable(organisation: Organisation) -> list[Submission]:
    """Imported practices that this organisation may take over and has not begun to."""
    imported = (
        Submission.objects.live()
        .filter(origin=Origin.IMPORTED)
        .filter(
            Q(practice__organisation=organisation)
            | Q(municipalities__in=organisation.own_municipalities())
            & ~Q(practice__organisation__kind__in=Organisation.LOCAL_AUTHORITIES)
        )
        .exclude(practice__submissions__in=Submission.objects.open())
    )
    return list(imported.select_related("practice", "organisation").order_by("title").distinct())


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a new practice: whose, what, and a title; then the first section."""
    user = current_user(request)
    # The page offers the one that she works for now; one that was opened before she chose another stays good.
    organisations = Organisation.objects.acted_for_by(user).local_authorities()
    chosen = acting_for(request, user).chosen
    if chosen is None or not chosen.is_local_authority:
        return render(request, "desk/no_organisation.html", status=403)
    if request.method == "POST":
        form = StartForm(request.POST, organisations=organisations)
        if form.is_valid():
            data = form.cleaned_data
            values = {"kind": data["kind"], "title": data["title"], **territory_of(data["organisation"])}
            try:
                started = officer.start(data["organisation"], by=user, at=timezone.now(), values=values, token=data["token"])
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("desk:section", started.pk, "identity")
    else:
        initial = {"token": uuid.uuid4(), "organisation": chosen}
        form = StartForm(initial=initial, organisations=organisations.filter(pk=chosen.pk))
    return render(request, "desk/start.html", {"form": form})
