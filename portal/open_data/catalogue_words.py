"""What the catalogue says of itself."""

from django.utils.translation import gettext_lazy as _

CATALOGUE_TITLE = _("Dati aperti delle buone pratiche di integrazione")
CATALOGUE_DESCRIPTION = _(
    "Le pratiche dei Comuni italiani per l'integrazione delle persone migranti, con i loro risultati, le reti di enti e gli "
    "accordi che mettono in atto."
)
KEYWORDS = (_("integrazione"), _("migrazioni"), _("buone pratiche"), _("Comuni italiani"))
