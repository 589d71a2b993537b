"""Practices like this one: the same main theme, the same territory, the same words, and the reason said."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, or_

from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from networks.models import Region
from portal.lib.one_by_one import has_any
from portal.lib.rows import annotated, with_rows
from portal.lib.text import fold
from practices.cards import cards
from practices.models import Submission
from practices.related import RELATIONS

LIMIT = 3
# So many are compared, the newest: all of them while there are no more. To look for the newest of a theme or a territory would
# take the longer the fewer it has.
COMPARED = 1000
_TOWNS = {"municipalities": RELATIONS["municipalities"]}
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
    """Those that have most in common first, then the newest. One query.

    The words count among those of the same theme or territory, and alone where it has neither.
    """
    regions = {town.province.region for town in submission.municipalities.all()}
    words = _words(submission)
    likeness: list[tuple[int, Q]] = []
    if submission.main_theme_id:
        likeness.append((THEME, Q(main_theme=submission.main_theme_id)))
    if regions:
        likeness.append((TERRITORY, Q(_in_regions(regions))))
    near = [condition for _weight, condition in likeness]
    if words:
        likeness.append((WORDS, _shares(words)))
    if not likeness:
        return []
    others = Submission.objects.listed().exclude(practice=submission.practice_id)
    newest = others.order_by("-published_at", "-pk").values("pk")[:COMPARED]
    compared = Submission.objects.filter(reduce(or_, near or [_shares(words)]), pk__in=newest)
    points = reduce(add, (Case(When(condition, then=weight), default=0) for weight, condition in likeness))
    # Their keys alone are put in order, and the cards read of those that are shown.
    best = compared.order_by(points.desc(), "-published_at", "-pk").values("pk")[:limit]
    found = with_rows(_cards().filter(pk__in=best), _TOWNS)
    alike = [(_in_common(submission, other, regions, words), other) for other in found]
    alike.sort(key=lambda one: (one[0].points, one[1].published_at, one[1].pk), reverse=True)
    return [Similar(other, str(common)) for common, other in alike]


@cache
def _cards() -> QuerySet[Submission]:
    """Made once. The towns are read with the rest."""
    return annotated(cards(Submission.objects.all()).prefetch_related(None).order_by(), _TOWNS)


def _in_regions(regions: Iterable[Region]) -> IsNull:
    """That it is of a town of theirs."""
    through = Submission.municipalities.through.objects
    return has_any(through.filter(submission=OuterRef("pk"), municipality__province__region__in=regions))


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


@dataclass(frozen=True)
class _Common:
    """What two practices have in common."""

    theme: str
    regions: list[str]
    words: list[str]

    @property
    def points(self) -> int:
        """As the query counts them."""
        return THEME * bool(self.theme) + TERRITORY * bool(self.regions) + WORDS * bool(self.words)

    def __str__(self) -> str:
        """*Stesso ambito (Casa), stesso territorio (Toscana), parole in comune (sportello)*."""
        reasons = []
        if self.theme:
            reasons.append(_("stesso ambito (%s)") % self.theme)
        if self.regions:
            reasons.append(_("stesso territorio (%s)") % ", ".join(self.regions))
        if self.words:
            reasons.append(_("parole in comune (%s)") % ", ".join(self.words))
        text = ", ".join(reasons)
        return text[:1].upper() + text[1:]


def _in_common(submission: Submission, other: Submission, regions: set[Region], words: list[str]) -> _Common:
    has_theme = submission.main_theme is not None and submission.main_theme_id == other.main_theme_id
    shared = regions & {town.province.region for town in other.municipalities.all()}
    common = [word for word in fold(other.title).split() if word.startswith(tuple(words))] if words else []
    return _Common(
        str(submission.main_theme) if has_theme else "",
        sorted(region.name for region in shared),
        list(dict.fromkeys(common)),
    )
