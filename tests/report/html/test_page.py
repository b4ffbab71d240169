"""The page as text: valid, closed to the outside, in the reader's language, true to the record."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html.parser import HTMLParser

import html5lib
import pytest
from helpers.html_page import STRIDE_S, STRIDES, Data
from helpers.synthetic_runner import few
from hypothesis import example, given
from hypothesis import strategies as st

from posture.records.analysis import Analysis
from posture.report.html import PageVideo, Photos, report_page
from posture.report.html.document import short_name

Make = Callable[..., Analysis]
KINDS = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")


@dataclass
class Reader(HTMLParser):
    """Collects tags with the names of their attributes, attributes' values and texts."""

    tags: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def text_of(html: str) -> str:
    """Return the text with plain blanks; `test_numbers_are_set_with_care` looks at the others."""
    return " ".join(" ".join(read(html).texts).split())


def german(data: Data) -> None:
    data["language"] = "de"


@pytest.mark.parametrize("kind", KINDS)
def test_page_is_valid_html(full_analysis: Make, make_analysis: Make, photos: Photos, kind: str) -> None:
    html = (
        report_page(make_analysis(kind))
        if kind != "hollow_back"
        else report_page(full_analysis(), photos, video=PageVideo(b"mp4"))
    )
    html5lib.HTMLParser(strict=True).parse(html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]+)"', html)) <= set(ids)


def test_policy_allows_only_the_pages_own_style_and_script(full_analysis: Make) -> None:
    html = report_page(full_analysis(), video=PageVideo(b"mp4"))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].replace("&#39;", "'").split("; "))
    for kind in ("style", "script"):
        texts = re.findall(rf"<{kind}>(.*?)</{kind}>", html, flags=re.DOTALL)
        assert len(texts) == 1
        own = b64encode(sha256(texts[0].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{own}'"
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    reader = read(html)
    names = {name for _, attributes in reader.tags for name in attributes}
    assert not any(name.startswith("on") or name == "style" for name in names)
    assert not [value for value in reader.values if re.match(r"(?i)(https?:|//|javascript:)", value)]


def test_same_analysis_gives_the_same_page(full_analysis: Make, photos: Photos) -> None:
    assert report_page(full_analysis(), photos) == report_page(full_analysis(), photos)


OUTSIDE = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@few
@given(OUTSIDE, OUTSIDE)
@example("</title><script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>")
@example("{{ 7 * 7 }}{% raw %}", "</script><!--")
@example("\u202egpj.exe\u2066", "\udcff\x00\ud800\ufffe\U0001fffe")
@example("a\nb\r\tc\x0b", "&amp;&lt;&#60;")
def test_strings_from_outside_stay_text(make_analysis: Make, name: str, message: str) -> None:
    def named(first: str, second: str) -> Callable[[Data], None]:
        def change(data: Data) -> None:
            data["source"]["path"] = f"folder/{first}"
            data["baseline"] = {"path": f"b/{first}", "activity": "standing", "measures": {}, "change": {}}
            data["quality"]["issues"] = [
                {"code": "x", "message": f"m{second}", "advice": f"a{second}", "blocking": blocking}
                for blocking in (True, True, False)
            ]
            data["verdict"]["reasons"] = [f"r{second}"]

        return change

    plain = read(report_page(make_analysis("not_measurable", named("jog.mp4", "message"))))
    html = report_page(make_analysis("not_measurable", named(name, message)))
    assert read(html).tags == plain.tags
    # A newline or a tab in a name is no error of the page.
    html5lib.HTMLParser(strict=True).parse(html.replace("\r", "\n"))
    html.encode("utf-8")
    kept = "".join(c for c in name if c.isprintable())
    if kept and not set(name) - set(kept):
        assert short_name(f"folder/{name}") in read(html).texts


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b/jog.mp4", "jog.mp4"),
        ("C:\\clips\\jog.mp4", "jog.mp4"),
        ("frames/", "frames"),
        ("/", "/"),
        ("", ""),
    ],
)
def test_short_name_is_the_last_part_of_a_path(path: str, name: str) -> None:
    assert short_name(path) == name


def test_verdict_is_one_heading_and_one_sentence(make_analysis: Make) -> None:
    html = report_page(make_analysis("hollow_back"))
    lead = re.search(r'<p class="lead">(.*?)</p>', html)
    assert lead is not None
    assert lead[1] == "Your tilt and arch, taken together, are larger than in runners without a hollow back."
    assert "Clearly above the limit." in text_of(html)


def test_every_number_has_an_interval_and_a_definition(make_analysis: Make) -> None:
    html = report_page(make_analysis("hollow_back"))
    for text in ("31.2°", "(90 %: 27.9 to 34.6)", "48.9°", "9.1 %", "168 steps/min"):
        assert text in text_of(html), text
    numbers = html[html.index('id="numbers"') : html.index('id="recording"')]
    definitions = re.findall(r"<dd>(.*?)</dd>", numbers)
    # What was not measured is not there.
    assert "Thorax rotation" not in numbers
    assert len(definitions) == 7
    assert all(len(text) > 60 for text in definitions)


def test_numbers_are_set_with_care(full_analysis: Make) -> None:
    html = report_page(full_analysis())
    for text in ("9.1\u00a0%", "(95\u00a0%: \u2212", "\u22122°\u00a0±\u00a05°"):
        assert text in html, text
    visible = " ".join(read(re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)).texts)
    assert not re.search(r"\d (%|percent|pixels|s)\b", visible)
    assert not re.search(r"(?<![\w.)-])-\d", visible)


def test_unmeasurable_clip_has_its_reason_and_no_gauge(make_analysis: Make) -> None:
    html = report_page(make_analysis("not_measurable"))
    text = text_of(html)
    assert "<h1" in html
    assert "Not measurable" in text
    assert "Do this now Film again from the side" in text
    assert "For the next recording No full stride was found. Film 10 strides or more." in text
    assert "The shirt may bridge the hollow of the back. Wear a tight top, or tuck it in." in text
    for absent in (
        "<img",
        'class="gauge',
        "Suggested exercises",
        "Every number",
        "Through the stride",
        "<video",
    ):
        assert absent not in html


def test_standing_person_has_numbers_but_no_verdict(make_analysis: Make, photos: Photos) -> None:
    def standing(data: Data) -> None:
        data["measures"]["pelvic_tilt_deg"] = {
            "value": 30,
            "unit": "deg",
            "ci90": [27, 33],
            "strides": 4,
            "sd": 1,
        }
        data["subject"] |= {"activity": "standing", "direction": "right"}

    html = report_page(make_analysis("not_measurable", standing), Photos(back=photos.back))
    assert 'class="gauge' not in html
    assert "Measured anyway" in html
    assert "Rests on" not in html
    assert html.count("<img") == 1
    assert "The runner from the side, with the measured back line" in html


def test_alternative_texts_give_the_findings(full_analysis: Make, photos: Photos) -> None:
    html = report_page(full_analysis(), photos)
    alts = [re.sub(r"\s+", " ", alt) for alt in re.findall(r'alt="([^"]*)"', html)]
    assert all(alts)
    joined = " ".join(alts)
    for finding in (
        "Pelvic tilt between 29.2° and 33.2°.",
        "Each stride&#39;s values over the clip. Pelvic tilt between 31.0° and 33.7°.",
        "Pelvic tilt +6.9°: a real change.",
        "Lumbar arch −2.0°: no clear change.",
        "Most hollow: Stride 10, tilt 33.7°, arch 47.2°.",
    ):
        assert finding in joined, finding


def test_video_is_embedded_whole_and_its_moments_are_shifted(full_analysis: Make) -> None:
    data = bytes(range(256)) * 40
    html = report_page(full_analysis(), video=PageVideo(data, offset_s=0.5))
    inside = re.search(r'src="data:video/mp4;base64,([^"]+)"', html)
    assert inside is not None
    assert b64decode(inside[1]) == data
    seeks = [float(s) for s in re.findall(r'data-seek="([^"]+)"', html)]
    # The film begins half a second into the clip: the first stride's beginning is before it.
    strides = [max(STRIDE_S * n - 0.5 + 0.005, 0.0) for n in range(STRIDES)]
    assert seeks[-STRIDES:] == pytest.approx(strides)


def test_only_a_measured_run_shows_its_film(full_analysis: Make, make_analysis: Make, photos: Photos) -> None:
    film = PageVideo(b"film")
    assert 'id="film"' in report_page(full_analysis(), photos, film)
    refused = report_page(make_analysis("not_measurable"), Photos(people=photos.back), film)
    assert 'id="film"' not in refused
    assert "data-seek=" not in refused


def test_page_names_the_measured_person_beside_the_verdict(full_analysis: Make, photos: Photos) -> None:
    caption = "The person in box 1 was looked at."
    assert photos.back is not None
    page = report_page(full_analysis(), replace(photos, people=replace(photos.back, caption=caption)))
    assert page.index(f'<a href="#better">{caption}') < page.index('id="now"')


def test_page_without_a_video_is_small(full_analysis: Make, photos: Photos) -> None:
    def long(data: Data) -> None:
        one = data["gait"]["strides"][0]
        data["gait"]["strides"] = [one | {"start_s": 0.7 * n, "end_s": 0.7 * n + 0.7} for n in range(85)]

    assert len(report_page(full_analysis(long), photos)) < 1_500_000


def test_page_is_in_the_language_of_the_analysis(full_analysis: Make) -> None:
    html = report_page(full_analysis(german))
    assert '<html lang="de">' in html
    assert '<html lang="en">' in report_page(full_analysis())
    assert "31,2°" in text_of(html)
    assert "31.2°" not in text_of(html)
    plots = [b64decode(data).decode() for data in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", html)]
    assert any(re.search(r">[^<]*\d,\d", svg) for svg in plots)
    assert not any(re.search(r">[^<>]*\d\.\d[^<>]*</text>", svg) for svg in plots)


def test_change_is_shown_with_the_interval_that_decides_whether_it_is_real(full_analysis: Make) -> None:
    text = text_of(report_page(full_analysis()))
    assert "Pelvic tilt +6.9° (95 %: +2.8 to +11.0) a real change" in text
    assert "Arch index +0.4 points (95 %: −1.7 to +2.5) no clear change" in text


def test_exercises_come_with_pictures_steps_and_stop_signs(full_analysis: Make) -> None:
    html = report_page(full_analysis())
    text = text_of(html)
    assert html.count("data:image/webp") >= 3
    assert "Step by step" in text
    assert "Go to an emergency department at once" in text
    # Printed once for all of them.
    assert text.count("Go to an emergency department at once") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_page_makes_no_medical_claim(make_analysis: Make, kind: str) -> None:
    text = text_of(report_page(make_analysis(kind))).lower()
    assert not re.search(r"diagnos|prescri|hyperlordo|therap|patient", text)
    assert "not a medical device" in text


def test_page_names_clips_without_the_folders_of_this_computer(make_analysis: Make) -> None:
    def elsewhere(data: Data) -> None:
        data["source"]["path"] = "/home/anna/videos/run.mp4"
        standing = r"C:\Users\anna\stand.mp4"
        data["baseline"] = {"path": standing, "activity": "standing", "measures": {}, "change": {}}

    html = report_page(make_analysis("borderline", elsewhere))
    assert ("run.mp4" in html, "stand.mp4" in html) == (True, True)
    assert "anna" not in html
