"""The figures as one drawing that needs no colour: pages from top to bottom, ratios from left to right by powers of ten.

Engines differ in shape, as series do in `portal.lib.charts`; what is kept is filled, what is not is hollow. The same numbers
stand in the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from xml.etree import ElementTree as ET  # nosec B405  # it writes

from portal.benchmark.goals import Run, growth
from portal.benchmark.measuring import COLD, WARM
from portal.lib.charts import SHAPES

WIDTH, LEFT, RIGHT, STEP, TOP = 760, 190, 30, 26, 60
STYLE = (
    "text{font:13px sans-serif;fill:#17324d}.title{font-weight:600;font-size:15px}.grid{stroke:#c5c7c9}"
    ".goal{stroke:#17324d;stroke-dasharray:6 4}.mark{stroke:#17324d;stroke-width:1.5}.hollow{fill:#fff}.filled{fill:#17324d}"
    ".path{stroke:#17324d;fill:none}"
)


@dataclass(frozen=True)
class Mark:
    """A figure of a page; `words` say it in full."""

    page: str
    value: float
    shape: int
    is_filled: bool
    words: str


@dataclass(frozen=True)
class Panel:
    """One of the drawings below each other; `ticks` are values of its axis, of which some are goals."""

    title: str
    ticks: Sequence[float]
    goals: Sequence[float]
    marks: Sequence[Mark]

    @property
    def pages(self) -> list[str]:
        """From top to bottom."""
        return list(dict.fromkeys(mark.page for mark in self.marks))

    @property
    def height(self) -> int:
        """In pixels."""
        return TOP + STEP * len(self.pages) + 50

    def x(self, value: float) -> float:
        """Where it is from left to right; what lies beyond the axis is at its end."""
        low, high = log10(self.ticks[0]), log10(self.ticks[-1])
        share = (log10(max(value, self.ticks[0])) - low) / (high - low)
        return round(LEFT + min(1.0, share) * (WIDTH - LEFT - RIGHT), 1)


def picture(runs: Sequence[Run]) -> str:
    """SVG: the ratio of each page type cold and warm on the largest site, and the growth of its cost over the sites."""
    panels = [_ratios(runs), *([_growths(runs)] if len(runs[0].sizes) > 1 else [])]
    height = sum(panel.height for panel in panels) + 40
    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", role="img")
    root.set("aria-labelledby", "title desc")
    ET.SubElement(root, "title", id="title").text = "Velocità del portale per tipo di pagina"
    ET.SubElement(root, "desc", id="desc").text = ". ".join(mark.words for panel in panels for mark in panel.marks) + "."
    ET.SubElement(root, "style").text = STYLE
    ET.SubElement(root, "rect", width=str(WIDTH), height=str(height), fill="#fff")
    above = 0
    for panel in panels:
        _draw(ET.SubElement(root, "g", transform=f"translate(0 {above})"), panel)
        above += panel.height
    _legend(ET.SubElement(root, "g", transform=f"translate(0 {above})"), [run.engine for run in runs])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _ratios(runs: Sequence[Run]) -> Panel:
    marks = [
        Mark(row.page, row.ratio, place, row.state == WARM, f"{run.engine}, {row.page} {row.state}: {row.ratio:.3f}")
        for place, run in enumerate(runs)
        for row in run.largest()
        if row.state in (COLD, WARM)
    ]
    title = f"Risposte al secondo rispetto alla vista costante, {runs[0].sizes[-1]} pratiche"
    return Panel(title, (0.001, 0.01, 0.1, 0.25, 0.5, 1), (0.25, 0.5), marks)


def _growths(runs: Sequence[Run]) -> Panel:
    marks = [
        Mark(page, grown, place, size == run.sizes[-1], f"{run.engine}, {page}, {size} pratiche: {grown:.2f}")
        for place, run in enumerate(runs)
        for page in dict.fromkeys(row.page for row in run.rows if row.state == COLD)
        for size in run.sizes[1:]
        if (grown := growth(run, page, size))
    ]
    title = f"Costo a freddo rispetto a {runs[0].sizes[0]} pratiche"
    return Panel(title, (0.5, 1, 1.2, 1.5, 4, 10, 100), (1.2, 1.5, 4), marks)


def _draw(group: ET.Element, panel: Panel) -> None:
    bottom = TOP + STEP * len(panel.pages)
    _text(group, panel.title, 10, 24, "start").set("class", "title")
    for tick in panel.ticks:
        x = str(panel.x(tick))
        kind = "goal" if tick in panel.goals else "grid"
        ET.SubElement(group, "line", {"class": kind, "x1": x, "x2": x, "y1": str(TOP - 10), "y2": str(bottom)})
        _text(group, f"{tick:g}".replace(".", ","), float(x), bottom + 18, "middle")
    for place, page in enumerate(panel.pages):
        y = TOP + STEP * place + STEP // 2
        _text(group, page, LEFT - 12, y + 4, "end")
        of_page = [mark for mark in panel.marks if mark.page == page]
        for shape in sorted({mark.shape for mark in of_page}):
            along = [panel.x(mark.value) for mark in of_page if mark.shape == shape]
            level = str(_level(y, shape))
            line = {"class": "path", "x1": str(min(along)), "x2": str(max(along)), "y1": level, "y2": level}
            ET.SubElement(group, "line", line)
        for mark in of_page:
            _mark(group, panel.x(mark.value), _level(y, mark.shape), mark.shape, is_filled=mark.is_filled, words=mark.words)


def _level(y: int, shape: int) -> int:
    """The second engine's a little below the first's."""
    return y - 4 + 8 * shape


def _legend(group: ET.Element, engines: Sequence[str]) -> None:
    for place, engine in enumerate(engines):
        x = 20 + 130 * place
        _mark(group, x, 10, place, is_filled=False)
        _text(group, engine, x + 12, 14, "start")
    text = "vuoto: a freddo, o dimensione intermedia; pieno: a caldo, o la più grande; tratteggio: obiettivi"
    _text(group, text, 20 + 130 * len(engines), 14, "start").set("font-size", "11")


def _mark(group: ET.Element, x: float, y: float, shape: int, *, is_filled: bool, words: str = "") -> None:
    drawn = {"class": f"mark {'filled' if is_filled else 'hollow'}", "d": SHAPES[shape], "transform": f"translate({x} {y})"}
    mark = ET.SubElement(group, "path", drawn)
    if words:
        ET.SubElement(mark, "title").text = words


def _text(group: ET.Element, words: str, x: float, y: float, anchor: str) -> ET.Element:
    found = ET.SubElement(group, "text", {"x": str(x), "y": str(y), "text-anchor": anchor})
    found.text = words
    return found
