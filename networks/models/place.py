"""Places: the 21 territories, the provinces, the municipalities."""

import re
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.lib.content_version import always_public
from portal.lib.text import fold


@always_public
class Region(models.Model):
    """One of the 21 territories: 19 regions and the two autonomous provinces.

    Its key is the NUTS 2 (2021) code, which tells Bolzano from Trento where ISTAT's region code does not.
    """

    class Kind(models.TextChoices):
        REGION = "region", _("Regione")
        AUTONOMOUS_PROVINCE = "autonomous_province", _("Provincia autonoma")

    nuts_code = models.CharField(_("codice NUTS 2"), max_length=4, primary_key=True)
    name = models.CharField(_("nome"), max_length=60, unique=True)
    abbreviation = models.CharField(_("sigla sulla mappa"), max_length=3, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(_("tipo"), max_length=20, choices=Kind, default=Kind.REGION)
    tile_row = models.PositiveSmallIntegerField(_("riga sulla mappa"))
    tile_column = models.PositiveSmallIntegerField(_("colonna sulla mappa"))

    class Meta:
        verbose_name = _("territorio")
        verbose_name_plural = _("territori")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tile_row", "tile_column"], name="networks_region_own_tile")]

    def __str__(self) -> str:
        return self.name


@always_public
class Province(models.Model):
    """A province or metropolitan city, as ISTAT's *unità territoriale sovracomunale*; its key is ISTAT's code."""

    code = models.CharField(_("codice ISTAT"), max_length=3, primary_key=True)
    abbreviation = models.CharField(_("sigla"), max_length=2, unique=True)
    name = models.CharField(_("nome"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="provinces", verbose_name=_("territorio"))

    class Meta:
        verbose_name = _("provincia")
        verbose_name_plural = _("province")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})"


LONGEST_NAME = 90  # with the province's abbreviation; longer ones are no names, and databases choke on them


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Municipalities in the domain's words."""

    def at(self, slugs: Collection[str]) -> "dict[str, Municipality]":
        """By address, present or old, the town that is there today: of one that became part of another, that other."""
        found = {town.slug: town for town in self.filter(slug__in=slugs)}
        if missing := [slug for slug in slugs if slug not in found]:
            old = dict(OldSlug.objects.filter(slug__in=missing).values_list("slug", "municipality"))
            renamed = self.in_bulk(old.values())
            found |= {slug: renamed[code] for slug, code in old.items()}
        into = self.in_bulk({town.merged_into_id for town in found.values() if town.merged_into_id})
        return {slug: into.get(town.merged_into_id, town) for slug, town in found.items()}

    def matching(self, text: str) -> "MunicipalityQuerySet":
        """Those with a name in which every word of the text begins a word, in any language; the shortest names first."""
        found = self.filter(ceased_on__isnull=True).select_related("province")
        for word in fold(text[:LONGEST_NAME]).split():
            found = found.filter(Q(sort_name__startswith=word) | Q(sort_name__contains=f" {word}") | Q(name__icontains=word))
        return found.order_by(models.functions.Length("sort_name"), "sort_name", "province__abbreviation")

    def named(self, text: str) -> "list[Municipality]":
        """Those of exactly this name, official, in use or in another language; homonyms are told by *Castro (BG)*."""
        if len(text) > LONGEST_NAME:
            return []
        parts = re.fullmatch(r"\s*(.*?)\s*(?:\((\w\w)\))?\s*", text, re.DOTALL)
        name, sign = (parts[1], parts[2]) if parts else (text, "")
        found = [town for town in self.matching(name) if fold(name) in town.folded_names] if fold(name) else []
        return [town for town in found if not sign or town.province.abbreviation == sign.upper()]


@always_public
class Municipality(models.Model):
    """A Comune. Its key is the Belfiore code, which stays when ISTAT recodes a province."""

    belfiore_code = models.CharField(_("codice catastale"), max_length=4, primary_key=True)
    istat_code = models.CharField(_("codice ISTAT"), max_length=6)
    name = models.CharField(_("denominazione ufficiale"), max_length=80)
    other_name = models.CharField(_("denominazione in altra lingua"), max_length=80, blank=True)
    common_name = models.CharField(_("nome d'uso"), max_length=80, blank=True)
    slug = models.SlugField(unique=True, max_length=90)
    province = models.ForeignKey(Province, models.PROTECT, related_name="municipalities", verbose_name=_("provincia"))
    is_provincial_capital = models.BooleanField(_("capoluogo"), default=False)
    population = models.PositiveIntegerField(_("popolazione residente"), null=True, blank=True)
    foreign_residents = models.PositiveIntegerField(_("residenti stranieri"), null=True, blank=True)
    population_on = models.DateField(_("dati riferiti al"), null=True, blank=True)
    # The newest of ISTAT's lists that it was found in, where the day of that list was told: no older one changes it.
    listed_on = models.DateField(_("nell'elenco ISTAT del"), null=True, blank=True, editable=False)
    ceased_on = models.DateField(_("soppresso il"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name=_("confluito in")
    )
    # SQLite sorts È after z: lists are ordered by this column on both engines.
    sort_name = models.CharField(max_length=80, editable=False, db_index=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("comune")
        verbose_name_plural = _("comuni")
        ordering = ["sort_name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged_into=F("belfiore_code")), name="networks_municipality_not_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(ceased_on__isnull=False),
                name="networks_municipality_merged_has_ceased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.province.abbreviation})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = fold(self.display_name)
        super().save(*args, **kwargs)

    @property
    def folded_names(self) -> set[str]:
        """Every name that it may be called by."""
        return {fold(name) for name in (self.name, self.other_name, self.common_name, self.display_name) if name}

    @property
    def display_name(self) -> str:
        """The name that people use: Reggio Emilia, Bolzano/Bozen."""
        name = self.common_name or self.name
        return f"{name}/{self.other_name}" if self.other_name else name


class OldSlug(models.Model):
    """Where a municipality's page was before it was renamed; it leads to where the page is now."""

    slug = models.SlugField(unique=True, max_length=90)
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="old_slugs", verbose_name=_("comune"), editable=False
    )

    class Meta:
        verbose_name = _("vecchio indirizzo")
        verbose_name_plural = _("vecchi indirizzi")

    def __str__(self) -> str:
        return self.slug
