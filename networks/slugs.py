"""Addresses of municipalities: made of the name, with the province's abbreviation for homonyms; old ones lead to the new."""

from collections import Counter
from collections.abc import Iterable

from django.utils.text import slugify

from networks.models import Municipality, OldSlug
from portal.lib.text import fold


def base_of(town: Municipality) -> str:
    """What its address is made of: the name that people use, in Italian."""
    return slugify(fold(town.common_name or town.name))


def give_new(towns: Iterable[Municipality], everybody: Iterable[Municipality]) -> list[OldSlug]:
    """Set the slug of towns that are new or renamed; the old ones to be kept. Nothing is saved here.

    `everybody` holds these and all the others, with their present names: who already has the plain name keeps it, and a
    homonym never gets it. An address that led to a town once is not given to another.
    """
    everybody = list(everybody)
    shared = Counter(base_of(town) for town in everybody)
    taken = {town.slug: town for town in everybody if town.slug}
    old = {row.slug: row.municipality_id for row in OldSlug.objects.all()}
    kept = []
    for town in towns:
        base, was = base_of(town), town.slug
        plain = [base] if base and shared[base] == 1 else []
        signed = f"{base}-{town.province.abbreviation.lower()}".strip("-")
        for slug in (*plain, signed, f"{signed}-{town.pk.lower()}"):
            if taken.get(slug, town) is town and old.get(slug, town.pk) == town.pk:
                break
        town.slug = slug
        taken[slug] = town
        if was and was != slug:
            kept.append(OldSlug(slug=was, municipality=town))
            # Also of what comes later in the same file.
            old[was] = town.pk
    return kept


def keep(old: Iterable[OldSlug]) -> None:
    """Save them, so that they lead to their town. A town that has gone back to an old address has it again, not as an old one."""
    old = list(old)
    slugs = [slug for row in old for slug in (row.slug, row.municipality.slug)]
    OldSlug.objects.filter(slug__in=slugs).delete()
    OldSlug.objects.bulk_create(old, batch_size=500)
