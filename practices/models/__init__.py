from practices.models.adaptation import Adaptation, AdaptationProposal
from practices.models.attachment import Attachment
from practices.models.case import Event, Note, Reason, Remark, Visit
from practices.models.funding import FundingLine
from practices.models.indicator import CommonIndicator, Indicator, Reading
from practices.models.practice import Practice
from practices.models.preview_link import PreviewLink
from practices.models.search import SearchEntry, SearchWord
from practices.models.submission import Submission
from practices.models.taxonomy import Fund, TargetGroup, Theme

__all__ = [
    "Adaptation",
    "AdaptationProposal",
    "Attachment",
    "CommonIndicator",
    "Event",
    "Fund",
    "FundingLine",
    "Indicator",
    "Note",
    "Practice",
    "PreviewLink",
    "Reading",
    "Reason",
    "Remark",
    "SearchEntry",
    "SearchWord",
    "Submission",
    "TargetGroup",
    "Theme",
    "Visit",
]
