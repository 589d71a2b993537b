"""The editors' desk.

`queue` lists the cases by `queues`, `case` shows one, `decisions` are its verbs and `editing` changes its text; `practices`
lists what is public and shows one, `practice_verbs` are what can be done to it; `taxonomies` are the kept lists.
"""

from practices.admin.practices import PracticeAdmin
from practices.admin.queue import SubmissionAdmin
from practices.admin.taxonomies import ReasonAdmin, TaxonomyAdmin

__all__ = ["PracticeAdmin", "ReasonAdmin", "SubmissionAdmin", "TaxonomyAdmin"]
