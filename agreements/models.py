"""Agreements: parties, signatures, commitments, documents."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Network, Organisation
from portal.lib.content_version import always_public
from portal.lib.dates import Precision
from portal.lib.validators import list_of_texts


@always_public
class Agreement(models.Model):
    """An Accordo. What the sources leave open stays open: see `doubts`."""

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", _("Accordo quadro")
        DECLARATION = "declaration", _("Dichiarazione di intenti")
        PROTOCOL = "protocol", _("Protocollo d'intesa")
        PROGRAMME = "programme", _("Accordo di programma")
        PARTNERSHIP = "partnership", _("Partenariato europeo")
        AGREEMENT = "agreement", _("Accordo")
        CONVENTION = "convention", _("Convenzione")
        CHARTER = "charter", _("Carta")
        PACT = "pact", _("Patto")
        PLAN = "plan", _("Piano")
        CALL = "call", _("Avviso o manifestazione di interesse")
        CIRCULAR = "circular", _("Circolare")

    kind = models.CharField(_("tipo"), max_length=12, choices=Kind)
    title = models.CharField(_("titolo"), max_length=250)
    slug = models.SlugField(unique=True, max_length=120)
    level = models.CharField(_("livello"), max_length=60, blank=True)
    signed_on = models.DateField(_("data"), null=True, blank=True)
    signed_on_precision = models.CharField(_("precisione"), max_length=5, choices=Precision, default=Precision.DAY)
    signed_on_basis = models.TextField(_("come si conosce la data"), blank=True)
    place = models.CharField(_("luogo"), max_length=120, blank=True)
    in_force_until = models.DateField(_("in vigore fino al"), null=True, blank=True)
    summary = models.TextField(_("di che cosa si tratta"), blank=True)
    transposes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="transposed_by", verbose_name=_("recepisce")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("dà seguito a")
    )
    networks = models.ManyToManyField(Network, blank=True, related_name="agreements", verbose_name=_("reti"))
    source_urls = models.JSONField(_("fonti"), default=list, blank=True, validators=[list_of_texts])
    doubts = models.TextField(_("dubbi delle fonti"), blank=True)

    class Meta:
        verbose_name = _("accordo")
        verbose_name_plural = _("accordi")
        ordering = [F("signed_on").desc(nulls_last=True), "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(transposes=F("id")), name="agreements_agreement_not_of_itself"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="agreements_agreement_not_after_itself"),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(signed_on__isnull=True) | Q(in_force_until__gte=F("signed_on")),
                name="agreements_agreement_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """No agreement comes before itself, by way of others either; and it does not end before it is signed."""
        wrong = {}
        if self.in_force_until and self.signed_on and self.in_force_until < self.signed_on:
            wrong["in_force_until"] = _("L'accordo finirebbe prima di essere firmato.")
        if self.pk:
            before = {row.pk: {row.transposes_id, row.follows_id} for row in Agreement.objects.exclude(pk=self.pk)}
            for name in ("transposes", "follows"):
                if self.pk in _reached(getattr(self, f"{name}_id"), before):
                    wrong[name] = _("L'accordo verrebbe prima di sé stesso, direttamente o attraverso altri accordi.")
        if wrong:
            raise ValidationError(wrong)


def _reached(start: int | None, before: dict[int, set[int | None]]) -> set[int | None]:
    """What comes before an agreement, itself included, over any number of steps."""
    found: set[int | None] = set()
    new = {start}
    while new:
        found |= new
        new = {other for pk in new if pk for other in before.get(pk, set())} - found
    return found


@always_public
class Party(models.Model):
    """Who undertakes: an organisation, or a group that the sources name only in words."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties", verbose_name=_("accordo"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="party_to", verbose_name=_("ente")
    )
    described_as = models.CharField(_("come è indicata nelle fonti"), max_length=250, blank=True)
    joined_by = models.DateField(_("adesione successiva, entro il"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("ordine"), default=0)

    class Meta:
        verbose_name = _("parte")
        verbose_name_plural = _("parti")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="agreements_party_organisation_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(described_as=""), name="agreements_party_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.described_as or str(self.organisation)


@always_public
class Signature(models.Model):
    """A person who signed or stood by, with the office held on that day."""

    class Capacity(models.TextChoices):
        SIGNATORY = "signatory", _("firma")
        WITNESS = "witness", _("alla presenza di")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures", verbose_name=_("accordo"))
    person = models.CharField(_("persona"), max_length=120)
    office = models.CharField(_("carica alla firma"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="signatures", verbose_name=_("ente")
    )
    capacity = models.CharField(_("a che titolo"), max_length=10, choices=Capacity, default=Capacity.SIGNATORY)
    position = models.PositiveSmallIntegerField(_("ordine"), default=0)

    class Meta:
        verbose_name = _("firma")
        verbose_name_plural = _("firme")
        ordering = ["capacity", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "person"], name="agreements_signature_person_once"),
        ]

    def __str__(self) -> str:
        return self.person


@always_public
class Commitment(models.Model):
    """An Impegno of an agreement. Practices say which commitments they carry out."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="commitments", verbose_name=_("accordo"))
    code = models.SlugField(_("codice"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("ordine"), default=0)
    title = models.CharField(_("titolo"), max_length=250)
    text = models.TextField(_("testo"), blank=True)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("chi ne risponde")
    )
    due_on = models.DateField(_("scadenza"), null=True, blank=True)

    class Meta:
        verbose_name = _("impegno")
        verbose_name_plural = _("impegni")
        ordering = ["agreement", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="agreements_commitment_own_position"),
        ]

    def __str__(self) -> str:
        return self.title


@always_public
class Document(models.Model):
    """A Documento correlato: a file, a link, or a title that the sources name without either."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents", verbose_name=_("accordo"))
    title = models.CharField(_("titolo"), max_length=300)
    kind = models.CharField(_("tipo"), max_length=60, blank=True)
    file = models.FileField(_("file"), upload_to="accordi/", blank=True)
    url = models.URLField(_("indirizzo"), max_length=500, blank=True)
    language = models.CharField(_("lingua"), max_length=2, default="it")

    class Meta:
        verbose_name = _("documento correlato")
        verbose_name_plural = _("documenti correlati")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=Q(file="") | Q(url=""), name="agreements_document_file_or_link"),
        ]

    def __str__(self) -> str:
        return self.title
