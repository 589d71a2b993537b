"""Builders of test data, through the domain's own functions wherever there is one."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from networks.models import Affiliation, Municipality, Network, Organisation, Province, Region, User
from networks.models.person import CHIEF_EDITORS, EDITORS
from practices import content
from practices.models import Fund, Practice, Reason, Submission, TargetGroup, Theme
from practices.models.choices import Status
from practices.moderation import editor, officer
from practices.publication import publish_content

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "una-frase-di-prova"
_number = count(1)


def later(minutes: int = 1) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(minutes=minutes)


def region(name: str = "Emilia-Romagna", code: str = "ITH5") -> Region:
    found = Region.objects.filter(nuts_code=code).first()
    n = Region.objects.count() + 1
    return found or Region.objects.create(
        nuts_code=code, name=name, abbreviation=code[2:], slug=name.lower().replace(" ", "-"), tile_row=n, tile_column=1
    )


def municipality(
    name: str = "Reggio Emilia", code: str = "H223", *, sign: str = "RE", of: Region | None = None
) -> Municipality:
    if found := Municipality.objects.filter(belfiore_code=code).first():
        return found
    province, _created = Province.objects.get_or_create(
        abbreviation=sign, defaults={"code": f"{Province.objects.count() + 1:03d}", "name": name, "region": of or region()}
    )
    return Municipality.objects.create(
        belfiore_code=code,
        istat_code=f"{Municipality.objects.count() + 1:06d}",
        name=name,
        slug=name.lower().replace(" ", "-"),
        province=province,
    )


def organisation(name: str = "Comune di Reggio Emilia", town: Municipality | None = None, **fields: Any) -> Organisation:
    town = town or municipality()
    found = Organisation.objects.filter(name=name).first()
    return found or Organisation.objects.create(
        kind="municipality",
        name=name,
        slug=name.lower().replace(" ", "-"),
        municipality=town,
        region=town.province.region,
        **fields,
    )


def user(email: str = "", **fields: Any) -> User:
    return User.objects.create_user(email or f"persona{next(_number)}@example.org", PASSWORD, **fields)


def verified_user(email: str = "", **fields: Any) -> User:
    """Somebody who has shown that the address is hers."""
    person = user(email, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def officer_of(of: Organisation, role: str = "contributor", email: str = "") -> User:
    person = user(email)
    Affiliation.objects.create(user=person, organisation=of, role=role, status="active", active_from=NOW)
    return person


def editor_user(email: str = "", *, chief: bool = False, second_factor: bool = True) -> User:
    person = user(email, is_staff=True)
    person.groups.add(Group.objects.get(name=CHIEF_EDITORS if chief else EDITORS))
    if second_factor:
        add_second_factor(person)
    return person


def add_second_factor(person: User) -> None:
    """An app that gives codes."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "PROVAPROVAPROVA2"})


def coordinator_of(member: Organisation) -> User:
    """Somebody of an organisation that coordinates a network in which this one is a member."""
    network = Network.objects.get_or_create(name="Rete di prova", slug="rete-di-prova")[0]
    lead = Organisation.objects.get_or_create(name="Coordinamento", slug="coordinamento", kind="third_sector")[0]
    network.memberships.get_or_create(organisation=lead, role="coordinator", joined_by=NOW.date())
    network.memberships.get_or_create(organisation=member, role="member", joined_by=NOW.date())
    return officer_of(lead)


def reason(verb: str = "request_changes") -> Reason:
    return Reason.objects.get_or_create(
        code=f"{verb}-prova",
        defaults={"verb": verb, "title": "Mancano dei dati", "mail_text": "Vi chiediamo di completare."},
    )[0]


def taxonomy() -> None:
    Theme.objects.get_or_create(slug="casa", defaults={"name": "Casa"})
    Theme.objects.get_or_create(slug="lavoro", defaults={"name": "Lavoro"})
    TargetGroup.objects.get_or_create(slug="famiglie", defaults={"name": "Famiglie"})
    Fund.objects.get_or_create(slug="fami", defaults={"name": "FAMI"})


def values(**changes: Any) -> content.Content:
    """A complete content, ready to be sent."""
    taxonomy()
    return {
        "kind": "good_practice",
        "title": "Portierato sociale di via Turri",
        "summary": "Un presidio nel quartiere della stazione.",
        "main_theme": "casa",
        "other_themes": [],
        "action_type": "place",
        "tags": ["quartiere"],
        "municipalities": [municipality().belfiore_code],
        "context_population": 171_000,
        "context_foreign_residents": 28_000,
        "context_source": "ISTAT",
        "context_on": "2025-01-01",
        "target_groups": ["famiglie"],
        "target_description": "Chi abita nel quartiere.",
        "started_on": "2019",
        "stage": "running",
        "context": "Un quartiere con molti condomìni misti.",
        "problem": "Conflitti tra vicini.",
        "objectives": "Meno conflitti.",
        "activities": "Un punto di ascolto.",
        "participation": "Un gruppo di abitanti decide il programma.",
        "funding_lines": [{"fund": "fami", "amount": None, "from_year": 2019, "to_year": None}],
        "outputs": "Aperture settimanali.",
        "results": "Meno segnalazioni.",
        "evaluation": "none",
        "difficulties": "All'inizio veniva poca gente.",
        "lessons": "Servono volti noti.",
        "sustainability": "A carico del bilancio comunale.",
        "transferability": "Basta un locale al piano terra.",
        "office": "Ufficio intercultura",
        "office_email": "intercultura@example.org",
        "licence_accepted": True,
        "releases_declared": False,
        "truth_declared": True,
        **changes,
    }


def submission(
    status: Status = Status.DRAFT,
    *,
    of: Organisation | None = None,
    by: User | None = None,
    assignee: User | None = None,
    **changes: Any,
) -> Submission:
    """A submission brought to a status by the verbs that lead there."""
    of = of or organisation()
    by = by or officer_of(of)
    made = officer.start(of, by=by, at=NOW, values=values(**changes))
    if status == Status.DRAFT:
        return made
    made = officer.submit(made, by=by, at=later(1), similar_seen=True)
    if status == Status.WITHDRAWN:
        return officer.withdraw(made, by=by, at=later(2))
    if status == Status.SUBMITTED:
        return made
    assignee = assignee or editor_user()
    made = editor.take(made, by=assignee, at=later(2))
    match status:
        case Status.CHANGES_REQUESTED:
            return editor.request_changes(made, by=assignee, at=later(3), reason=reason(), text="Completate i dati.")
        case Status.TO_CONFIRM:
            return editor.propose(
                made, by=assignee, at=later(3), values={"title": "Un titolo più chiaro"}, text="Così si capisce."
            )
        case Status.REJECTED:
            return editor.reject(
                made, by=assignee, at=later(3), reason=reason("reject"), text="Non riguarda l'integrazione."
            )
        case Status.PUBLISHED:
            return editor.publish(made, by=assignee, at=later(3))
        case Status.SUPERSEDED:
            published = editor.publish(made, by=assignee, at=later(3))
            second = officer.revise(published.practice, by=by, at=later(4))
            second = officer.save(
                second,
                by=by,
                at=later(4),
                section="contacts",
                seen=0,
                values={"licence_accepted": True, "truth_declared": True},
            )
            second = officer.submit(second, by=by, at=later(5), similar_seen=True)
            editor.publish(editor.take(second, by=assignee, at=later(6)), by=assignee, at=later(7))
            published.refresh_from_db()
            return published
    return made


def published(**changes: Any) -> Submission:
    """A published submission."""
    return submission(Status.PUBLISHED, **changes)


def imported(**changes: Any) -> Submission:
    """A published practice taken from a public source."""
    body = organisation()
    practice = Practice.objects.create(organisation=body)
    made = Submission(
        practice=practice,
        organisation=body,
        origin="imported",
        status=Status.PUBLISHED,
        published_at=NOW,
        source_url="https://www.example.org/notizia",
        source_licence="Fatti da fonte pubblica",
        source_note="Le fonti non concordano sull'anno.",
        other_source_urls=["https://altra.example.net/x", "javascript:alert(1)"],
    )
    content.write(made, {**dict.fromkeys(("staff",), ""), **changes})
    publish_content(made, at=NOW)
    Practice.objects.filter(pk=practice.pk).update(confirmed_on=None)
    return made
