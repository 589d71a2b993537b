"""What the portal holds of a person: one list, from which the page, the file and the test of its completeness come.

Who adds a relation to a person adds a line here; `tests/test_account_data.py` fails until it is there.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from networks.models import Affiliation, Invitation, OrganisationProposal, User
from portal.newsletter.models import Issue, Subscription
from portal.personal.mails import mails_to
from practices.models import (
    Adaptation,
    AdaptationProposal,
    Attachment,
    Event,
    Note,
    Practice,
    PreviewLink,
    Reading,
    Remark,
    Submission,
    Visit,
)

Row = dict[str, Any]
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Part:
    """Rows that name the person in one of the columns `whose`, and the columns that she is told.

    `practice`: the way to the practice that they are about; of one that was removed, `words` are not told any more.
    """

    name: str
    title: Promise
    model: type[Model]
    whose: tuple[str, ...]
    fields: tuple[str, ...]
    practice: str = ""
    words: tuple[str, ...] = ()

    def of(self, user: User) -> QuerySet[Model]:
        """The rows, the oldest first."""
        named = Q(pk__in=[])
        for column in self.whose:
            named |= Q(**{column: user})
        return self.model._default_manager.filter(named).order_by("pk")

    def rows(self, user: User) -> list[Row]:
        """As they are told; `as` says in which columns the person stands."""
        removed = f"{self.practice}__removed_at" if self.practice != "self" else "removed_at"
        beside = (*self.whose, *([removed] if self.practice else []))
        told = []
        for row in self.of(user).values(*self.fields, *beside):
            said: Row = {name.replace("__", "_"): row[name] for name in self.fields}
            if len(self.whose) > 1:
                said["as"] = [column for column in self.whose if row[column] == user.pk]
            if self.practice and row[removed]:
                said |= dict.fromkeys(self.words, None)
            told.append(said)
        return told


P = "practice_id"
OF_SUBMISSION = ("submission__practice_id", "submission_id")
PARTS = (
    Part("addresses", _("Indirizzi e-mail con cui si accede"), EmailAddress, ("user",), ("email", "verified", "primary")),
    Part(
        "second_factors",
        _("Secondi fattori: il tipo e il nome, mai i segreti"),
        Authenticator,
        ("user",),
        ("type", "data__name", "created_at", "last_used_at"),
    ),
    Part(
        "gateway",
        _("Accessi attraverso il gateway dell'amministrazione"),
        SocialAccount,
        ("user",),
        ("provider", "uid", "extra_data", "date_joined", "last_login"),
    ),
    Part(
        "affiliations",
        _("Incarichi, anche richiesti o conclusi"),
        Affiliation,
        ("user",),
        ("organisation__name", "role", "status", "message", "requested_at", "active_from", "ended_at"),
    ),
    Part(
        "affiliations_decided",
        _("Incarichi di altri, approvati o conclusi"),
        Affiliation,
        ("approved_by", "ended_by"),
        ("organisation__name", "active_from", "ended_at"),
    ),
    Part(
        "invitations",
        _("Inviti mandati e accettati"),
        Invitation,
        ("invited_by", "accepted_by"),
        ("organisation__name", "role", "invited_at", "accepted_at", "revoked_at"),
    ),
    Part(
        "organisation_proposals",
        _("Enti proposti, o risposte a chi li ha proposti"),
        OrganisationProposal,
        ("proposed_by", "decided_by"),
        ("name", "proposed_at", "decided_at"),
    ),
    Part(
        "submissions",
        _("Schede iniziate, inviate, seguite o esaminate"),
        Submission,
        ("created_by", "submitted_by", "followed_by", "asked_by", "assignee", "proposed_by", "decided_by"),
        (P, "id", "title", "status", "organisation__name", "created_at", "submitted_at", "decided_at", "published_at"),
        practice="practice",
        words=("title",),
    ),
    Part(
        "practices",
        _("Pratiche archiviate, rimosse o unite"),
        Practice,
        ("archived_by", "removed_by", "merged_by"),
        ("id", "archived_at", "removed_at", "merged_at"),
    ),
    Part(
        "events",
        _("Azioni sulle schede e sulle pratiche"),
        Event,
        ("by",),
        (P, "submission_id", "at", "verb", "text"),
        practice="practice",
        words=("text",),
    ),
    Part(
        "remarks",
        _("Osservazioni lasciate"),
        Remark,
        ("by",),
        (*OF_SUBMISSION, "at", "field", "text", "state"),
        practice="submission__practice",
        words=("text",),
    ),
    Part(
        "answers",
        _("Risposte alle osservazioni"),
        Remark,
        ("answered_by",),
        (*OF_SUBMISSION, "answered_at", "field", "answer"),
        practice="submission__practice",
        words=("answer",),
    ),
    Part(
        "notes",
        _("Note della redazione"),
        Note,
        ("by",),
        (*OF_SUBMISSION, "at", "text"),
        practice="submission__practice",
        words=("text",),
    ),
    Part("visits", _("Ultime letture dei casi"), Visit, ("person",), (*OF_SUBMISSION, "at")),
    Part(
        "files",
        _("File caricati"),
        Attachment,
        ("uploaded_by",),
        (*OF_SUBMISSION, "uploaded_at", "title", "name", "size", "sha256"),
        practice="submission__practice",
        words=("title", "name", "sha256"),
    ),
    Part(
        "readings",
        _("Rilevazioni dichiarate, verificate o contestate"),
        Reading,
        ("declared_by", "verified_by", "contested_by"),
        ("indicator__practice_id", "period", "value", "declared_at", "verified_at", "contested_at"),
        practice="indicator__practice",
        words=("period", "value"),
    ),
    Part(
        "adaptations",
        _("Adattamenti confermati o contestati"),
        Adaptation,
        ("confirmed_by", "disputed_by"),
        (*OF_SUBMISSION, "confirmed_at", "disputed_at"),
    ),
    Part(
        "adaptation_proposals",
        _("Segnalazioni di adattamenti, o risposte"),
        AdaptationProposal,
        ("proposed_by", "answered_by"),
        ("origin_id", "organisation__name", "proposed_at", "answered_at"),
    ),
    Part(
        "preview_links",
        _("Collegamenti alle anteprime"),
        PreviewLink,
        ("created_by", "revoked_by"),
        (*OF_SUBMISSION, "note", "created_at", "expires_at", "revoked_at"),
    ),
    Part("newsletters", _("Newsletter inviate"), Issue, ("sent_by",), ("number", "title", "sent_at")),
    Part("log", _("Azioni nell'amministrazione"), LogEntry, ("user",), ("action_time", "action_flag", "change_message")),
)
# Told as part of the account itself.
OF_THE_ACCOUNT = {"groups", "user_permissions", "digest_regions"}


def account(user: User) -> Row:
    """The row itself, in the order in which a person reads it."""
    return {
        "email": user.email,
        "full_name": user.full_name,
        "date_joined": user.date_joined,
        "last_login": user.last_login,
        "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "unwanted_mails": user.unwanted_mails,
        "only_followed_mails": user.only_followed_mails,
        "digest_regions": list(user.digest_regions.order_by("name").values_list("name", flat=True)),
        "digested_on": user.digested_on,
    }


def sessions(user: User) -> list[Row]:
    """When each browser in which she is logged in stops being so."""
    own = [row for row in Session.objects.order_by("expire_date") if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    return [{"expires_at": row.expire_date} for row in own]


def received(user: User) -> list[Row]:
    """The mails to any of her addresses that the queue still has.

    Without their links: some of them are keys, and before her the address may have been somebody else's.
    """
    labels = ("sent", "failed", "queued", "requeued")
    told = []
    for row in mails_to(user.own_addresses()).order_by("created").values("created", "subject", "message", "status"):
        status = labels[row["status"]] if row["status"] is not None else ""
        told.append({**row, "message": LINK.sub("[collegamento]", row["message"]), "status": status})
    return told


def invited(user: User) -> list[Row]:
    """Invitations to any of her addresses."""
    fields = ("organisation__name", "role", "invited_at", "expires_at", "accepted_at", "revoked_at")
    rows = Invitation.objects.filter(email__in=user.own_addresses()).order_by("pk").values(*fields)
    return [{name.replace("__", "_"): value for name, value in row.items()} for row in rows]


def subscribed(user: User) -> list[Row]:
    """The newsletter and alerts to any of her addresses."""
    rows = Subscription.objects.filter(subscriber__email__in=user.own_addresses()).order_by("pk")
    return [{**row} for row in rows.values("kind", "query", "frequency", "confirmed_at")]


# What is found by her address or in another way than by a relation.
OTHERS = (
    ("invitations_received", _("Inviti ricevuti"), invited),
    ("subscriptions", _("Iscrizioni alla newsletter e agli avvisi"), subscribed),
    ("mails", _("E-mail del portale a me, in coda o spedite, finché si conservano"), received),
    ("sessions", _("Accessi ancora aperti in un browser"), sessions),
)


def everything(user: User, at: datetime) -> Row:
    """All of it, as it goes into the file."""
    parts = {part.name: part.rows(user) for part in PARTS}
    return {"made_at": at, "account": account(user), **parts, **{name: rows(user) for name, _title, rows in OTHERS}}


def counted(user: User) -> list[tuple[Promise, int]]:
    """What there is of each kind, where there is any."""
    found = [(part.title, part.of(user).count()) for part in PARTS]
    found += [(title, len(rows(user))) for _name, title, rows in OTHERS]
    return [(title, number) for title, number in found if number]
