"""What the environment says of the log, of whom to write to, and of figures. What is wrong stops the start."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environs import Env

LOG_HINT = "LOG_FORMAT is json or text; LOG_LEVEL is INFO, WARNING or ERROR, and DEBUG in development alone."
METRICS_HINT = "METRICS_PORT must be a free port from 1024 to 65535 for `manage.py metrics`, or 0."


def logs(env: Env, *, development: bool) -> dict[str, Any]:
    """To the standard error, all through one sieve; a developer reads everything, as Python writes it."""
    form: str = env.str("LOG_FORMAT", "text" if development else "json")
    level: str = env.str("LOG_LEVEL", "WARNING").upper()
    levels = {"INFO", "WARNING", "ERROR", *(["DEBUG"] if development else [])}
    if form not in {"json", "text"} or level not in levels:
        raise ImproperlyConfigured(f"LOG_FORMAT={form}, LOG_LEVEL={level}. {LOG_HINT}")
    formatters: dict[str, dict[str, str]] = {
        "json": {"()": "portal.observation.logs.JsonFormatter"},
        "text": {"()": "portal.observation.logs.TextFormatter"},
        "whole": {"format": "%(levelname)s %(name)s %(request_id)s %(message)s"},
    }
    console = {"class": "logging.StreamHandler", "formatter": "whole" if development and form == "text" else form}
    # What gunicorn says of a request that failed has its address and the words of the exception.
    of_gunicorn = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "portal.observation.request_id.RequestIdFilter"}},
        "formatters": formatters,
        "handlers": {
            "console": {**console, "filters": ["request_id"]},
            "failures": {"class": "portal.observation.failures.FailureHandler", "level": "ERROR"},
        },
        "loggers": {
            "django": {"level": level},
            "django.request": {"handlers": ["failures"]},
            # Without one of ours it makes a handler of its own, and tells who could not be written to.
            "post_office": {"handlers": ["console"], "level": level, "propagate": False},
            "gunicorn.error": of_gunicorn,
            "gunicorn.access": of_gunicorn,
        },
        "root": {"handlers": ["console"], "level": level},
    }


def admin_mail(env: Env) -> list[str]:
    """Who is written to by `manage.py watch`; nobody where it is not said."""
    said: list[str] = env.list("ADMIN_MAIL", [])
    addresses = [address.strip() for address in said if address.strip()]
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ImproperlyConfigured(f"ADMIN_MAIL holds what is not an e-mail address: {address}") from error
    return addresses


def metrics_port(env: Env) -> int:
    """0: nothing is counted."""
    said: str = env.str("METRICS_PORT", "").strip() or "0"
    if not said.isdecimal() or not (int(said) == 0 or 1024 <= int(said) <= 65535):
        raise ImproperlyConfigured(METRICS_HINT)
    return int(said)
