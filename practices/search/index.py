"""The index follows publication: each practice in the lists has its words there, and no other has any."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Prefetch, QuerySet

from networks.models import Municipality
from portal.lib.italian import stem, tokens
from practices.models import Practice, SearchEntry, SearchWord, Submission
from practices.record import FIELDS, Type
from practices.search.engine import GAP, STEM

COLUMNS = ("title", "summary", "tags", "place", "body")
# What a reader could have misspelt: shorter words are taken as they are.
MIN_WORD = 4
BATCH = 500
BODY = [f.name for f in FIELDS.values() if f.public and f.type is Type.PARAGRAPHS and f.name != "summary"]


def index(practice: Practice) -> None:
    """Write the practice's words, or remove them when it is not in the lists."""
    listed = readable(Submission.objects.listed().filter(practice=practice)).first()
    if listed is None:
        SearchEntry.objects.filter(practice=practice).delete()
        return
    texts = texts_of(listed)
    SearchEntry.objects.update_or_create(practice=practice, defaults=columns_of(texts))
    learn(texts)


def texts_of(submission: Submission) -> dict[str, list[str]]:
    """What is searched, by column; neighbours in a list are no neighbours in a phrase."""
    towns: list[Municipality] = list(submission.municipalities.all())
    places = [name for t in towns for name in (t.name, t.other_name, t.common_name, t.province.name, t.province.region.name)]
    body = submission.organisation
    themes = [submission.main_theme, *submission.other_themes.all()]
    funds = [line.fund for line in submission.funding_lines.all()]
    named = [row.name for row in (*themes, *submission.target_groups.all(), *funds, *submission.tags.all()) if row]
    return {
        "title": [submission.title],
        "summary": [submission.summary],
        "tags": list(dict.fromkeys(named)),
        "place": list(dict.fromkeys([body.name, body.acronym, submission.neighbourhood, *places])),
        "body": [submission.title_en, *(getattr(submission, name) for name in BODY)],
    }


def readable(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """With everything that is searched, one query a table."""
    return submissions.select_related("organisation", "main_theme").prefetch_related(
        Prefetch("municipalities", Municipality.objects.select_related("province__region")),
        "other_themes",
        "target_groups",
        "funding_lines__fund",
        "tags",  # type: ignore[misc]  # taggit's manager can be, and has no types
    )


def columns_of(texts: dict[str, list[str]]) -> dict[str, str]:
    """What the index holds of these texts."""
    return {column: column_of(texts[column]) for column in COLUMNS}


def column_of(texts: Iterable[str]) -> str:
    """The words as they stand, then their stems, each once."""
    runs = [run for run in map(tokens, texts) if run]
    stems = dict.fromkeys(STEM + stem(word) for run in runs for word in run)
    return f" {f' {GAP} '.join(' '.join(run) for run in runs)} {GAP} {' '.join(stems)} "


def learn(texts: dict[str, list[str]]) -> None:
    """Keep the words that were never seen before, in order, so that two who learn the same ones cannot block each other."""
    written: dict[str, str] = {}
    for text in chain.from_iterable(texts.values()):
        for word in "".join(c if c.isalpha() else " " for c in text.lower()).split():
            [folded] = tokens(word) or [""]
            if MIN_WORD <= len(folded) == len(word):
                written.setdefault(folded, word)
    known = set(SearchWord.objects.filter(pk__in=written).values_list("pk", flat=True))
    new = [SearchWord(word=word, written=written[word]) for word in sorted(written.keys() - known)]
    SearchWord.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
