"""A picture of 1080 x 1350 pixels for a messenger: verdict, picture, two bars, name and dates."""

from __future__ import annotations

from posture.drawing.palette import LIGHT
from posture.language import use_language
from posture.records.analysis import Analysis
from posture.report.html.photos import Photos
from posture.report.share.finding import Finding, shared_finding
from posture.report.share.sheet import LINE_HEIGHT, Sheet, lines_of

WIDTH_PX, HEIGHT_PX = 1080, 1350
# Points of the sheet.
WIDTH, HEIGHT = 432.0, 540.0
MARGIN, GAP = 24.0, 8.0
TEXT, SMALL, TITLE = 13.0, 9.5, 13.0
# Height of a measure with the gap below it.
MEASURE = 4.9 * TITLE + GAP


def card_png(analysis: Analysis, photos: Photos) -> bytes:
    """Return the card of an analysis in its language; the pictures' heads are blurred where those of `photos` are."""
    with use_language(analysis.language):
        return card_sheet(shared_finding(analysis, photos)).to_png(WIDTH_PX)


def card_sheet(finding: Finding) -> Sheet:
    """Lay out the card, in the active language."""
    sheet, width = Sheet(WIDTH, HEIGHT), WIDTH - 2 * MARGIN
    sheet.rectangle(0, 0, WIDTH, 8, finding.colour)
    y = sheet.text(finding.headline, MARGIN, 18, width, 30, bold=True, colour=finding.colour)
    y = sheet.text(finding.text, MARGIN, y, width, TEXT)
    y = sheet.text(finding.sure, MARGIN, y, width, 0.85 * TEXT, colour=LIGHT.muted) + GAP
    foot = [line for line in (finding.name, finding.days, finding.note, *finding.limits) if line]
    foot_height = GAP + SMALL * LINE_HEIGHT * sum(len(lines_of(line, width, SMALL)) for line in foot)
    below = foot_height + MEASURE * len(finding.bars)
    if not finding.bars:
        below += TEXT * LINE_HEIGHT * len(lines_of(finding.next_step, width, TEXT))
    if finding.pictures:
        room = HEIGHT - y - below - GAP
        y += sheet.pictures(finding.pictures, MARGIN, y, width, room, centred=True)[1] + GAP
    for bar in finding.bars:
        sheet.measure(bar, MARGIN, y, width, size=TITLE)
        y += MEASURE
    if not finding.bars and finding.next_step:
        sheet.text(finding.next_step, MARGIN, y, width, TEXT)
    y = HEIGHT - foot_height
    for line in foot:
        y = sheet.text(line, MARGIN, y, width, SMALL, colour=LIGHT.muted)
    return sheet
