"""The editors' desk. `queue` lists the cases by `queues`, `case` shows one, `decisions` are the verbs, `taxonomies` the kept lists."""

from practices.admin.queue import SubmissionAdmin
from practices.admin.taxonomies import ReasonAdmin, TaxonomyAdmin

__all__ = ["ReasonAdmin", "SubmissionAdmin", "TaxonomyAdmin"]
