"""The lists that chief editors keep. Rows are never deleted while a practice uses them: they are retired."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.content_version import always_public


class Taxonomy(models.Model):
    """A named row of a kept list."""

    name = models.CharField(_("nome"), max_length=120, unique=True)
    slug = models.SlugField(unique=True, max_length=60)
    description = models.TextField(_("che cosa comprende"), blank=True)
    position = models.PositiveSmallIntegerField(_("ordine"), default=100)
    is_active = models.BooleanField(_("si può scegliere"), default=True)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


@always_public
class Theme(Taxonomy):
    """An Ambito. The five of the framework agreement of 2013 come first."""

    class Meta(Taxonomy.Meta):
        verbose_name = _("ambito")
        verbose_name_plural = _("ambiti")


@always_public
class TargetGroup(Taxonomy):
    """Whom a practice is for. The four of the declaration of 2022 come first."""

    class Meta(Taxonomy.Meta):
        verbose_name = _("gruppo di destinatari")
        verbose_name_plural = _("gruppi di destinatari")


@always_public
class Fund(Taxonomy):
    """A source of money."""

    class Meta(Taxonomy.Meta):
        verbose_name = _("fondo")
        verbose_name_plural = _("fondi")
