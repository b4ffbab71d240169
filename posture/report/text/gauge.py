"""A measure as a line of text: interval and value against the threshold."""

from __future__ import annotations

from dataclasses import dataclass

from posture.report.wording import number_text

HALF_RANGE = 20.0
"""Units of the measure to either side of the threshold; the threshold always stands in the middle."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a gauge."""

    line: str
    interval: str
    value: str
    threshold: str


UNICODE = Glyphs(line="─", interval="━", value="●", threshold="│")
ASCII = Glyphs(line=".", interval="=", value="o", threshold="|")


def gauge(
    value: float, interval: tuple[float, float], threshold: float, *, width: int, glyphs: Glyphs = UNICODE
) -> str:
    """Draw a gauge.

    Parameters
    ----------
    value : float
        The measure.
    interval : tuple of float
        Its 90 % interval.
    threshold : float
        Drawn in the middle, in the same unit.
    width : int
        Characters of the whole line, the numbers at its ends included.
    glyphs : Glyphs
        What to draw with.

    Returns
    -------
    str
        For example ``15 ────━━●━━──│────────── 55``. The range grows when value or interval would leave it.
    """
    reach = max(HALF_RANGE, *(abs(x - threshold) for x in (value, *interval)))
    low, high = number_text(threshold - reach, 0), number_text(threshold + reach, 0)
    # An odd number of cells, so that the threshold stands exactly in the middle.
    cells = (width - len(low) - len(high) - 2 - 1) // 2 * 2 + 1
    if cells < 9:
        return ""

    def cell(x: float) -> int:
        return round((x - threshold) / reach * (cells // 2)) + cells // 2

    line = [glyphs.line] * cells
    start, end = cell(interval[0]), cell(interval[1])
    line[start : end + 1] = [glyphs.interval] * (end + 1 - start)
    line[cells // 2] = glyphs.threshold
    line[_beside_threshold(cell(value), cells // 2, value - threshold)] = glyphs.value
    return f"{low} {''.join(line)} {high}"


def _beside_threshold(index: int, middle: int, distance: float) -> int:
    """Keep the value off the threshold's cell unless it is the threshold: the side is what matters."""
    if index != middle or distance == 0:
        return index
    return middle + (1 if distance > 0 else -1)
