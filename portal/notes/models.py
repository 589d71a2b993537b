"""What the administration says in its own words, where the portal's would do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.content_version import always_public


@always_public
class Note(models.Model):
    """The text of one of the notes, in the place of the one that the portal has."""

    class Page(models.TextChoices):
        """Those that may be written anew."""

        ABOUT = "about", _("Il progetto")
        TAKE_PART = "take_part", _("Come partecipare")
        CONTACTS = "contacts", _("Contatti")
        PRIVACY = "privacy", _("Privacy")
        LEGAL = "legal", _("Note legali")
        ACCESSIBILITY = "accessibility", _("Accessibilità")

    page = models.CharField(_("pagina"), max_length=20, choices=Page.choices, unique=True)
    text = models.TextField(
        _("testo"),
        blank=True,
        help_text=_(
            "Prende il posto del testo del portale; recapiti e collegamenti restano. Una riga vuota divide i paragrafi, le "
            "righe che cominciano con «- » sono un elenco. Se è vuoto, vale il testo del portale."
        ),
    )
    text_en = models.TextField(_("testo inglese"), blank=True, help_text=_("Se è vuoto, in inglese si legge l'italiano."))
    updated_at = models.DateTimeField(_("aggiornata il"), auto_now=True)

    class Meta:
        verbose_name = _("nota del portale")
        verbose_name_plural = _("note del portale")
        ordering = ["page"]

    def __str__(self) -> str:
        return self.get_page_display()
