"""The forms of the admin's page of a news item: what a button asks for must be possible before anything is saved."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.text import control_characters, normalise
from portal.news.models import Document, News
from practices.attachments import StoredFile, store
from practices.models import Practice

FOLDER = "notizie"
# The submit buttons of the page, beside those that only save.
PUBLISH, SCHEDULE, WITHDRAW = "_publish", "_schedule", "_withdraw"
TEXTS = ("title", "summary", "text", "title_en", "summary_en", "text_en", "place", "picture_text")
OF_EVENTS = ("starts_on", "start_time", "ends_on", "end_time", "place")


def _is_named(path: str) -> bool:
    return News.objects.filter(picture=path).exists() or Document.objects.filter(file=path).exists()


def _stored(upload: Any) -> StoredFile | None:
    stored = store(upload, FOLDER, _is_named) if upload else None
    if stored and stored.is_quarantined:
        # What editors upload is public as soon as they say so: nothing of theirs waits. The form keeps what they typed.
        raise ValidationError(_("L'antivirus non risponde: scegli di nuovo il file e riprova fra qualche minuto."))
    return stored


def _with_title(practice: Practice) -> str:
    """A practice by its code and, where it has a page, the title of what is published."""
    live = None if practice.removed_at else practice.published
    return f"{practice} – {live.title}" if live else str(practice)


class NewsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A news item, with the picture to upload. Nothing typed is lost when something is wrong."""

    upload = forms.FileField(
        label=gettext_lazy("immagine"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG o WebP. Viene codificata di nuovo, senza i metadati. Una nuova immagine prende il posto di quella di prima."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Togli l'immagine"), required=False)
    stored: StoredFile | None = None

    class Meta:
        model = News
        fields = (
            "kind",
            "title",
            "slug",
            "summary",
            "text",
            "source_url",
            *OF_EVENTS,
            "picture_text",
            "territories",
            "for_every_town",
            "cities",
            "networks",
            "agreements",
            "practices",
            "related",
            "title_en",
            "summary_en",
            "text_en",
            "published_on",
            "publish_at",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "slug": gettext_lazy("Si compila da sé con il titolo. Dopo la pubblicazione non cambia più."),
            "summary": gettext_lazy("Due o tre frasi: si leggono negli elenchi, nelle ricerche e negli aggiornamenti."),
            "text": gettext_lazy("Una riga vuota separa i capoversi; le righe che cominciano con «- » fanno un elenco."),
            "source_url": gettext_lazy("L'indirizzo della pagina da cui viene la notizia, se ce n'è una."),
            "start_time": gettext_lazy("Senza ora l'evento dura tutto il giorno."),
            "ends_on": gettext_lazy("Solo se dura più giorni."),
            "place": gettext_lazy("Sala, indirizzo e città; oppure «in linea»."),
            "picture_text": gettext_lazy("Che cosa si vede, per chi non la vede. Con un'immagine è obbligatorio."),
            "for_every_town": gettext_lazy(
                "Di solito la pagina di un Comune mostra soltanto le notizie che lo riguardano da vicino."
            ),
            "related": gettext_lazy("Anche le loro pagine porteranno a questa."),
            "published_on": gettext_lazy("Se manca, sarà il giorno in cui viene pubblicata."),
            "publish_at": gettext_lazy(
                "Serve a «Salva e programma»: la pubblica il portale, entro cinque minuti da quel momento."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not there for who may only look.
        if isinstance(field := self.fields.get("practices"), forms.ModelMultipleChoiceField):
            field.label_from_instance = _with_title  # type: ignore[method-assign,assignment]

    def clean_upload(self) -> Any:
        self.stored = _stored(self.cleaned_data["upload"])
        if self.stored and not self.stored.is_picture:
            raise ValidationError(_("Questo file non è un'immagine."))
        return self.cleaned_data["upload"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in TEXTS:
            if found := control_characters(data.get(name) or ""):
                self.add_error(name, _("Caratteri non ammessi: %s") % ", ".join(found))
            data[name] = normalise(data.get(name) or "")
        has_picture = self.stored or (self.instance.picture and not data.get("remove_picture"))
        if has_picture and not data.get("picture_text"):
            self.add_error("picture_text", _("Scrivi che cosa mostra l'immagine, per chi non la vede."))
        self._clean_event(data)
        self._clean_time(data)
        return data

    def _clean_event(self, data: dict[str, Any]) -> None:
        if data.get("kind") == News.Kind.NEWS:
            for name in OF_EVENTS:
                if data.get(name):
                    self.add_error(
                        name, _("Solo gli eventi hanno giorni, ore e luogo: scegli il tipo «Evento», oppure togli.")
                    )
            return
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        start_time, end_time = data.get("start_time"), data.get("end_time")
        if not starts_on and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Quando comincia l'evento?"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("L'evento finirebbe prima di cominciare."))
        if end_time and not start_time and "start_time" not in self.errors:
            self.add_error("start_time", _("A che ora comincia?"))
        is_one_day = not ends_on or ends_on == starts_on
        if start_time and end_time and is_one_day and end_time < start_time:
            self.add_error("end_time", _("L'evento finirebbe prima di cominciare."))

    def _clean_time(self, data: dict[str, Any]) -> None:
        """A scheduled item has a time, which lies ahead when it is chosen; it may be just over when something else is mended."""
        if (
            self.instance.status == News.Status.PUBLISHED
            and not data.get("published_on")
            and "published_on" not in self.errors
        ):
            self.add_error("published_on", _("Una notizia pubblicata ha la sua data."))
        if not data.get("publish_at"):
            # Until the button has done its work the row is as it was.
            data["publish_at"] = self.instance.publish_at if {PUBLISH, WITHDRAW} & set(self.data) else None
        stays_scheduled = self.instance.status == News.Status.SCHEDULED and not {PUBLISH, WITHDRAW} & set(self.data)
        if "publish_at" in self.errors or not (SCHEDULE in self.data or stays_scheduled):
            return
        publish_at = data.get("publish_at")
        if publish_at is None:
            self.add_error("publish_at", _("Per programmarla serve il giorno e l'ora in cui pubblicarla."))
        elif publish_at <= timezone.now() and (SCHEDULE in self.data or "publish_at" in self.changed_data):
            self.add_error(
                "publish_at", _("Questo momento è già passato: scegline uno che deve venire, oppure pubblica subito.")
            )

    def save(self, commit: bool = True) -> Any:
        news = self.instance
        if self.stored:
            news.picture, news.picture_type = self.stored.path, self.stored.content_type
            news.picture_width, news.picture_height = self.stored.width, self.stored.height
        elif self.cleaned_data.get("remove_picture"):
            news.picture, news.picture_text, news.picture_type = "", "", ""
            news.picture_width = news.picture_height = None
        return super().save(commit)


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A related document: a file, a link, or only its title."""

    upload = forms.FileField(label=gettext_lazy("file"), required=False)
    stored: StoredFile | None = None

    class Meta:
        model = Document
        fields = ("title", "kind", "language", "upload", "url")

    def clean_upload(self) -> Any:
        self.stored = _stored(self.cleaned_data["upload"])
        return self.cleaned_data["upload"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("url") and self.stored:
            self.add_error("url", _("Un file oppure un indirizzo: non tutti e due."))
        return data

    def save(self, commit: bool = True) -> Any:
        document = self.instance
        if self.stored:
            document.file, document.name = self.stored.path, self.stored.name
            document.content_type, document.size = self.stored.content_type, self.stored.size
        elif document.url:
            # A link takes the place of the file.
            document.file, document.name, document.content_type, document.size = "", "", "", None
        return super().save(commit)
