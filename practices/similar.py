"""Practices like this one: the same main theme, the same territory, the same words, and the reason said."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from networks.models import Region
from portal.lib.text import fold
from practices.cards import cards
from practices.models import Submission

LIMIT = 3
# What each likeness counts: two together always come before one.
THEME, WORDS, TERRITORY = 4, 3, 2
# Words of the title and tags that are worth comparing: long enough to mean something, and not said by everybody.
MIN_LETTERS = 5
MAX_WORDS = 10
SAID_BY_EVERYBODY = {
    "comune", "comuni", "comunale", "comunali", "citta", "progetto", "progetti", "servizio", "servizi", "persone",
    "cittadini", "cittadine", "integrazione", "migranti", "immigrati", "immigrazione", "stranieri", "straniere",
    "straniera", "straniero", "pratica", "pratiche", "attivita",
}  # fmt: skip


@dataclass(frozen=True)
class Similar:
    """A published practice and why it is shown."""

    submission: Submission
    reason: str


def similar_to(submission: Submission, limit: int = LIMIT) -> list[Similar]:
    """Those that have most in common first, then the newest. Two queries."""
    regions = {town.province.region for town in submission.municipalities.all()}
    words = _words(submission)
    towns = Submission.municipalities.through.objects.filter(
        submission=OuterRef("pk"), municipality__province__region__in=regions
    )
    likeness: list[tuple[int, Q]] = []
    if submission.main_theme_id:
        likeness.append((THEME, Q(main_theme=submission.main_theme_id)))
    if regions:
        likeness.append((TERRITORY, Q(Exists(towns))))
    if words:
        likeness.append((WORDS, _shares(words)))
    if not likeness:
        return []
    points: Combinable = Value(0)
    alike = Q()
    for weight, condition in likeness:
        points += Case(When(condition, then=Value(weight)), default=Value(0), output_field=IntegerField())
        alike |= condition
    found = (
        cards(Submission.objects.listed().exclude(practice=submission.practice_id))
        .filter(alike)
        .annotate(points=points)
        .order_by("-points", "-published_at", "-pk")
    )
    return [Similar(other, _reason(submission, other, regions, words)) for other in found[:limit]]


def _words(submission: Submission) -> list[str]:
    """The words that say what it is about, by their beginnings, so that *sportelli* meets *sportello*."""
    text = fold(" ".join([submission.title, *(tag.name for tag in submission.tags.all())]))
    telling = dict.fromkeys(w[:-1] for w in text.split() if len(w) >= MIN_LETTERS and w not in SAID_BY_EVERYBODY)
    return list(telling)[:MAX_WORDS]


def _shares(words: Iterable[str]) -> Q:
    """That one of the words begins a word of the other's title."""
    found = Q()
    for word in words:
        found |= Q(practice__search_entry__title__contains=f" {word}")
    return found


def _reason(submission: Submission, other: Submission, regions: set[Region], words: list[str]) -> str:
    """*Stesso ambito (Casa), stesso territorio (Toscana), parole in comune (sportello)*."""
    reasons = []
    if submission.main_theme_id and submission.main_theme_id == other.main_theme_id:
        reasons.append(_("stesso ambito (%s)") % submission.main_theme)
    if shared := sorted(region.name for region in regions & {town.province.region for town in other.municipalities.all()}):
        reasons.append(_("stesso territorio (%s)") % ", ".join(shared))
    if common := [word for word in fold(other.title).split() if word.startswith(tuple(words))] if words else []:
        reasons.append(_("parole in comune (%s)") % ", ".join(dict.fromkeys(common)))
    text = ", ".join(reasons)
    return text[:1].upper() + text[1:]
