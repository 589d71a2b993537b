"""Municipalities where the country's own are not loaded, and the organisations and people of those that take part."""

from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.text import slugify

from networks.models import Affiliation, Municipality, Organisation, Province, User
from networks.models.person import CHIEF_EDITORS, EDITORS
from portal.generated.rows import AGO, BATCH
from portal.generated.text import Writer
from portal.lib.text import fold

# What a country has; with so many loaded none is made up.
ENOUGH = 7_000
# Real codes begin with a letter from A to M.
LETTERS = "NOPQRSTUVWXYZ"
POPULATION_ON = date(2025, 1, 1)
EDITORS_MADE = 12


def towns(random: Random, writer: Writer, wanted: int) -> list[Municipality]:
    """All municipalities; made up until there are as many as wanted, or the real ones where they are loaded."""
    there = Municipality.objects.count()
    if there < ENOUGH:
        provinces, taken = list(Province.objects.order_by("pk")), set(Municipality.objects.values_list("slug", flat=True))
        made = [_town(n, random, writer, provinces, taken) for n in range(max(0, wanted - there))]
        Municipality.objects.bulk_create(made, batch_size=BATCH)
    found = Municipality.objects.select_related("province__region").order_by("pk")
    return list(found)


def _town(n: int, random: Random, writer: Writer, provinces: list[Province], taken: set[str]) -> Municipality:
    name = f"{random.choice(('', '', '', 'San ', 'Borgo ', 'Castel ', 'Monte '))}{writer.name()}"
    while slugify(name) in taken:
        name = f"{name} {random.choice(('Alto', 'Basso', 'Marina', 'Terme', 'Vecchio', 'Nuovo', 'in Colle', 'sul Po'))}"
    taken.add(slugify(name))
    population = min(int(random.lognormvariate(7.9, 1.2)) + 50, 90_000)
    return Municipality(
        belfiore_code=f"{LETTERS[n // 1000]}{n % 1000:03d}",
        istat_code=f"{900_000 + n}",
        name=name,
        slug=slugify(name),
        sort_name=fold(name),
        province=random.choice(provinces),
        population=population,
        foreign_residents=int(population * random.uniform(0.01, 0.18)),
        population_on=POPULATION_ON,
    )


def organisations(places: list[Municipality]) -> list[Organisation]:
    """The Comune of each of these, in their order; those that are there stay."""
    names = set(Organisation.objects.values_list("name", flat=True))
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    there = set(Organisation.objects.filter(municipality__isnull=False).values_list("municipality", flat=True))
    made = []
    for place in places:
        name = f"Comune di {place.display_name}"
        if name in names:
            name = f"{name} ({place.province.abbreviation})"
        if place.pk not in there:
            slug = f"comune-di-{place.slug}"
            names.add(name)
            made.append(
                Organisation(
                    kind=Organisation.Kind.MUNICIPALITY,
                    name=name,
                    slug=slug if slug not in slugs else f"{slug}-{place.pk.lower()}",
                    sort_name=fold(name),
                    municipality=place,
                    region=place.province.region,
                )
            )
    Organisation.objects.bulk_create(made, batch_size=BATCH)
    found = {row.municipality_id: row for row in Organisation.objects.filter(municipality__in=[p.pk for p in places])}
    return [found[place.pk] for place in places]


def officers(bodies: list[Organisation]) -> list[User]:
    """Somebody for each organisation, in their order; nobody can log in as them."""
    people = [User(email=f"ente{body.pk}@generato.example", password=make_password(None)) for body in bodies]
    User.objects.bulk_create(people, batch_size=BATCH)
    rows = [
        Affiliation(user=person, organisation=body, role="contributor", status="active", active_from=AGO)
        for person, body in zip(people, bodies, strict=True)
    ]
    Affiliation.objects.bulk_create(rows, batch_size=BATCH)
    return people


def editors() -> list[User]:
    """The editors; the first is a chief editor."""
    people = [
        User(email=f"redazione{n}@generato.example", is_staff=True, password=make_password(None))
        for n in range(1, EDITORS_MADE + 1)
    ]
    User.objects.bulk_create(people)
    for n, person in enumerate(people):
        person.groups.add(Group.objects.get(name=EDITORS if n else CHIEF_EDITORS))
    return people
