"""News, and events, which are a kind of news; their documents."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from networks.models import Municipality, Network, Region
from practices import pictures
from practices.models import Practice
from practices.search.matching import ways_of
from practices.search.query import Query

# Summaries stand on cards and in feeds.
SUMMARY_LENGTH = 500


class NewsQuerySet(models.QuerySet["News"]):
    """News in the domain's words."""

    def published(self) -> "NewsQuerySet":
        """What everybody reads. A scheduled one is not among them, not even past its time: the command publishes it."""
        return self.filter(status=News.Status.PUBLISHED)

    def upcoming(self, day: date) -> "NewsQuerySet":
        """Events that are not over on that day, the next one first."""
        return self.filter(_not_over(day)).order_by("starts_on", F("start_time").asc(nulls_first=True), "pk")

    def not_upcoming(self, day: date) -> "NewsQuerySet":
        """News, and events that are over on that day."""
        return self.exclude(pk__in=News.objects.filter(_not_over(day)).values("pk"))

    def on_cards(self) -> "NewsQuerySet":
        """Without the long texts, which no list shows."""
        return self.defer("text", "text_en", "words")

    def matching(self, query: Query) -> "NewsQuerySet":
        """Those in which every word stands, by its stem, and none of the excluded ones."""
        found = self
        for term in query.terms:
            found = found.filter(_says(ways_of(term)))
        for term in query.excluded:
            found = found.exclude(_says(ways_of(term)))
        return found


def _not_over(day: date) -> Q:
    return Q(kind="event") & (Q(ends_on__gte=day) | Q(ends_on__isnull=True, starts_on__gte=day))


def _says(texts: list[str]) -> Q:
    found = Q()
    for text in texts:
        found |= Q(words__contains=text)
    return found


class News(models.Model):
    """A news item. Public only while published: `portal.news.publishing` changes the status and raises the version."""

    class Kind(models.TextChoices):
        NEWS = "news", _("Notizia")
        EVENT = "event", _("Evento")

    class Status(models.TextChoices):
        DRAFT = "draft", _("bozza")
        SCHEDULED = "scheduled", _("programmata")
        PUBLISHED = "published", _("pubblicata")

    kind = models.CharField(_("tipo"), max_length=5, choices=Kind, default=Kind.NEWS)
    status = models.CharField(_("stato"), max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    title = models.CharField(_("titolo"), max_length=200)
    slug = models.SlugField(_("indirizzo della pagina"), unique=True, max_length=120)
    summary = models.TextField(_("in breve"), max_length=SUMMARY_LENGTH)
    text = models.TextField(_("testo"), blank=True)
    title_en = models.CharField(_("titolo in inglese"), max_length=200, blank=True)
    summary_en = models.TextField(_("in breve, in inglese"), max_length=SUMMARY_LENGTH, blank=True)
    text_en = models.TextField(_("testo in inglese"), blank=True)
    published_on = models.DateField(_("data della notizia"), null=True, blank=True)
    publish_at = models.DateTimeField(_("da pubblicare il"), null=True, blank=True)
    published_at = models.DateTimeField(_("in linea dal"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("ultima modifica"), auto_now=True)
    source_url = models.URLField(_("fonte"), max_length=500, blank=True)

    starts_on = models.DateField(_("giorno di inizio"), null=True, blank=True)
    start_time = models.TimeField(_("ora di inizio"), null=True, blank=True)
    ends_on = models.DateField(_("ultimo giorno"), null=True, blank=True)
    end_time = models.TimeField(_("ora di fine"), null=True, blank=True)
    place = models.CharField(_("luogo"), max_length=200, blank=True)

    # Encoded anew by `practices.pictures`, stored by its content's hash, served through `portal.news.views`.
    picture = models.FileField(_("immagine"), max_length=120, blank=True, editable=False)
    picture_text = models.CharField(_("testo alternativo dell'immagine"), max_length=250, blank=True)
    picture_type = models.CharField(max_length=100, blank=True, editable=False)
    picture_width = models.PositiveSmallIntegerField(null=True, editable=False)
    picture_height = models.PositiveSmallIntegerField(null=True, editable=False)

    territories = models.ManyToManyField(Region, blank=True, related_name="news", verbose_name=_("territori"))
    for_every_town = models.BooleanField(_("anche sulle pagine dei Comuni di questi territori"), default=False)
    cities = models.ManyToManyField(Municipality, blank=True, related_name="news", verbose_name=_("Comuni"))
    networks = models.ManyToManyField(Network, blank=True, related_name="news", verbose_name=_("reti"))
    agreements = models.ManyToManyField(Agreement, blank=True, related_name="news", verbose_name=_("accordi"))
    practices = models.ManyToManyField(Practice, blank=True, related_name="news", verbose_name=_("pratiche"))
    related = models.ManyToManyField("self", blank=True, verbose_name=_("notizie correlate"))

    # What is searched, on both engines: written by `portal.news.publishing.changed`.
    words = models.TextField(blank=True, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("notizia")
        verbose_name_plural = _("notizie")
        ordering = [F("published_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "published"]), name="news_news_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(publish_at__isnull=False), name="news_news_scheduled_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False, published_on__isnull=False)
                | ~Q(status="published") & Q(published_at__isnull=True),
                name="news_news_published_since",
            ),
            models.CheckConstraint(
                condition=Q(kind="event", starts_on__isnull=False)
                | Q(
                    kind="news",
                    starts_on__isnull=True,
                    start_time__isnull=True,
                    ends_on__isnull=True,
                    end_time__isnull=True,
                    place="",
                ),
                name="news_news_event_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="news_news_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True)
                | Q(start_time__isnull=False)
                & (Q(ends_on__isnull=False, ends_on__gt=F("starts_on")) | Q(end_time__gte=F("start_time"))),
                name="news_news_times_in_order",
            ),
            models.CheckConstraint(condition=Q(picture="") | ~Q(picture_text=""), name="news_news_picture_has_its_text"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, in the language of the moment."""
        return reverse("news:news", args=[self.slug])

    @property
    def identifier(self) -> str:
        """An address that stays when title and slug change: feeds and calendars know it by this."""
        with translation.override(settings.LANGUAGE_CODE):
            return f"{settings.SITE_URL}{reverse('news:list')}#{self.pk}"

    @property
    def last_day(self) -> date | None:
        """Of an event."""
        return self.ends_on or self.starts_on

    @property
    def is_over(self) -> bool:
        """Whether it is an event whose last day has passed."""
        return self.last_day is not None and self.last_day < timezone.localdate()

    @property
    def picture_name(self) -> str:
        """Under which it is served: content's hash and extension."""
        return str(self.picture.name).rpartition("/")[2]

    def picture_address(self, width: int | None = None) -> str:
        """Where its picture is served; of a width, its copy."""
        if width:
            return reverse("news:picture_copy", args=[self.pk, width, self.picture_name])
        return reverse("news:picture", args=[self.pk, self.picture_name])

    @property
    def on_card(self) -> pictures.Shown | None:
        """The picture as a card shows it, or nothing."""
        return self._shown(pictures.CARD_WIDTH)

    @property
    def on_page(self) -> pictures.Shown | None:
        """The picture as its page shows it, or nothing."""
        return self._shown(pictures.PAGE_WIDTH)

    def _shown(self, width: int) -> pictures.Shown | None:
        if not self.picture:
            return None
        return pictures.in_widths(self.picture_width, self.picture_height, width, self.picture_address)


class Document(models.Model):
    """A Documento correlato: a file, a link, or a title that is only named."""

    class Language(models.TextChoices):
        ITALIAN = "it", _("italiano")
        ENGLISH = "en", _("inglese")
        FRENCH = "fr", _("francese")
        GERMAN = "de", _("tedesco")
        SPANISH = "es", _("spagnolo")

    news = models.ForeignKey(News, models.CASCADE, related_name="documents", verbose_name=_("notizia"))
    title = models.CharField(_("titolo"), max_length=300)
    kind = models.CharField(_("tipo"), max_length=60, blank=True)
    url = models.URLField(_("indirizzo"), max_length=500, blank=True)
    language = models.CharField(_("lingua"), max_length=2, choices=Language, default=Language.ITALIAN)
    # Told by its content and stored by its hash, as `practices.attachments` does.
    file = models.FileField(_("file"), max_length=120, blank=True, editable=False)
    name = models.CharField(_("nome del file"), max_length=150, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField(_("dimensione in byte"), null=True, editable=False)

    class Meta:
        verbose_name = _("documento correlato")
        verbose_name_plural = _("documenti correlati")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(file="") | Q(url=""), name="news_document_file_or_link"),
        ]

    def __str__(self) -> str:
        return self.title
