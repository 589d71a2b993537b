"""Pages of the open data: what there is, and what each field means."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.open_data import Dataset
from portal.lib.public_page import public_page
from portal.open_data import snapshots
from portal.open_data.codebook import CODEBOOK, Line, lines_of
from portal.open_data.datasets import DATASETS
from portal.open_data.files import FORMATS, Format


@dataclass(frozen=True)
class Download:
    """A file of a dataset."""

    format: Format
    url: str


@dataclass(frozen=True)
class Shown:
    """A dataset as the page tells of it."""

    dataset: Dataset[Any]
    rows: int
    gone: int
    downloads: list[Download]


def downloads_of(dataset: Dataset[Any]) -> list[Download]:
    """In every format."""
    return [Download(form, reverse("open_data_file", args=[dataset.name, ending])) for ending, form in FORMATS.items()]


@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """The datasets with their files, the licence, how to cite them, and what they do not say."""
    shown = [Shown(dataset, dataset.count(), dataset.count_gone(), downloads_of(dataset)) for dataset in DATASETS.values()]
    context = {
        "datasets": shown,
        "changed_at": getattr(request, "content_changed_at", None),
        "catalogue": [(name, reverse("open_data_catalogue_file", args=[ending])) for name, ending in CATALOGUE],
        "newest": next(iter(snapshots.all_of()), None),
        "address": f"{settings.SITE_URL}{reverse('open_data')}",
    }
    return render(request, "open_data/open_data.html", context)


CATALOGUE = (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdf"))


@dataclass(frozen=True)
class Explained:
    """A dataset with its fields."""

    dataset: Dataset[Any]
    lines: list[Line]


@public_page
def codebook(request: HttpRequest) -> HttpResponse:
    """Every field of every dataset."""
    context = {
        "trail": trail(),
        "explained": [Explained(dataset, lines_of(dataset)) for dataset in DATASETS.values()],
        "files": [(dataset, downloads_of(dataset)) for dataset in CODEBOOK.values()],
    }
    return render(request, "open_data/codebook.html", context)


@public_page
def archive(request: HttpRequest) -> HttpResponse:
    """The snapshots, the newest first, with what changed in the codebook since the one before."""
    return render(request, "open_data/archive.html", {"trail": trail(), "snapshots": snapshots.all_of()})


def trail() -> list[tuple[str, Any]]:
    """The way to the pages beside the first."""
    return [(reverse("open_data"), _("Dati aperti"))]
