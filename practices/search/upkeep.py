"""The index as a whole: written anew, and compared with what is published."""

from collections.abc import Collection, Iterator
from itertools import islice

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from practices.models import SearchEntry, SearchWord, Submission
from practices.related import rows_of_many
from practices.search.index import BATCH, COLUMNS, RELATED, columns_of, index_many, texts_of


def rebuild() -> Iterator[int]:
    """Write everything anew, in one transaction: readers find the old index until it is done. Yields how many so far."""
    with transaction.atomic():
        SearchWord.objects.all().delete()
        SearchEntry.objects.all().delete()
        done = 0
        for batch in _listed():
            index_many(batch)
            done += len(batch)
            yield done


def follow_towns(codes: Collection[str]) -> int:
    """After these municipalities, their province or their organisation got another name; how many practices it concerned."""
    here = Submission.municipalities.through.objects.filter(municipality__in=codes)
    return follow(Q(pk__in=here.values("submission")) | Q(organisation__municipality__in=codes))


def follow(concerned: Q) -> int:
    """After something that these submissions name got another name; how many practices it concerned."""
    done = 0
    for batch in _listed(concerned):
        index_many(batch)
        done += len(batch)
    return done


def faults() -> Iterator[str]:
    """Everything in which the index is not what it should be, in words."""
    for batch in _listed():
        rows = rows_of_many(batch, RELATED)
        entries = SearchEntry.objects.in_bulk([submission.practice_id for submission in batch])
        for submission in batch:
            entry = entries.get(submission.practice_id)
            if entry is None:
                yield _("%s non è nell'indice.") % submission.practice
            elif columns_of(texts_of(submission, rows[submission.pk])) != {name: getattr(entry, name) for name in COLUMNS}:
                yield _("%s: l'indice ha parole non aggiornate.") % submission.practice
    stray = SearchEntry.objects.exclude(practice__in=Submission.objects.listed().values("practice"))
    for entry in stray.select_related("practice").order_by("pk"):
        yield _("%s è nell'indice e non negli elenchi.") % entry.practice
    if connection.vendor == "sqlite" and not _fts5_agrees():
        yield _("L'indice di SQLite non corrisponde alle parole: va ricostruito.")


def _listed(*concerned: Q) -> Iterator[list[Submission]]:
    """What stands in the lists, or some of it, in batches."""
    found = Submission.objects.listed().filter(*concerned).select_related("practice", "organisation", "main_theme")
    rows = found.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _fts5_agrees() -> bool:
    """FTS5's own check against the table whose words it holds (rank 1 asks for that)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO practices_search(practices_search, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True
