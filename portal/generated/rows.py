"""Practices by the thousand, with all that hangs on them, written in batches.

No verb of the moderation is called, and no event is written: a country's worth of them would take hours. What those verbs keep
in step (addresses, search index, evidence levels) is written here by the same functions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from taggit.models import Tag, TaggedItem

from agreements.models import Commitment
from networks.models import Municipality, Organisation, User
from portal.generated import words
from portal.generated.text import Writer, skewed
from portal.generated.writing import Tables
from portal.lib.dates import Precision
from practices.models import (
    Adaptation,
    CommonIndicator,
    Fund,
    FundingLine,
    Indicator,
    Practice,
    Reading,
    Submission,
    TargetGroup,
    Theme,
)
from practices.models.choices import ActionType, Evaluation, Kind, Stage, Status
from practices.search.index import index_many

BATCH = 500
# Fixed, so that the same seed gives the same data on any day.
AGO, LATEST = datetime(2019, 1, 1, 9, tzinfo=UTC), datetime(2026, 6, 30, 9, tzinfo=UTC)
# What becomes of a practice beside its published text: a version before it, one in the works, one that did not make it.
OPEN_SHARE = ((Status.DRAFT, 0.06), (Status.SUBMITTED, 0.02), (Status.UNDER_REVIEW, 0.02), (Status.CHANGES_REQUESTED, 0.02))
VERSIONS = 1.8  # earlier texts a practice, on average


@dataclass(frozen=True)
class Taking:
    """Who takes part: an organisation, its officer and its municipality."""

    organisation: Organisation
    officer: User
    town: Municipality


class Country:
    """Makes practices for those who take part; the first of them have the most."""

    def __init__(self, random: Random, writer: Writer, parts: Sequence[Taking], editors: Sequence[User]) -> None:
        self.random, self.writer, self.parts, self.editors = random, writer, parts, editors
        self.themes, self.groups = list(Theme.objects.all()), list(TargetGroup.objects.all())
        self.funds, self.commitments = list(Fund.objects.all()), list(Commitment.objects.order_by("pk"))
        self.common = list(CommonIndicator.objects.all())
        self.submissions = ContentType.objects.get_for_model(Submission)
        slugs = {slugify(name) or name: name for name in writer.tags}
        Tag.objects.bulk_create([Tag(name=name, slug=slug) for slug, name in slugs.items()], ignore_conflicts=True)
        self.tags = list(Tag.objects.order_by("pk"))
        self.near: dict[str, list[Municipality]] = {}
        for part in parts:
            self.near.setdefault(part.town.province_id, []).append(part.town)
        # Practices that others may have adapted, the first of them the most often.
        self.origins: list[Practice] = []
        self.slugs: dict[str, int] = {}
        self.tables = Tables()

    def make(self, wanted: int) -> Iterator[int]:
        """Write so many published practices; yields how many in each batch."""
        for start in range(0, wanted, BATCH):
            with transaction.atomic():
                size = self._batch(start, min(BATCH, wanted - start), wanted)
            yield size
        self.tables.close()

    def _batch(self, start: int, size: int, wanted: int) -> int:
        span = (LATEST - AGO) / wanted
        parts = [skewed(self.random, self.parts) for _n in range(size)]
        titles = [self.writer.title() for _n in range(size)]
        practices = [
            self._practice(part, title, AGO + span * (start + n))
            for n, (part, title) in enumerate(zip(parts, titles, strict=True))
        ]
        self.tables.insert(practices)
        live, others = [], []
        for n, (practice, part, title) in enumerate(zip(practices, parts, titles, strict=True)):
            at = AGO + span * (start + n)
            live.append(self._published(practice, part, title, at))
            others += self._others(practice, part, title, at)
        self.tables.insert([*live, *others])
        linked = [self._linked(submission, part) for submission, part in zip(live, parts, strict=True)]
        self.tables.insert(row for found in linked for row in found)
        index_many(submission for submission in live if not submission.practice.archived_at)
        self.origins += practices[:: self.random.randint(5, 20)]
        return size

    def _practice(self, part: Taking, title: str, at: datetime) -> Practice:
        base = slugify(title)[:100]
        number = self.slugs[base] = self.slugs.get(base, 0) + 1
        archived = {}
        if self.random.random() < 0.03:
            archived = {"archived_at": LATEST, "archived_by": part.officer, "archived_notice": "Il servizio è concluso."}
        slug = base if number == 1 else f"{base}-{number}"
        confirmed = at.date() if self.random.random() < 0.5 else LATEST.date() - timedelta(days=self.random.randint(0, 300))
        return Practice(organisation=part.organisation, slug=slug, confirmed_on=max(at.date(), confirmed), **archived)

    def _text(self, title: str, *, short: bool = False) -> dict[str, Any]:
        write, pick = self.writer, self.random
        required = {
            "kind": pick.choices(list(Kind), (6, 3, 1))[0],
            "title": title,
            "summary": write.paragraph(1, 2),
            "main_theme": skewed(pick, self.themes),
            "action_type": pick.choice(list(ActionType)),
            "started_on": date(pick.randint(2008, 2025), 1, 1),
            "started_on_precision": Precision.YEAR,
            "stage": pick.choices(list(Stage), (1, 5, 3, 4, 1))[0],
            "evaluation": pick.choices(list(Evaluation), (10, 4, 2, 1))[0],
            "problem": write.told(words.BECAUSE, 1, 2).capitalize(),
            "activities": write.paragraph(*((1, 2) if short else (4, 8))),
            "results": write.told(words.OUTCOME, 1, 2 if short else 4),
            "difficulties": write.told(words.TROUBLE, 1, 3),
        }
        if short:
            return required
        return required | {
            "context": write.paragraph(1, 4),
            "objectives": write.paragraph(1, 2),
            "participation": write.paragraph(1, 3),
            "target_description": write.sentence(),
            "context_population": pick.randint(1_000, 200_000),
            "context_foreign_residents": pick.randint(50, 900),
            "context_source": "Dato generato",
            "outputs": write.paragraph(1, 2),
            "lessons": write.paragraph(2, 4),
            "sustainability": write.paragraph(1, 2),
            "transferability": write.paragraph(1, 3),
            "reached_total": pick.randint(10, 3_000) if pick.random() < 0.5 else None,
            "neighbourhood": write.name() if pick.random() < 0.3 else "",
            "office": "Ufficio generato",
            "office_email": "ufficio@generato.example",
            "licence_accepted": True,
            "truth_declared": True,
        }

    def _submission(self, practice: Practice, part: Taking, status: Status, at: datetime, **more: Any) -> Submission:
        sent = {} if status == Status.DRAFT else {"first_sent_at": at, "submitted_at": at, "submitted_by": part.officer}
        return Submission(
            practice=practice,
            organisation=part.organisation,
            status=status,
            is_demo=True,
            created_by=part.officer,
            waiting_since=at,
            **{**sent, **more},
        )

    def _published(self, practice: Practice, part: Taking, title: str, at: datetime) -> Submission:
        return self._submission(practice, part, Status.PUBLISHED, at, **self._decided(at), **self._text(title))

    def _decided(self, at: datetime, decision: str = "publish") -> dict[str, Any]:
        by = self.random.choice(self.editors)
        published = {"published_at": at} if decision == "publish" else {}
        return {"decision": decision, "decided_at": at, "decided_by": by, "assignee": by, **published}

    def _others(self, practice: Practice, part: Taking, title: str, at: datetime) -> list[Submission]:
        pick, found = self.random, []
        versions = min(int(pick.expovariate(1 / (VERSIONS + 0.5))), 12)
        for n in range(versions):
            before = at - timedelta(days=30 * (versions - n))
            text = self._decided(before) | self._text(title, short=True)
            found.append(self._submission(practice, part, Status.SUPERSEDED, before, **text))
        if pick.random() < 0.08:
            text = self._decided(at, "reject") | self._text(title, short=True)
            found.append(self._submission(practice, part, Status.REJECTED, at, **text))
        chance = pick.random()
        for status, share in OPEN_SHARE:
            if 0 <= chance < share:
                text = self._text(title, short=True)
                assignee = None if status in (Status.DRAFT, Status.SUBMITTED) else pick.choice(self.editors)
                found.append(self._submission(practice, part, status, LATEST, assignee=assignee, **text))
            chance -= share
        return found

    def _linked(self, submission: Submission, part: Taking) -> list[Model]:
        """The rows around a published submission; what the index reads of them is kept with it."""
        pick = self.random
        towns = {part.town.pk: part.town}
        if pick.random() < 0.15:
            towns |= {town.pk: town for town in pick.choices(self.near[part.town.province_id], k=pick.randint(1, 3))}
        chosen = pick.sample(self.themes, pick.randint(0, 2))
        themes = [theme for theme in self.themes if theme in chosen and theme != submission.main_theme]
        groups = sorted(pick.sample(self.groups, pick.randint(1, 3)), key=self.groups.index)
        tags = list({tag.pk: tag for tag in (skewed(pick, self.tags) for _n in range(pick.randint(0, 4)))}.values())
        lines = [self._line(submission, fund) for fund in pick.sample(self.funds, pick.choice((1, 1, 1, 2)))]
        submission._prefetched_objects_cache = {  # type: ignore[attr-defined]  # Django's own, as prefetching fills it
            "municipalities": sorted(towns.values(), key=lambda town: town.sort_name),
            "other_themes": themes,
            "target_groups": groups,
            "funding_lines": lines,
            "tags": tags,
        }
        commitments = pick.sample(self.commitments, 1) if self.commitments and pick.random() < 0.15 else []
        through = Submission.municipalities.through, Submission.other_themes.through, Submission.target_groups.through
        return [
            *(through[0](submission=submission, municipality=town) for town in towns.values()),
            *(through[1](submission=submission, theme=theme) for theme in themes),
            *(through[2](submission=submission, targetgroup=group) for group in groups),
            *(Submission.commitments.through(submission=submission, commitment=one) for one in commitments),
            *(TaggedItem(tag=tag, object_id=submission.pk, content_type=self.submissions) for tag in tags),
            *lines,
            *self._measured(submission),
            *self._adapted(submission),
        ]

    def _line(self, submission: Submission, fund: Fund) -> FundingLine:
        begun = self.random.randint(2014, 2025)
        amount = self.random.randint(2, 400) * 1_000 if self.random.random() < 0.6 else None
        return FundingLine(submission=submission, fund=fund, amount=amount, from_year=begun, to_year=begun + 2)

    def _measured(self, submission: Submission) -> list[Model]:
        pick = self.random
        found: list[Model] = []
        for common in pick.sample(self.common, pick.choices((0, 1, 2), (6, 3, 1))[0]):
            indicator = Indicator(
                pk=self.tables[Indicator].number(),
                practice_id=submission.practice_id,
                submission=submission,
                common=common,
                name=common.name,
                unit=common.unit,
                direction=common.direction,
                published_at=submission.published_at,
            )
            found.append(indicator)
            value = pick.randint(10, 500)
            for year in range(2025 - pick.choices((0, 1, 2, 4), (3, 2, 3, 2))[0], 2025):
                value = max(1, int(value * pick.uniform(0.8, 1.4)))
                found.append(
                    Reading(
                        indicator=indicator,
                        period=str(year),
                        on=date(year, 12, 31),
                        value=value,
                        declared_by=submission.submitted_by,
                        declared_at=LATEST,
                    )
                )
        return found

    def _adapted(self, submission: Submission) -> list[Model]:
        pick = self.random
        if not self.origins or pick.random() >= 0.15:
            return []
        confirmed = {"confirmed_by": pick.choice(self.editors), "confirmed_at": LATEST} if pick.random() < 0.5 else {}
        outcome = pick.choice(list(Adaptation.Outcome))
        origin = skewed(pick, self.origins[:20_000])
        changes = self.writer.sentence()
        return [Adaptation(submission=submission, origin=origin, year=2024, changes=changes, outcome=outcome, **confirmed)]
