"""The page to print and the card to send: their size, their words, and what they keep to themselves."""

from __future__ import annotations

import zlib
from itertools import combinations
from re import DOTALL, findall
from typing import Any

import numpy as np
import pytest
from helpers.html_page import Data, with_standing
from helpers.report_analyses import Make
from matplotlib.backends.backend_agg import FigureCanvasAgg

from posture.drawing.canvas import decode_rgb, encode_jpeg
from posture.language import use_language
from posture.records.analysis import Analysis
from posture.report.html.photos import Photo, Photos
from posture.report.share.card import card_png, card_sheet
from posture.report.share.finding import shared_finding
from posture.report.share.page import page_pdf, page_sheet
from posture.report.share.sheet import Sheet, lines_of

PICTURE = np.full((300, 200, 3), 90, dtype=np.uint8)
PHOTOS = Photos(back=Photo(encode_jpeg(PICTURE), 200, 300, 1.0))


def in_language(analysis: Analysis, lang: str) -> Analysis:
    return analysis.model_copy(update={"language": lang})


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("photos", [Photos(), PHOTOS])
def test_card_has_the_size_of_a_messenger_picture(make_analysis: Make, lang: str, photos: Photos) -> None:
    card = decode_rgb(card_png(in_language(make_analysis("hollow_back"), lang), photos))
    assert card.shape == (1350, 1080, 3)
    # Not blank: text and gauges are on it.
    assert (card < 128).any(axis=2).mean() > 0.005


@pytest.mark.parametrize("lang", ["en", "de"])
def test_page_is_one_sheet_of_a4(make_analysis: Make, lang: str) -> None:
    pdf = page_pdf(in_language(make_analysis("hollow_back"), lang), PHOTOS)
    assert pdf.startswith(b"%PDF")
    assert len(findall(rb"/Type /Page\b(?!s)", pdf)) == 1
    [box] = findall(rb"/MediaBox \[([^\]]*)\]", pdf)
    assert [float(x) for x in box.split()] == pytest.approx([0, 0, 595.3, 841.9], abs=0.1)


def test_page_holds_no_path_of_a_file(make_analysis: Make) -> None:
    analysis = make_analysis("hollow_back")
    secret = analysis.model_copy(update={"source": analysis.source.model_copy(update={"path": "/home/anna/jog.mp4"})})
    pdf = page_pdf(secret, PHOTOS)
    streams = findall(rb"stream\r?\n(.*?)endstream", pdf, DOTALL)
    assert b"anna" not in pdf
    assert not any(b"anna" in zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x")
    assert not any("anna" in str(value) for value in vars(shared_finding(secret, PHOTOS)).values())


def test_card_and_page_say_how_far_to_trust_them(make_analysis: Make) -> None:
    no_device = "A running-posture observation, not a medical device."
    trust, device = shared_finding(make_analysis("not_hollow_back"), PHOTOS).limits
    assert (
        trust
        == 'Tested on computer-made runners only; expect larger errors on real people. A "no" is not an all-clear.'
    )
    assert device == no_device
    # There is no answer to trust.
    assert shared_finding(make_analysis("not_measurable"), PHOTOS).limits == (no_device,)


LONG_NAME = "Dr. Friederike Charlotte Müller-Lüdenscheidt von und zu Wiesenhausen (Laufgruppe Süd, donnerstags)"


def boxes_of(sheet: Sheet) -> list[tuple[str, Any]]:
    """Return the texts and pictures of a sheet with their places, pixels."""
    renderer = FigureCanvasAgg(sheet.figure).get_renderer()
    texts = [(text.get_text(), text.get_window_extent(renderer)) for text in sheet.figure.texts if text.get_text()]
    return texts + [("a picture", axes.get_window_extent()) for axes in sheet.figure.axes]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("kind", ["hollow_back", "borderline", "not_hollow_back", "not_measurable", "own_standing"])
def test_nothing_is_cut_or_covered(make_analysis: Make, kind: str, lang: str) -> None:
    def change(data: Data) -> None:
        data["language"], data["subject"]["name"] = lang, LONG_NAME
        message = "wenn dein Oberteil eng anliegt und du nichts darüber trägst. Lockere Kleidung könnte so aussehen"
        data["quality"]["conditions"] = [{"code": "loose_clothing_possible", "message": message}]
        if kind == "own_standing":
            with_standing(data)

    analysis = make_analysis("hollow_back" if kind == "own_standing" else kind, change)
    back = PHOTOS.back
    photos = {"own_standing": Photos(back=back, standing=back), "not_measurable": Photos(people=back)}.get(kind, PHOTOS)
    with use_language(analysis.language):
        finding = shared_finding(analysis, photos)
        sheets = (card_sheet(finding), page_sheet(finding, analysis))
    for sheet in sheets:
        places = boxes_of(sheet)
        shown = " ".join(text for text, _box in places)
        assert all(part in shown for part in (finding.headline, *LONG_NAME.split(), *finding.days.split()))
        width, height = sheet.figure.get_size_inches() * sheet.figure.dpi
        assert [t for t, b in places if b.x0 < 0 or b.y0 < 0 or b.x1 > width or b.y1 > height] == []
        # Letters of two lines may touch by a pixel.
        assert [(s, t) for (s, a), (t, b) in combinations(places, 2) if a.padded(-1).overlaps(b.padded(-1))] == []


def test_a_change_from_standing_is_no_negative_limit(make_analysis: Make) -> None:
    finding = shared_finding(
        make_analysis("hollow_back", with_standing), Photos(back=PHOTOS.back, standing=PHOTOS.back)
    )
    assert [one.caption for one in finding.pictures] == ["Standing", "Running"]
    assert {bar.number[0] for bar in finding.bars} <= {"+", "-"}
    assert not any("limit -" in bar.words for bar in finding.bars)


def test_page_without_a_name_has_a_line_for_it(make_analysis: Make) -> None:
    analysis = make_analysis("hollow_back")
    texts = [text for text, _box in boxes_of(page_sheet(shared_finding(analysis, PHOTOS), analysis))]
    assert texts[0].startswith("Name: ____")


def test_lines_fit_the_column_and_lose_no_word() -> None:
    text = "Die Hüfte streckt sich beim Abdruck um 12°, das Knie beugt sich um 48°."
    lines = lines_of(text, 150, 10)
    assert " ".join(lines) == text
    assert len(lines) > 2


def test_text_returns_where_the_next_line_begins() -> None:
    sheet = Sheet(200, 100)
    one = sheet.text("short", 10, 10, 180, 10)
    assert one > 20
    assert sheet.text("a much longer text that does not fit a single line of this sheet", 10, 10, 180, 10) > one
