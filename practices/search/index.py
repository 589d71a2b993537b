"""The index follows publication: each practice in the lists has its words there, and no other has any."""

import re
from collections.abc import Iterable
from itertools import chain
from operator import attrgetter

from networks.models import Municipality
from portal.lib.italian import stem, tokens
from practices.models import Practice, SearchEntry, SearchWord, Submission
from practices.record import FIELDS, Type
from practices.related import Related, rows_of_many
from practices.search.engine import GAP, STEM, having_all
from practices.search.query import Term

COLUMNS = ("title", "summary", "tags", "place", "body")
# What a reader could have misspelt: shorter words are taken as they are.
MIN_WORD = 4
BATCH = 500
_LETTERS = re.compile(r"[^\W\d_]+")
BODY = [f.name for f in FIELDS.values() if f.public and f.type is Type.PARAGRAPHS and f.name != "summary"]

# The relations whose names are searched.
RELATED = ("other_themes", "target_groups", "funding_lines", "tags", "municipalities")


def index(practice: Practice) -> None:
    """Write the practice's words, or remove them when it is not in the lists."""
    listed = Submission.objects.listed().filter(practice=practice).select_related("organisation", "main_theme").first()
    if listed is None:
        SearchEntry.objects.filter(practice=practice).delete()
    else:
        index_many([listed])


def index_many(submissions: Iterable[Submission], rows: dict[int, Related] | None = None) -> None:
    """Write the words of published submissions whose practices stand in lists; `rows`: what was read of each before."""
    submissions = list(submissions)
    rows = rows_of_many(submissions, RELATED) if rows is None else rows
    texts = {one.practice_id: texts_of(one, rows[one.pk]) for one in submissions}
    SearchEntry.objects.bulk_create(
        [SearchEntry(practice_id=practice, **columns_of(found)) for practice, found in texts.items()],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["practice"],
        update_fields=COLUMNS,
    )
    learn(texts.values())


def texts_of(submission: Submission, rows: Related) -> dict[str, list[str]]:
    """What is searched, by column, in the same order on every engine; neighbours in a list are no neighbours in a phrase."""
    body, theme = submission.organisation, submission.main_theme
    listed = [*([theme] if theme else []), *rows["other_themes"], *rows["target_groups"]]
    listed += [*(line.fund for line in rows["funding_lines"]), *sorted(rows["tags"], key=attrgetter("name"))]
    places = chain.from_iterable(_of_town(town) for town in sorted(rows["municipalities"], key=attrgetter("sort_name")))
    return {
        "title": [submission.title],
        "summary": [submission.summary],
        "tags": list(dict.fromkeys(one.name for one in listed)),
        "place": list(dict.fromkeys([body.name, body.acronym, submission.neighbourhood, *places])),
        "body": [submission.title_en, *(getattr(submission, name) for name in BODY)],
    }


def _of_town(town: Municipality) -> tuple[str, ...]:
    """What it is called by, and where it lies."""
    return town.name, town.other_name, town.common_name, town.province.name, town.province.region.name


def columns_of(texts: dict[str, list[str]]) -> dict[str, str]:
    """What the index holds of these texts."""
    return {column: column_of(texts[column]) for column in COLUMNS}


def column_of(texts: Iterable[str]) -> str:
    """The words as they stand, then their stems, each once."""
    runs = [run for run in map(tokens, texts) if run]
    stems = dict.fromkeys(STEM + stem(word) for run in runs for word in run)
    return f" {f' {GAP} '.join(' '.join(run) for run in runs)} {GAP} {' '.join(stems)} "


def learn(texts: Iterable[dict[str, list[str]]]) -> None:
    """Keep the words that were never seen before, in order, so that two who learn the same ones cannot block each other."""
    written = _words_in(chain.from_iterable(column for found in texts for column in found.values()))
    words = [SearchWord(word=word, written=written[word]) for word in sorted(written)]
    SearchWord.objects.bulk_create(words, batch_size=BATCH, ignore_conflicts=True)


def unlearn(texts: Iterable[str]) -> None:
    """Forget the words of what has left the lists for good, but for those that stand in another practice."""
    for word in SearchWord.objects.filter(pk__in=_words_in(texts)).values_list("pk", flat=True).order_by("pk"):
        if not SearchEntry.objects.filter(pk__in=having_all([Term((word,))])).exists():
            SearchWord.objects.filter(pk=word).delete()


def _words_in(texts: Iterable[str]) -> dict[str, str]:
    """Each word folded, with how it is written."""
    written: dict[str, str] = {}
    for word in dict.fromkeys(_LETTERS.findall(" ".join(texts).lower())):
        [folded] = tokens(word) or [""]
        if MIN_WORD <= len(folded) == len(word):
            written.setdefault(folded, word)
    return written
