"""Text search over the practices in the lists. The index follows publication in the same transaction."""

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.query import QuerySet

from portal.lib.text import fold
from practices.models import Practice, SearchEntry, Submission
from practices.record import FIELDS, Type

# Beyond this many words a query says nothing more.
MAX_WORDS = 12


def index(practice: Practice) -> None:
    """Write the practice's words, or remove them when it is not in the lists."""
    listed = Submission.objects.listed().filter(practice=practice).select_related("organisation").first()
    if listed is None:
        SearchEntry.objects.filter(practice=practice).delete()
        return
    towns = listed.municipalities.select_related("province")
    places = [name for town in towns for name in (str(town), town.name)]
    tags = [tag.name for tag in listed.tags.all()]
    heading = [listed.summary, *places, *tags, listed.organisation.name]
    body = [
        getattr(listed, field.name)
        for field in FIELDS.values()
        if field.public and field.type is Type.PARAGRAPHS and field.name != "summary"
    ]
    SearchEntry.objects.update_or_create(
        practice=practice,
        defaults={
            "title": f" {fold(listed.title)} ",
            "heading": f" {fold(' '.join(heading))} ",
            "body": f" {fold(' '.join(body))} ",
        },
    )


def matching(submissions: "QuerySet[Submission]", text: str) -> "QuerySet[Submission]":
    """Those with every word of the text as the beginning of one of theirs; annotated with `rank`: 0 is the best."""
    words = fold(text).split()[:MAX_WORDS]
    if not words:
        return submissions.none().annotate(rank=Value(2, output_field=IntegerField()))
    in_title, in_heading = Q(), Q()
    for word in words:
        title = Q(practice__search_entry__title__contains=f" {word}")
        heading = Q(practice__search_entry__heading__contains=f" {word}")
        submissions = submissions.filter(title | heading | Q(practice__search_entry__body__contains=f" {word}"))
        in_title &= title
        in_heading &= title | heading
    rank = Case(
        When(in_title, then=Value(0)), When(in_heading, then=Value(1)), default=Value(2), output_field=IntegerField()
    )
    return submissions.annotate(rank=rank)
