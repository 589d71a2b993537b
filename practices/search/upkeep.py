"""The index as a whole: written anew, and compared with what is published."""

from collections.abc import Collection, Iterator
from itertools import islice

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from practices.models import Practice, SearchEntry, SearchWord, Submission
from practices.search.index import BATCH, COLUMNS, columns_of, index, index_many, readable, texts_of


def rebuild() -> Iterator[int]:
    """Write everything anew, in one transaction: readers find the old index until it is done. Yields how many so far."""
    with transaction.atomic():
        SearchWord.objects.all().delete()
        SearchEntry.objects.all().delete()
        listed, done = _listed(), 0
        while batch := list(islice(listed, BATCH)):
            index_many(batch)
            done += len(batch)
            yield done


def follow_towns(codes: Collection[str]) -> int:
    """After these municipalities, their province or their organisation got another name; how many practices it concerned."""
    here = Submission.municipalities.through.objects.filter(municipality__in=codes)
    concerned = Q(pk__in=here.values("submission")) | Q(organisation__municipality__in=codes)
    listed = Submission.objects.listed().filter(concerned)
    practices = Practice.objects.filter(pk__in=listed.values("practice")).order_by("pk")
    for practice in practices:
        index(practice)
    return len(practices)


def faults() -> Iterator[str]:
    """Everything in which the index is not what it should be, in words."""
    for submission in _listed():
        entry = SearchEntry.objects.filter(practice=submission.practice_id).values(*COLUMNS).first()
        if entry is None:
            yield _("%s non è nell'indice.") % submission.practice
        elif entry != columns_of(texts_of(submission)):
            yield _("%s: l'indice ha parole non aggiornate.") % submission.practice
    stray = SearchEntry.objects.exclude(practice__in=Submission.objects.listed().values("practice"))
    for entry in stray.select_related("practice").order_by("pk"):
        yield _("%s è nell'indice e non negli elenchi.") % entry.practice
    if connection.vendor == "sqlite" and not _fts5_agrees():
        yield _("L'indice di SQLite non corrisponde alle parole: va ricostruito.")


def _listed() -> Iterator[Submission]:
    listed = readable(Submission.objects.listed().select_related("practice")).order_by("pk")
    return iter(listed.iterator(chunk_size=BATCH))


def _fts5_agrees() -> bool:
    """FTS5's own check against the table whose words it holds (rank 1 asks for that)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO practices_search(practices_search, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True
