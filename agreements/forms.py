"""The form of an agreement's document: what chief editors upload is public at once."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from agreements.models import Document
from portal.lib import antivirus, documents


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A file that is what its name says, a link, or only a title."""

    class Meta:
        model = Document
        fields = ("title", "kind", "file", "url", "language")

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            _check(upload)
        return upload


def _check(upload: "UploadedFile[bytes]") -> None:
    """Raise ValidationError with the reason; else the name ends as the content says."""
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("Il file supera i %d MB.") % (settings.UPLOAD_MAX_BYTES // 1024**2))
    data = upload.read()
    upload.seek(0)
    content_type = documents.content_type_of(data)
    if not content_type:
        raise ValidationError(_("Tipo di file non ammesso: si accettano PDF, ODT, ODS, ODP, DOCX e XLSX."))
    try:
        found = antivirus.scan(data)
    except antivirus.Unavailable:
        raise ValidationError(_("L'antivirus non risponde: scegli di nuovo il file e riprova fra qualche minuto.")) from None
    if found:
        raise ValidationError(_("L'antivirus ha trovato «%s» in questo file: non è stato caricato.") % found)
    upload.name = f"{PurePath(upload.name or 'documento').stem[:60]}.{documents.EXTENSIONS[content_type]}"
