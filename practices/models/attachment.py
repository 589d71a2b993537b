"""Files of a submission."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import User
from practices.models.submission import Submission


class Attachment(models.Model):
    """A file of a submission. Copies of a submission share the stored file, which is named by its content's hash.

    It is always served through the permission check of `practices.views.attachments`.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("Relazione")
        ACT = "act", _("Atto tipo")
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
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("allegato")
        verbose_name_plural = _("allegati")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="picture") | ~Q(alternative_text=""), name="practices_attachment_picture_described"
            ),
            models.UniqueConstraint(fields=["submission", "sha256"], name="practices_attachment_file_once"),
        ]

    def __str__(self) -> str:
        return self.title
