"""A picture of 1080 x 1350 pixels for a messenger: verdict, picture, two numbers, date."""

from __future__ import annotations

from posture.drawing.palette import LIGHT
from posture.language import use_language
from posture.records.analysis import Analysis
from posture.report.html.photos import Photos
from posture.report.share.finding import Finding, shared_finding
from posture.report.share.sheet import LINE_HEIGHT, Sheet, lines_of

WIDTH_PX, HEIGHT_PX = 1080, 1350
# Points of the sheet: the gauges are drawn for a width of about this.
WIDTH, HEIGHT = 432.0, 540.0
MARGIN = 24.0
# Height of the lines below the picture: the gauges of both numbers.
GAUGE, TITLE = 46.0, 24.0
TEXT, SMALL = 13.0, 9.5


def card_png(analysis: Analysis, photos: Photos) -> bytes:
    """Return the card of an analysis in its language; the pictures' heads are blurred where those of `photos` are."""
    with use_language(analysis.language):
        return _draw(shared_finding(analysis, photos)).to_png(WIDTH_PX)


def _draw(finding: Finding) -> Sheet:
    sheet, width = Sheet(WIDTH, HEIGHT), WIDTH - 2 * MARGIN
    sheet.bar(0, 0, WIDTH, 8, finding.colour)
    y = sheet.text(finding.headline, MARGIN, 18, width, 30, bold=True, colour=finding.colour)
    y = sheet.text(finding.text, MARGIN, y, width, TEXT) + 6
    foot = [" · ".join(finding.about), " ".join(finding.limits)]
    foot_height = 8 + SMALL * LINE_HEIGHT * sum(len(lines_of(line, width, SMALL)) for line in foot)
    below = foot_height + len(finding.gauges) * (GAUGE + TITLE)
    if not finding.gauges:
        below += TEXT * LINE_HEIGHT * len(lines_of(finding.next_step, width, TEXT))
    if finding.picture is not None:
        room = HEIGHT - y - below - 8
        wide = min(width, room * finding.picture.shape[1] / finding.picture.shape[0])
        _wide, high = sheet.picture(finding.picture, MARGIN + (width - wide) / 2, y, wide, room)
        y += high + 8
    for gauge in finding.gauges:
        sheet.text(gauge.title, MARGIN, y, width / 2, 14, bold=True)
        sheet.text(gauge.value, MARGIN + width / 2, y - 2, width / 2, 18, bold=True, align="right")
        sheet.gauge(gauge.gauge, gauge.number, MARGIN, y + TITLE, width, GAUGE)
        y += TITLE + GAUGE
    if not finding.gauges and finding.next_step:
        sheet.text(finding.next_step, MARGIN, y, width, TEXT)
    y = HEIGHT - foot_height
    for line in foot:
        y = sheet.text(line, MARGIN, y, width, SMALL, colour=LIGHT.muted)
    return sheet
