"""Every period for which the portal keeps something that has ended: the rooms' own, and those of what other packages keep.

docs/personal-data.md says the same in words; `tests/test_register.py` holds the two together.
"""

from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from post_office.models import STATUS, Email, Log

from networks import retention as of_people
from portal.lib.retention import Rule
from practices import retention as of_practices

RULES = (
    # Not by `clearsessions` and post_office's `cleanup_mail`: the first does not say how many, the second takes what still waits.
    Rule(
        "sessions",
        "Accessi scaduti",
        "expire_date",
        0,
        "Una sessione scaduta non serve a nulla.",
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Rule(
        "mails",
        "E-mail spedite, o che non è stato possibile spedire",
        "last_updated",
        180,
        "Sei mesi per chi dice di non avere ricevuto qualcosa; ciò che vale resta nella storia del caso.",
        lambda before: Email.objects.filter(status__in=(STATUS.sent, STATUS.failed), last_updated__lt=before),
    ),
    Rule(
        "mail_logs",
        "Registro degli invii non riusciti",
        "date",
        30,
        "Serve a chi cura il server per capire un guasto recente.",
        lambda before: Log.objects.filter(date__lt=before),
    ),
    Rule(
        "confirmations",
        "Conferme di indirizzi mai usate",
        "created",
        30,
        "Un collegamento di conferma vale tre giorni.",
        lambda before: EmailConfirmation.objects.filter(created__lt=before),
    ),
    *of_people.RULES,
    *of_practices.RULES,
)
