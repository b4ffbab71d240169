"""One page of paper, A4: name and dates, finding, pictures, bars, next step, exercises, and when to see a doctor."""

from __future__ import annotations

from posture.drawing.canvas import decode_rgba
from posture.drawing.palette import LIGHT
from posture.exercises.library import Exercise, load_library, picture_bytes
from posture.language import gettext as _
from posture.language import use_language
from posture.records.analysis import Analysis, Suggestion
from posture.report.html.content import stop_signs_of
from posture.report.html.photos import Photos
from posture.report.share.finding import Finding, SharedPicture, shared_finding
from posture.report.share.sheet import LINE_HEIGHT, Sheet, lines_of
from posture.report.wording import CLOSING
from posture.types import Image

# A4, points.
WIDTH, HEIGHT = 595.3, 841.9
MARGIN, GAP = 45.0, 16.0
INNER = WIDTH - 2 * MARGIN
PICTURE, PICTURE_HEIGHT = 280.0, 220.0
TEXT, SMALL = 10.0, 8.5
EXERCISES, EXERCISE_PICTURE = 3, 96.0


def page_pdf(analysis: Analysis, photos: Photos) -> bytes:
    """Return the page of an analysis in its language."""
    with use_language(analysis.language):
        finding = shared_finding(analysis, photos)
        return page_sheet(finding, analysis).to_pdf(": ".join((_("Running posture"), finding.headline)))


def page_sheet(finding: Finding, analysis: Analysis) -> Sheet:
    """Lay out the page, in the active language."""
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.rectangle(0, 0, WIDTH, 8, finding.colour)
    # A line to write on where no name was given.
    y = sheet.text(": ".join((_("Name"), finding.name or 30 * "_")), MARGIN, 24, INNER, TEXT)
    y = sheet.text(finding.days, MARGIN, y, INNER, TEXT, colour=LIGHT.muted) + 4
    y = sheet.text(finding.headline, MARGIN, y, INNER, 26, bold=True, colour=finding.colour)
    y = sheet.text(finding.text, MARGIN, y, INNER, 12)
    y = sheet.text(finding.sure, MARGIN, y, INNER, TEXT, colour=LIGHT.muted) + 8
    y = _finding(sheet, finding, y) + GAP
    if finding.next_step:
        y = _next_step(sheet, finding, y) + GAP
    library = {exercise.id: exercise for exercise in load_library()}
    for suggestion in analysis.exercises[:EXERCISES]:
        if suggestion.id in library:
            y = _exercise(sheet, suggestion, library[suggestion.id], y) + 8
    _foot(sheet, (*stop_signs_of(analysis), *finding.limits[:-1], _(CLOSING)))
    return sheet


def _finding(sheet: Sheet, finding: Finding, y: float) -> float:
    """Draw pictures and bars side by side, and return where the next part begins."""
    left, bottom = MARGIN, y
    if finding.pictures:
        width = PICTURE if finding.bars else INNER
        wide, high = sheet.pictures(finding.pictures, MARGIN, y, width, PICTURE_HEIGHT)
        left, bottom = MARGIN + wide + GAP, y + high
    column = WIDTH - MARGIN - left
    for bar in finding.bars:
        y = sheet.measure(bar, left, y, column, size=12) + GAP
    return max(sheet.text(finding.note, left, y, column, SMALL, colour=LIGHT.muted), bottom)


def _next_step(sheet: Sheet, finding: Finding, y: float) -> float:
    sheet.rectangle(MARGIN, y, 3, 16 + 1.38 * 11, finding.colour)
    bottom = sheet.text(_("Do this now"), MARGIN + 12, y, INNER - 12, 12, bold=True)
    return sheet.text(finding.next_step, MARGIN + 12, bottom, INNER - 12, 11)


def _exercise(sheet: Sheet, suggestion: Suggestion, exercise: Exercise, y: float) -> float:
    bottom, left = y, MARGIN
    if exercise.pictures:
        picture = SharedPicture(_on_white(decode_rgba(picture_bytes(exercise.pictures[0]))), "")
        _wide, high = sheet.pictures([picture], MARGIN, y, EXERCISE_PICTURE, EXERCISE_PICTURE)
        left, bottom = MARGIN + EXERCISE_PICTURE + GAP, y + high
    column = WIDTH - MARGIN - left
    y = sheet.text(suggestion.title, left, y, column, 11.5, bold=True)
    y = sheet.text(exercise.in_short, left, y, column, TEXT)
    y = sheet.text(suggestion.dose, left, y, column, TEXT, colour=LIGHT.muted)
    return max(y, bottom)


def _foot(sheet: Sheet, lines: tuple[str, ...]) -> None:
    """Write when to see a doctor, and what this is, at the bottom of the page."""
    y = HEIGHT - 34 - sum(1 + SMALL * LINE_HEIGHT * len(lines_of(line, INNER, SMALL)) for line in lines)
    sheet.rectangle(MARGIN, y - 8, INNER, 0.8, LIGHT.faint)
    for line in lines:
        y = sheet.text(line, MARGIN, y, INNER, SMALL, colour=LIGHT.muted) + 1


def _on_white(picture: Image) -> Image:
    """Return an RGBA picture as RGB on white, shape (height, width, 3)."""
    share = picture[..., 3:] / 255.0
    return (picture[..., :3] * share + 255.0 * (1.0 - share)).astype("uint8")
