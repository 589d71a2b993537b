"""Why a verb was refused; the message is for the person who tried."""

from django.utils.translation import gettext as _

from practices.checklist import Problem


class Refusal(Exception):
    """The verb cannot be carried out now; nothing was changed."""


class Forbidden(Refusal):
    """Not by this person."""


class WrongStatus(Refusal):
    """Not in this status: somebody else was faster, or the page was old."""


class Incomplete(Refusal):
    """Not before these fields are mended."""

    def __init__(self, problems: list[Problem]) -> None:
        labels = ", ".join(dict.fromkeys(f"«{problem.field.label}»" for problem in problems))
        super().__init__(_("La scheda non è completa: %s.") % labels)
        self.problems = problems


class Stale(Refusal):
    """Someone saved this section after the page was opened; both texts are to be shown."""

    def __init__(self) -> None:
        super().__init__(_("Nel frattempo qualcun altro ha salvato questa sezione."))
