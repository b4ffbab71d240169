"""One page of paper, A4: finding, picture, both gauges, the next step, exercises, and when to see a doctor."""

from __future__ import annotations

from posture.drawing.canvas import decode_rgba
from posture.drawing.palette import LIGHT
from posture.exercises.library import Exercise, load_library, picture_bytes
from posture.language import gettext as _
from posture.language import use_language
from posture.records.analysis import Analysis, Suggestion
from posture.report.html.content import stop_signs_of
from posture.report.html.photos import Photos
from posture.report.share.finding import Finding, shared_finding
from posture.report.share.sheet import Sheet
from posture.report.wording import CLOSING
from posture.types import Image

# A4, points.
WIDTH, HEIGHT = 595.3, 841.9
MARGIN, GAP = 45.0, 16.0
INNER = WIDTH - 2 * MARGIN
PICTURE, PICTURE_HEIGHT = 235.0, 250.0
GAUGE = 60.0
TEXT, SMALL = 10.0, 8.5
EXERCISES, EXERCISE_PICTURE = 3, 96.0


def page_pdf(analysis: Analysis, photos: Photos) -> bytes:
    """Return the page of an analysis in its language."""
    with use_language(analysis.language):
        finding = shared_finding(analysis, photos)
        return _draw(finding, analysis).to_pdf(": ".join((_("Running posture"), finding.headline)))


def _draw(finding: Finding, analysis: Analysis) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.bar(0, 0, WIDTH, 8, finding.colour)
    sheet.text(_("Running posture"), MARGIN, 26, INNER / 2, TEXT, bold=True, colour=LIGHT.muted)
    sheet.text(" · ".join(finding.about), MARGIN, 26, INNER, TEXT, colour=LIGHT.muted, align="right")
    y = sheet.text(finding.headline, MARGIN, 48, INNER, 26, bold=True, colour=finding.colour)
    y = sheet.text(finding.text, MARGIN, y, INNER, 12) + 8
    y = _finding(sheet, finding, y) + GAP
    if finding.next_step:
        y = _next_step(sheet, finding, y) + GAP
    library = {exercise.id: exercise for exercise in load_library()}
    for suggestion in analysis.exercises[:EXERCISES]:
        if suggestion.id in library:
            y = _exercise(sheet, suggestion, library[suggestion.id], y) + 8
    _foot(sheet, finding, stop_signs_of(analysis))
    return sheet


def _finding(sheet: Sheet, finding: Finding, y: float) -> float:
    """Draw picture and gauges side by side, and return where the next part begins."""
    left, bottom = MARGIN, y
    if finding.picture is not None:
        width = PICTURE if finding.gauges else INNER
        wide, high = sheet.picture(finding.picture, MARGIN, y, width, PICTURE_HEIGHT)
        left, bottom = MARGIN + wide + GAP, y + high
    column = WIDTH - MARGIN - left
    for gauge in finding.gauges:
        sheet.text(gauge.title, left, y, column, 12, bold=True)
        sheet.text(gauge.value, left, y - 3, column, 16, bold=True, align="right")
        sheet.gauge(gauge.gauge, gauge.number, left, y + 22, column, GAUGE)
        y += 22 + GAUGE + GAP
    return max(y, bottom)


def _next_step(sheet: Sheet, finding: Finding, y: float) -> float:
    sheet.bar(MARGIN, y, 3, 16 + 1.38 * 11, finding.colour)
    bottom = sheet.text(_("Do this now"), MARGIN + 12, y, INNER - 12, 12, bold=True)
    return sheet.text(finding.next_step, MARGIN + 12, bottom, INNER - 12, 11)


def _exercise(sheet: Sheet, suggestion: Suggestion, exercise: Exercise, y: float) -> float:
    bottom, left = y, MARGIN
    if exercise.pictures:
        picture = _on_white(decode_rgba(picture_bytes(exercise.pictures[0])))
        _wide, high = sheet.picture(picture, MARGIN, y, EXERCISE_PICTURE, EXERCISE_PICTURE)
        left, bottom = MARGIN + EXERCISE_PICTURE + GAP, y + high
    column = WIDTH - MARGIN - left
    y = sheet.text(suggestion.title, left, y, column, 11.5, bold=True)
    y = sheet.text(exercise.in_short, left, y, column, TEXT)
    y = sheet.text(suggestion.dose, left, y, column, TEXT, colour=LIGHT.muted)
    return max(y, bottom)


def _foot(sheet: Sheet, finding: Finding, signs: tuple[str, ...]) -> None:
    """Write when to see a doctor, and what this is, at the bottom of the page."""
    y = HEIGHT - 134
    sheet.bar(MARGIN, y - 8, INNER, 0.8, LIGHT.faint)
    for line in (*signs, *finding.limits[:-1], _(CLOSING)):
        y = sheet.text(line, MARGIN, y, INNER, SMALL - 1, colour=LIGHT.muted) + 1


def _on_white(picture: Image) -> Image:
    """Return an RGBA picture as RGB on white, shape (height, width, 3)."""
    share = picture[..., 3:] / 255.0
    return (picture[..., :3] * share + 255.0 * (1.0 - share)).astype("uint8")
