"""The one writer of a submission's status.

`table` says who may do what, from which status to which; `officer`, `colleagues`, `files`, `on_behalf`, `editor` and `practice`
hold one function a verb; `people` says who the editors are, and gives their cases to others. Each function takes the object,
then keywords; it locks, guards, writes, and records the event in one transaction.
"""

from practices.moderation.errors import Forbidden, Incomplete, Refusal, Stale, WrongStatus
from practices.moderation.table import Role, Verb, allowed_verbs, roles_of

__all__ = ["Forbidden", "Incomplete", "Refusal", "Role", "Stale", "Verb", "WrongStatus", "allowed_verbs", "roles_of"]
