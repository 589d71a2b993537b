"""The editors' desk.

`queue` lists the cases, `case` shows one, `decisions` are the verbs, `affiliations` who acts for whom, `taxonomies` the
kept lists.
"""

from practices.admin.affiliations import AffiliationAdmin
from practices.admin.queue import SubmissionAdmin
from practices.admin.taxonomies import ReasonAdmin, TaxonomyAdmin

__all__ = ["AffiliationAdmin", "ReasonAdmin", "SubmissionAdmin", "TaxonomyAdmin"]
