"""The page to print and the card to send: their size, their words, and what they keep to themselves."""

from __future__ import annotations

import zlib
from re import DOTALL, findall

import numpy as np
import pytest
from helpers.report_analyses import Make

from posture.drawing.canvas import decode_rgb, encode_jpeg
from posture.records.analysis import Analysis
from posture.report.html.photos import Photo, Photos
from posture.report.share.card import card_png
from posture.report.share.finding import shared_finding
from posture.report.share.page import page_pdf
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
