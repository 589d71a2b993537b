"""Whose turn it is: the queues of the desk, and the filters of its list. The numbers on the first page count the same rows."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from networks.models import Network, Region, User
from practices.models import Submission, Theme
from practices.models.choices import OPEN, RemovalReason, Status

QUEUES: dict[str, Promise] = {
    "libere": _("Da prendere in carico"),
    "mie": _("In carico a me"),
    "comune": _("In attesa dell'ente"),
    "conferma": _("Modifiche da confermare"),
    "chiuse": _("Chiuse"),
    "tutte": _("Tutte"),
}
# Those that wait, as the first page counts them.
WAITING = ("libere", "mie", "comune", "conferma")


def readable(user: User) -> Q:
    """Cases that were ever sent; of what was removed to protect personal data, only superusers read any."""
    sent = Q(first_sent_at__isnull=False)
    return sent if user.is_superuser else sent & ~Q(practice__removed_reason=RemovalReason.PRIVACY)


def in_queue(name: str | None, user: User) -> Q:
    """The submissions of a queue; without a name, all that are open."""
    match name:
        case "libere":
            return Q(status=Status.SUBMITTED)
        case "mie":
            return Q(status__in=OPEN, assignee=user)
        case "comune":
            # A draft here was sent once and recalled.
            return Q(status__in=(Status.CHANGES_REQUESTED, Status.DRAFT))
        case "conferma":
            return Q(status=Status.TO_CONFIRM)
        case "chiuse":
            return ~Q(status__in=OPEN)
        case "tutte":
            return Q()
    return Q(status__in=OPEN)


def counts(user: User) -> list[tuple[str, Promise, int]]:
    """Name, title and number of cases of the queues that wait, in one query."""
    cases = Submission.objects.filter(readable(user))
    numbers = cases.aggregate(**{name: Count("pk", filter=in_queue(name, user)) for name in WAITING})
    return [(name, QUEUES[name], numbers[name]) for name in WAITING]


class QueueFilter(admin.SimpleListFilter):
    """Whose turn it is; the open ones unless told otherwise."""

    title = _("coda")
    parameter_name = "coda"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(QUEUES.items())

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("Aperte")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        user = request.user
        return queryset.filter(in_queue(self.value(), user)) if isinstance(user, User) else queryset.none()


class RowFilter(admin.SimpleListFilter):
    """By the rows of a small table, named by their slug in the address."""

    model: type[Model]
    column: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.model._default_manager.values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class TerritoryFilter(RowFilter):
    """The organisation's territory."""

    title, parameter_name = _("territorio"), "territorio"
    model, column = Region, "organisation__region__slug"


class ThemeFilter(RowFilter):
    """The main theme."""

    title, parameter_name = _("ambito"), "ambito"
    model, column = Theme, "main_theme__slug"


class NetworkFilter(RowFilter):
    """The networks that the organisation belongs to, or belonged to."""

    title, parameter_name = _("rete"), "rete"
    model = Network

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Submission]") -> "QuerySet[Submission]":
        members = Network.objects.filter(slug=self.value()).values("memberships__organisation")
        return queryset.filter(organisation__in=members) if self.value() else queryset
