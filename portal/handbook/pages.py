"""The handbooks' pages. Their words are in the templates; what the interface says is marked there with `<b>`, and a test holds it."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.lib.public_page import public_page

# Whoever changes the words of a handbook changes the day.
WRITTEN_ON = date(2026, 11, 29)


@dataclass(frozen=True)
class Handbook:
    """A handbook, by the name of its address; Italian, like what it says."""

    name: str
    slug: str
    title: str
    description: str


HANDBOOKS = (
    Handbook("readers", "lettura", "Per chi legge", "Cercare, confrontare e riusare le pratiche, senza registrarsi."),
    Handbook(
        "officers",
        "enti",
        "Per chi lavora in un Comune o in un'Unione",
        "Dalla registrazione alla pubblicazione di una pratica, e come si tiene aggiornata.",
    ),
    Handbook(
        "editors",
        "redazione",
        "Per la redazione",
        "La coda delle schede, l'esame, le decisioni; notizie, rilevazioni e newsletter.",
    ),
    Handbook(
        "chiefs",
        "caporedazione",
        "Per la caporedazione",
        "Le persone, gli enti, gli elenchi, e ciò che si fa di rado e con attenzione.",
    ),
    Handbook(
        "technicians",
        "tecnica",
        "Per chi gestisce il portale",
        "Che cosa gira, che cosa si imposta, che cosa si controlla.",
    ),
    Handbook("glossary", "glossario", "Glossario", "Le parole del portale e da dove vengono."),
)


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Which handbook is for whom."""
    return render(request, "handbook/index.html", {"handbooks": HANDBOOKS, "updated_on": WRITTEN_ON})


@public_page
def handbook(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    found = next(one for one in HANDBOOKS if one.name == name)
    context = {"handbook": found, "trail": [(reverse("handbook:index"), "Guida")], "updated_on": WRITTEN_ON}
    return render(request, f"handbook/{name}.html", context)
