"""The reuse sheet: what of a practice's record another town needs to do the same, and what the record does not say."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.lib.templatetags.portal import lower_first
from practices.content import Content
from practices.labels import Labels
from practices.models import Attachment
from practices.presentation import Display, PresentedField, PresentedSection, present
from practices.record import FIELDS, Text, is_empty

# Name, title and fields of each part, in the order in which a town asks.
PARTS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("attivita", _("Che cosa si fa, e per chi"), ("target_description", "activities")),
    ("condizioni", _("Che cosa serve per cominciare"), ("minimum_conditions", "success_conditions", "transferability")),
    ("costi", _("Costi e finanziamenti"), ("total_cost", "funding_lines", "sustainability")),
    ("personale", _("Personale"), ("staff_days", "staff")),
    ("atto", _("Atto"), ("act_kind", "act_number", "act_on", "act_url")),
    ("tempi", _("Tempi"), ("started_on", "ended_on", "milestones")),
    ("partner", _("Partner"), ("partners",)),
    ("lezioni", _("Difficoltà e lezioni"), ("difficulties", "lessons")),
    ("contatti", _("A chi chiedere"), ("office", "office_email", "links")),
)
# Where these are empty, nothing is missing.
OPTIONAL = {"target_description", "ended_on", "links"}
# Pictures are for looking at.
DOCUMENTS = (
    Attachment.Kind.ACT,
    Attachment.Kind.TENDER,
    Attachment.Kind.FORM,
    Attachment.Kind.BUDGET,
    Attachment.Kind.REPORT,
)


@dataclass(frozen=True)
class Part:
    """What the record says, laid out as on the practice's page, and the labels of what it does not say."""

    section: PresentedSection
    missing: list[str]

    @property
    def as_sections(self) -> list[PresentedSection]:
        """For the component that lays records out."""
        return [self.section]


def sheet(values: Content, labels: Labels) -> list[Part]:
    """The parts in their order, the documents before the contacts."""
    labels.prepare(values)
    parts = [_part(name, title, fields, values, labels) for name, title, fields in PARTS]
    return [*parts[:-1], _documents(values, labels), parts[-1]]


def _part(name: str, title: Text, fields: tuple[str, ...], values: Content, labels: Labels) -> Part:
    said = [present(FIELDS[field], values[field], labels) for field in fields if not is_empty(values.get(field))]
    missing = [
        lower_first(str(FIELDS[field].label)) for field in fields if is_empty(values.get(field)) and field not in OPTIONAL
    ]
    return Part(PresentedSection(name, title, said), missing)


def _documents(values: Content, labels: Labels) -> Part:
    """By type."""
    shown = {kind: [row for row in values["attachments"] if row["kind"] == kind] for kind in DOCUMENTS}
    field = FIELDS["attachments"]
    said = [
        PresentedField(kind.value, kind.label, Display.FILES, present(field, rows, labels).value)
        for kind, rows in shown.items()
        if rows
    ]
    missing = [lower_first(str(kind.label)) for kind, rows in shown.items() if not rows and kind != Attachment.Kind.REPORT]
    return Part(PresentedSection("documenti", _("Documenti da riusare"), said), missing)
