"""What the components are shown with: by the name of the component and of the example, its parameters."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from portal.lib import chain, tilemap
from portal.lib.bars import bars
from portal.lib.charts import Named, Point, series, several
from practices.cards import cards
from practices.comparison import compare
from practices.content import read
from practices.filters.base import Chip
from practices.filters.practice import PracticeFilter
from practices.labels import Item, labels_of
from practices.models import Submission
from practices.models.choices import Status
from practices.presentation import sections
from practices.views.listing import page_of

# Those that are parts of a page or of another component, and are seen there.
SEEN_IN = {
    "chart_mark": "chart.html",
    # It takes the focus.
    "errors": "the pages of the editors' decisions",
    "filter_groups": "filters.html",
    "footer": "every page, this one too",
    "header": "every page, this one too",
    "machines": "the head of every public page",
    "navigation": "header.html",
    "picture": "practice_card.html and record.html",
}
LONG = "Sportello intercomunale di accompagnamento all'autonomia abitativa dei Comuni di Castelnuovo di Garfagnana e Pieve Fosciana"
LINK = "#esempio"

Examples = dict[str, dict[str, Any]]


class ExampleForm(forms.Form):
    """A field of each kind."""

    text = forms.CharField(label="Testo", help_text="Un aiuto sotto l'etichetta.")
    note = forms.CharField(label=LONG, widget=forms.Textarea(attrs={"rows": 3}), required=False)
    choice = forms.MultipleChoiceField(
        label="Scelte", choices=[("1", "internazionalizzazione"), ("2", LONG)], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Ho letto", required=False)


def examples(request: HttpRequest) -> dict[str, Examples]:
    """By the names of the components; those that need a practice show the newest of this database, if there is one."""
    return {**_words(), **_forms(), **_drawings(), **_lists(request), **_practices()}


def _words() -> dict[str, Examples]:
    levels = {"done": constants.SUCCESS, "warning": constants.WARNING, "error": constants.ERROR}
    return {
        "breadcrumb": {
            "one": {"here": "Reti"},
            "long": {"trail": [(LINK, "Accordi", False), (LINK, LONG, True)], "here": LONG},
        },
        "error_code": {"empty": {}, "one": {"code": "96aaeb0d8ee0da05", "email": "ufficio@demo.example"}},
        "guide": {"one": {"place": "", "text": "Guida"}},
        "items": {
            "empty": {"items": []},
            "one": {"items": [Item("Fondi comunali")]},
            "long": {"items": [Item(LONG, LINK, LONG), Item("internazionalizzazione")]},
        },
        "messages": {name: {"messages": [Message(level, LONG)]} for name, level in levels.items()},
        "privacy": {"one": {"text": "L'indirizzo serve soltanto a rispondere."}},
        "status": {
            status.value: {"submission": Submission(status=status, is_demo=status == Status.DRAFT)} for status in Status
        },
        "unknown": {"empty": {"unknown": []}, "one": {"unknown": [("Ambito", "abolito")]}},
    }


def _forms() -> dict[str, Examples]:
    fresh, refused = ExampleForm(), ExampleForm({"text": "", "note": LONG})
    chips = [(Chip("ambito", "casa", "Ambito", "Casa"), ""), (Chip("q", LONG, "Testo", LONG), "ambito=casa")]
    return {
        "alert_form": {"everything": {}, "a selection": {"chips": chips, "selection": "ambito=casa"}},
        "chips": {"empty": {"chips": []}, "long": {"chips": chips, "action": reverse("practices:list")}},
        "field": {
            **{field.name: {"field": field} for field in fresh},
            **{f"{field.name}, refused": {"field": field} for field in refused if field.errors},
        },
        "form": {"fresh": {"form": fresh}, "refused": {"form": refused}},
    }


def _drawings() -> dict[str, Examples]:
    points = [
        Point("2023", date(2023, 12, 31), Decimal(180), is_approximate=True),
        Point("2024", date(2024, 12, 31), Decimal(256), mark="verified"),
        Point("2025", date(2025, 12, 31), Decimal(310), mark="contested"),
    ]
    title, unit = "Utenti dello sportello", "persone"
    steps = [chain.Step(n, LONG, LINK, "Dichiarazione di intenti", str(2020 + n)) for n in range(3)]
    links = [chain.Link(0, 1, "recepisce"), chain.Link(1, 2, "segue", is_dashed=True)]
    places = [tilemap.Place(f"Territorio {n}", f"T{n}", n // 4 + 1, n % 4 + 1, n * n, LINK) for n in range(8)]
    return {
        "bars": {"empty": {"bars": []}, "long": {"bars": bars([(LONG, LINK, 1_000), ("Salute", "", 1), ("Casa", LINK, 0)])}},
        "chain": {"one after the other": {"chain": chain.draw(steps, links, 1), "label": "Prima e dopo"}},
        "chart": {
            "empty": {"chart": series([], title=title, unit=unit)},
            "one value": {"chart": series(points[:1], title=title, unit=unit)},
            "with levels": {"chart": series(points, title=title, unit=unit, baseline=Decimal(120), target=Decimal(400))},
            "several": {"chart": several([Named(LONG, points, LINK), Named("Torino", points[1:])], title=title, unit=unit)},
        },
        "map": {"one": {"map": tilemap.draw(places), "label": "Numero di pratiche"}},
    }


def _lists(request: HttpRequest) -> dict[str, Examples]:
    rows = range(1_000)
    pages = {
        title: {"page": page_of(rows, number)} for title, number in {"first": "1", "middle": "25", "last": "50"}.items()
    }
    listed = PracticeFilter(QueryDict("q=casa"), queryset=Submission.objects.listed(), request=request)
    search = {"filters": listed, "action": reverse("practices:list"), "search_label": "Cerca", "show": "Mostra"}
    return {
        "filters": {"of practices": search, "with a help": {**search, "help": LONG}},
        "pagination": {"one page": {"page": page_of(rows[:1], "1")}, **pages},
    }


def _practices() -> dict[str, Examples]:
    found = cards(Submission.objects.listed()).first()
    if not found:
        return {"comparison": {"empty": {"changes": []}}, "practice_card": {}, "record": {"empty": {"sections": []}}}
    submission = Submission.objects.get(pk=found.pk)
    content, labels = read(submission), labels_of(submission)
    changed = {**content, "title": LONG, "target_groups": []}
    labels.prepare(content)
    return {
        "comparison": {"empty": {"changes": []}, "some": {"changes": compare(content, changed, labels)}},
        "practice_card": {
            "in a list": {"submission": found},
            "among those that are alike": {"submission": found, "reason": "Stesso ambito (Casa), stesso territorio"},
        },
        "record": {"empty": {"sections": []}, "one": {"sections": sections(content, labels, public=True)}},
    }
