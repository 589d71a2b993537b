"""What happens to a submission: events, remarks, notes, and the reasons that editors choose from."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import User
from practices.models.practice import Practice
from practices.models.submission import Submission


class Reason(models.Model):
    """A reason for asking changes or rejecting, with the text of the mail that it prepares; chief editors keep them."""

    class Verb(models.TextChoices):
        REQUEST_CHANGES = "request_changes", _("richiesta di integrazioni")
        REJECT = "reject", _("rifiuto")

    code = models.SlugField(_("codice"), unique=True)
    verb = models.CharField(_("serve per"), max_length=20, choices=Verb)
    title = models.CharField(_("titolo"), max_length=120)
    mail_text = models.TextField(_("testo dell'e-mail"), help_text=_("L'inizio dell'e-mail; la redazione può cambiarlo."))
    is_active = models.BooleanField(_("si può scegliere"), default=True)

    class Meta:
        verbose_name = _("motivo")
        verbose_name_plural = _("motivi")
        ordering = ["verb", "title"]

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """One fact in the life of a submission or a practice. Written once, by `practices.moderation`, never changed."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="events")
    submission = models.ForeignKey(Submission, models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField(_("quando"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("chi"))
    verb = models.CharField(_("che cosa"), max_length=20)
    from_status = models.CharField(_("da"), max_length=20, blank=True)
    to_status = models.CharField(_("a"), max_length=20, blank=True)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+", verbose_name=_("motivo"))
    text = models.TextField(_("testo"), blank=True)
    mail = models.TextField(_("e-mail inviata"), blank=True)
    # The whole content before and after, as `practices.content` reads it.
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = _("evento")
        verbose_name_plural = _("eventi")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("events are written once")
        super().save(*args, **kwargs)


class Remark(models.Model):
    """What an editor or a coordinator says of a field; the officer answers it."""

    class State(models.TextChoices):
        OPEN = "open", _("aperta")
        ANSWERED = "answered", _("con risposta")
        DONE = "done", _("chiusa")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="remarks")
    field = models.CharField(_("campo"), max_length=40)
    text = models.TextField(_("osservazione"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("risposta"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("osservazione")
        verbose_name_plural = _("osservazioni")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False), name="practices_remark_answered_when"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Note(models.Model):
    """What editors tell each other about a case; nobody else reads it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notes")
    text = models.TextField(_("nota"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("nota della redazione")
        verbose_name_plural = _("note della redazione")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Visit(models.Model):
    """When an editor last opened a case, what it said then, and what it said at the end of the look before."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="visits")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    # As `practices.content` reads it.
    content = models.JSONField()
    earlier = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "person"], name="practices_visit_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.at:%Y-%m-%d %H:%M}"
