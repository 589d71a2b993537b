"""When a session ends: twelve hours after it began whatever happens and, of who moderates, after some time of doing nothing."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from networks.models import User

# Seconds since 1970, in the session itself.
BEGAN_AT, ENDS_AT = "began_at", "ends_at"
# Seconds by which an end may be off: to write it at every page would cost more than some pages do.
NEAR = 60


class SessionStore(db.SessionStore):
    """The row says when the session ends; the cookie goes with the browser's window."""

    def cycle_key(self) -> None:
        """At every login, and whenever the password or a second factor was given anew."""
        super().cycle_key()
        self[BEGAN_AT] = time.time()
        self[ENDS_AT] = self[BEGAN_AT] + settings.SESSION_COOKIE_AGE

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """After it the row is as good as none."""
        ends_at = self.get(ENDS_AT)
        return datetime.fromtimestamp(ends_at, UTC) if ends_at else super().get_expiry_date(**kwargs)


class SessionEndMiddleware(MiddlewareMixin):
    """Every page for people who are logged in moves the end of an editor's session. Public pages never look at it."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        """Before any view."""
        user = request.user if getattr(view_func, "login_required", True) else None
        if isinstance(user, User) and (minutes := idle_minutes(user)):
            move_end(request.session, minutes, time.time())


def idle_minutes(user: User) -> int | None:
    """After how many minutes of doing nothing the session of who moderates ends; None for everybody else."""
    moderates = user.is_staff or user.is_superuser or user.is_editor
    return settings.EDITOR_IDLE_MINUTES if moderates else None


def move_end(session: SessionBase, minutes: int, now: float) -> None:
    """To so many minutes from now, and never beyond the twelve hours."""
    began_at = session.setdefault(BEGAN_AT, now)
    ends_at = min(began_at + settings.SESSION_COOKIE_AGE, now + minutes * 60)
    if abs(ends_at - session.get(ENDS_AT, 0)) > NEAR:
        session[ENDS_AT] = ends_at
