"""The rows of a submission's files: what is said of each, and whether it is to be taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from practices import pictures
from practices.attachments import EXTENSIONS
from practices.forms.fields import TextField
from practices.models import Attachment
from practices.record import FIELDS

COLUMNS = {column.name: column for column in FIELDS["attachments"].columns}
DOCUMENT_KINDS = [choice for choice in Attachment.Kind.choices if choice[0] != Attachment.Kind.PICTURE]


class FileForm(forms.Form):
    """One file. A picture is a picture by its content and has words for who does not see it; of a document one says what it is.

    Its controls are named by the file's hash: they stay the same whatever comes or goes beside it.
    """

    title = TextField(label=_("Titolo"), max_length=COLUMNS["title"].max_length)
    kind = forms.ChoiceField(label=_("Tipo"), choices=DOCUMENT_KINDS)
    alternative_text = TextField(
        label=_("Testo alternativo"),
        max_length=COLUMNS["alternative_text"].max_length,
        required=False,
        help_text=_("Che cosa si vede, per chi non la vede. Serve per inviare la scheda."),
    )
    DELETE = forms.BooleanField(label=_("Togli questo file"), required=False)

    def __init__(self, attachment: Attachment, data: Any = None) -> None:
        self.attachment = attachment
        self.stored: dict[str, str] = {name: getattr(attachment, name) for name in COLUMNS}
        prefix = f"attachments-{attachment.sha256}"
        is_posted = data is not None and f"{prefix}-title" in data
        super().__init__(data if is_posted else None, prefix=prefix, initial=self.stored)
        del self.fields["kind" if attachment.kind == Attachment.Kind.PICTURE else "alternative_text"]

    @property
    def picture(self) -> pictures.Shown | None:
        """A small one, to recognise what is described."""
        return pictures.shown(self.attachment, pictures.CARD_WIDTH) if "alternative_text" in self.fields else None

    @property
    def is_removed(self) -> bool:
        """Whether saving takes the file away."""
        return bool(self.is_bound and self["DELETE"].value())

    def row(self) -> dict[str, str]:
        """The file as `practices.content` has it; as it is stored where what was posted cannot be saved."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: said.get(name, value) for name, value in self.stored.items()}


class FileRows:
    """The files of a submission, in the order in which they came.

    One that came after the page was made has nothing posted, and stays as it is.
    """

    accept = ",".join(f".{extension}" for extension in (*EXTENSIONS.values(), "jpeg"))

    def __init__(self, attachments: Iterable[Attachment], data: Mapping[str, Any] | None = None) -> None:
        self.forms = [FileForm(attachment, data) for attachment in attachments]

    @property
    def max_megabytes(self) -> int:
        """Of one file."""
        return settings.UPLOAD_MAX_BYTES // 1024**2

    @property
    def max_files(self) -> int:
        """Of all of them."""
        return settings.UPLOAD_MAX_FILES

    def is_valid(self) -> bool:
        """Whether everything that was posted of those that stay can be saved."""
        return not self.errors()

    def rows(self) -> list[dict[str, str]]:
        """All of them, as `practices.content` wants them."""
        return [form.row() for form in self.forms]

    def kept_rows(self) -> list[dict[str, str]]:
        """Those that saving does not take away."""
        return [form.row() for form in self.forms if not form.is_removed]

    def removed(self) -> set[str]:
        """The hashes of those that saving takes away."""
        return {form.attachment.sha256 for form in self.forms if form.is_removed}

    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the control, label, message) of what cannot be saved."""
        return [
            (form[name].id_for_label, f"{form[name].label} ({form.attachment.name})", str(message))
            for form in self.forms
            if not form.is_removed
            for name, messages in form.errors.items()
            for message in messages
        ]
