"""What a drill has found, and the table of several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """One line of the table.

    `acknowledged`: what users were told is done; of these `lost`; `doubled` and `in_part`: of everything that is there.
    `errors`: answers that were no success, by status, and "cut" for connections that ended without one. `recovery`: seconds.
    """

    drill: str
    engine: str
    goal: str
    is_reached: bool
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    in_part: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    recovery: float | None = None
    note: str = ""

    @property
    def reached(self) -> str:
        """The figures in one line."""
        said = [f"{self.acknowledged} acknowledged, {self.lost} lost, {self.doubled} doubled, {self.in_part} in part"]
        if self.errors:
            said.append("errors: " + ", ".join(f"{kind} ×{number}" for kind, number in sorted(self.errors.items())))
        if self.recovery is not None:
            said.append(f"recovery {self.recovery:.1f} s")
        return "; ".join([*said, *([self.note] if self.note else [])])


def table(outcomes: Iterable[Outcome]) -> str:
    """What, goal, reached, yes or no: as Markdown, for a terminal and for a document."""
    rows = [("what", "goal", "reached", ""), ("---",) * 4]
    rows += [
        (f"{one.drill}, {one.engine}", one.goal, one.reached, "yes" if one.is_reached else "**no**") for one in outcomes
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
