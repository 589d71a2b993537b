"""Files of a submission."""

from collections.abc import Callable
from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models import User
from practices.models.submission import Submission


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Files in the domain's words."""

    def quarantined(self) -> "AttachmentQuerySet":
        """Those that the antivirus has not looked into yet: for who uploaded them alone, and never public."""
        return self.filter(quarantined_at__isnull=False)


class Attachment(models.Model):
    """A file of a submission. Copies of a submission share the stored file, which is named by its content's hash.

    It is always served through the permission check of `practices.views.attachments`.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("Relazione")
        ACT = "act", _("Atto tipo")
        TENDER = "tender", _("Capitolato o bando")
        FORM = "form", _("Modulo")
        BUDGET = "budget", _("Piano dei costi")
        PICTURE = "picture", _("Immagine")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("tipo"), max_length=10, choices=Kind)
    title = models.CharField(_("titolo"), max_length=150)
    alternative_text = models.CharField(_("testo alternativo"), max_length=250, blank=True)
    file = models.FileField(max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("nome del file"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("dimensione in byte"))
    # Of pictures, in pixels: a page keeps their place free before they arrive.
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # Since when it waits for the antivirus, which gave no answer: see `practices.moderation.quarantine`.
    quarantined_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("allegato")
        verbose_name_plural = _("allegati")
        ordering = ["pk"]
        indexes = [
            # The timer asks for them every few minutes: nearly always there are none.
            models.Index(fields=["id"], condition=Q(quarantined_at__isnull=False), name="practices_attachment_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="picture", content_type__startswith="image/")
                | ~Q(kind="picture") & ~Q(content_type__startswith="image/"),
                name="practices_attachment_picture_is_one",
            ),
            models.UniqueConstraint(fields=["submission", "sha256"], name="practices_attachment_file_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def address(self, width: int | None = None) -> str:
        """Where the file is served to who may read it; of a picture, the copy of this width."""
        if width:
            return reverse("practices:picture", args=[self.pk, width, self.name])
        return reverse("practices:attachment", args=[self.pk, self.name])


# Where a file is, and of a picture its copy of a width: a preview by link has addresses of its own.
FileAddress: TypeAlias = Callable[[Attachment, int | None], str]
