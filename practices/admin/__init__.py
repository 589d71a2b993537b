"""The editors' desk.

`queue` lists the cases by `queues`, `case` shows one, `decisions` are the verbs, `dossier` is a case on paper, `leave` gives
somebody's cases to another, `on_behalf` begins one for an organisation; `people` are the editors, `affiliations` says who acts
for whom, `taxonomies` are the kept lists. `editing` changes the text of a case; `practices` lists what is public and shows one,
`practice_verbs` are what can be done to it; `readings` are
the values that were declared.
"""

from practices.admin.affiliations import AffiliationAdmin
from practices.admin.people import EditorAdmin
from practices.admin.practices import PracticeAdmin
from practices.admin.queue import SubmissionAdmin
from practices.admin.readings import ReadingAdmin
from practices.admin.taxonomies import CommonIndicatorAdmin, ReasonAdmin, TaxonomyAdmin

__all__ = [
    "AffiliationAdmin",
    "CommonIndicatorAdmin",
    "EditorAdmin",
    "PracticeAdmin",
    "ReadingAdmin",
    "ReasonAdmin",
    "SubmissionAdmin",
    "TaxonomyAdmin",
]
