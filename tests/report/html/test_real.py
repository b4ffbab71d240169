"""A real run of the command line, with names full of markup, and its page in the browser."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from helpers.cli_runner import invoke
from helpers.derived_clips import sample
from helpers.html_page import Look

# What Linux and macOS allow in names.
FOLDER = "<b>\"clips\" & 'more'</b>".replace("/", "\u2215")
NAME = "\u202e<img src=x onerror=alert(1)>\"' \U0001f3c3 \u05e8\u05e5 &amp; {{7}}.mp4"
BASELINE = "<script>alert(2)<!-- \u2067st\u00e4nd.json"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_names_full_of_markup_come_out_as_text(look: Look, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    clip, standing = folder / NAME, folder / BASELINE
    shutil.copy(sample("run_hollow"), clip)
    options = ("--model", "lite", "--quiet", "--no-video")
    done = invoke("analyze", sample("stand_hollow"), "--end", "1", "--json", standing, "--quiet", "--model", "lite")
    assert done.exit_code == 0, done.stderr
    out = tmp_path / "out"
    done = invoke("analyze", clip, "--end", "5.5", "--baseline", standing, "--out", out, *options)
    assert done.exit_code == 0, done.stderr
    opened = look((out / "report.html").read_text("utf-8"))
    assert opened.page.locator(".clip bdi").text_content() == NAME
    assert opened.page.locator("section[aria-labelledby=baseline] .path bdi").text_content() == BASELINE
    assert opened.page.locator(".main-picture img").is_visible()
    assert opened.page.locator("img[src=x], script").count() == 1
    assert int(opened.page.evaluate("document.documentElement.scrollWidth")) == 380
    opened.check()
