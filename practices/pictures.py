"""Pictures as they are kept: upright, no larger than needed, encoded anew, and in the widths that pages show."""

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from practices.models import Attachment
from practices.models.attachment import FileAddress

# Pixels of a picture, read from its header before it is decoded, so that decoding takes 100 MB of memory at most. A JPEG can
# be decoded at a smaller size, the others cannot; WebP's decoder needs four times the picture.
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 12_000_000, "WEBP": 4_000_000}
MAX_DECODED = 12_000_000
MAX_SIDE = 2400
# The most that a card and a page are given, and what other sites show of a link. A screen with more pixels in the same place
# gets no more: that would be seconds of a telephone's connection for what nobody sees.
CARD_WIDTH, PAGE_WIDTH, LINK_WIDTH = 480, 800, 1200
# Of the copies, never wider than the picture itself. The first: in lists a card's picture is 176 pixels wide.
WIDTHS = (240, CARD_WIDTH, PAGE_WIDTH, LINK_WIDTH)


@dataclass(frozen=True)
class Picture:
    """An encoded picture and its narrower copies by their width."""

    data: bytes
    content_type: str
    width: int
    height: int
    copies: dict[int, bytes]


def encode(data: bytes) -> Picture:
    """No metadata and nothing hidden behind the pixels. Raises UnidentifiedImageError for what is no picture at all."""
    clean, form = _upright(data)
    copies = {width: _saved(_narrowed(clean, width), form, quality=75) for width in narrower_than(clean.width)}
    return Picture(_saved(clean, form), f"image/{form.lower()}", clean.width, clean.height, copies)


def _upright(data: bytes) -> tuple[Image.Image, str]:
    """The bare picture and its format. What decoding it took is free again when this returns."""
    too_many = ValidationError(_("L'immagine ha troppi pixel: riducila, oppure salvala come JPEG."))
    try:
        # Our own limit, below Pillow's, is read from the header before anything is decoded.
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"])
        with image:
            # Telephones write several pictures into one JPEG file: the first counts.
            form = "JPEG" if image.format == "MPO" else str(image.format)
            if image.width * image.height > MAX_PIXELS[form]:
                raise too_many
            if form == "JPEG":
                _decode_smaller(image)
            image.thumbnail((MAX_SIDE, MAX_SIDE), reducing_gap=1.0)
            clean = ImageOps.exif_transpose(image).convert("RGB" if form == "JPEG" else "RGBA")
    except Image.DecompressionBombError:
        raise too_many from None
    clean.info.clear()
    return clean, form


def _decode_smaller(image: Image.Image) -> None:
    """At a half, a quarter or an eighth of a JPEG's size; in full where that fits."""
    scale = 1
    while image.width * image.height > MAX_DECODED * scale**2:
        scale *= 2
    image.draft("RGB", (image.width // scale, image.height // scale))


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    return image.resize((width, max(1, round(image.height * width / image.width))), reducing_gap=2.0)


def _saved(image: Image.Image, form: str, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, form, quality=quality)
    return out.getvalue()


def narrower_than(width: int | None) -> list[int]:
    """The widths in which a picture of this width has a copy."""
    return [each for each in WIDTHS if width and each < width]


def path_of_copy(path: str, width: int) -> str:
    """Where the copy of this width stands: beside its picture, `ab/abcdef.jpg` and `ab/abcdef-480.jpg`."""
    stem, dot, extension = path.rpartition(".")
    return f"{stem}-{width}{dot}{extension}"


def path_of_original(path: str) -> str:
    """The picture of which this path is a copy; itself when it is none."""
    return re.sub(rf"-(?:{'|'.join(map(str, WIDTHS))})(?=\.\w+$)", "", path)


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it: one address, those of the widths that fit, and its measures, for nothing to jump."""

    src: str
    srcset: str
    width: int | None
    height: int | None


def shown(file: Attachment, width: int, address: FileAddress = Attachment.address) -> Shown:
    """The picture for a place of at most this width."""
    return in_widths(file.width, file.height, width, lambda each: address(file, each))


def in_widths(own: int | None, height: int | None, width: int, address: Callable[[int | None], str]) -> Shown:
    """A picture of these measures for a place of at most this width; `address` tells where its copy of a width is."""
    widths = [each for each in narrower_than(own) if each <= width]
    every = [f"{address(each)} {each}w" for each in widths]
    if own and own <= width:
        every.append(f"{address(None)} {own}w")
    return Shown(address(width if width in widths else None), ", ".join(every) if widths else "", own, height)
