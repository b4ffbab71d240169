"""The bar draws on terminals only, at a bounded rate, and leaves no trace on standard output."""

import io
import os
import re
import sys
import time

import pytest

from posture.report.text.progress import REDRAWS_PER_S, progress_bar, rate_text, waiting_line


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")


def test_bar_is_silent_without_a_terminal() -> None:
    stream = io.StringIO()
    with progress_bar(10, file=stream) as advance:
        for _ in range(10):
            advance()
    assert stream.getvalue() == ""


def test_bar_is_silent_when_quiet() -> None:
    stream = Terminal()
    with progress_bar(10, quiet=True, file=stream) as advance:
        advance(10)
    assert stream.getvalue() == ""


def test_bar_is_drawn_on_standard_error_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3) as advance:
        advance(3)
        print("result")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("result\n", "")


def test_terminal_shows_share_and_rate() -> None:
    stream = Terminal()
    with progress_bar(100, label="Reading", file=stream) as advance:
        for _ in range(3):
            advance(25)
            time.sleep(0.3)
    drawn = stream.getvalue()
    assert "Reading" in drawn
    assert "75%" in drawn
    assert re.search(r"\d frames/s, 0:0\d left", drawn)


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_bar_stays_on_one_line_at_any_width(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    with progress_bar(100, label="Reading jog.mp4", file=stream) as advance:
        for _ in range(3):
            advance(25)
            time.sleep(0.15)
    # All but the line end that the bar leaves behind and then wipes.
    assert stream.getvalue().count("\n") <= 1
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert all(len(line) <= columns for line in drawn.splitlines())
    assert "75%" in drawn
    assert re.search(r"\d frames/s, 0:0\d left", drawn)


def test_terminal_without_unicode_shows_a_plain_bar() -> None:
    class Plain(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    stream = Plain(io.BytesIO(), encoding="ascii", errors="strict")
    with progress_bar(10, label="Reading a-very-long-name-" * 5, file=stream) as advance:
        advance(5)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    assert b"Reading" in stream.buffer.getvalue()


def test_redraws_are_bounded() -> None:
    stream = Terminal()
    started = time.monotonic()
    with progress_bar(None, file=stream) as advance:
        while time.monotonic() - started < 1.0:
            advance()
    elapsed = time.monotonic() - started
    redraws = stream.getvalue().count("Reading")
    # One at the start and one at the end come on top.
    assert 2 <= redraws <= REDRAWS_PER_S * elapsed + 3


def test_more_steps_than_promised_keep_the_bar_full() -> None:
    stream = Terminal()
    with progress_bar(5, file=stream) as advance:
        advance(50)
    drawn = stream.getvalue()
    assert "100%" in drawn
    assert "1000%" not in drawn


def test_standard_output_is_not_touched(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    with progress_bar(2, file=Terminal()) as advance:
        assert sys.stdout is before
        print("{}")
        advance()
    assert capsys.readouterr().out == "{}\n"


def test_interrupt_restores_the_cursor() -> None:
    stream = Terminal()
    with pytest.raises(KeyboardInterrupt), progress_bar(5, file=stream):
        raise KeyboardInterrupt
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


def test_markup_and_escapes_in_the_label_are_text() -> None:
    stream = Terminal()
    with progress_bar(5, label="[red]clip[/]\x1b]0;x\x07", file=stream) as advance:
        advance()
    assert "[red]clip[/]\ufffd]0;x\ufffd" in stream.getvalue()


@pytest.mark.parametrize(
    ("speed", "left", "expected"),
    [
        (None, None, ""),
        (59.6, None, "60 frames/s"),
        (2.34, 75, "2.3 frames/s, 1:15 left"),
        (None, 5.4, "0:05 left"),
        (12.0, 3600, "12 frames/s, 60:00 left"),
    ],
)
def test_rate_and_time_left_as_text(speed: float | None, left: float | None, expected: str) -> None:
    assert rate_text(speed, left, "frames") == expected


def test_environment_is_not_changed() -> None:
    before = dict(os.environ)
    with progress_bar(1, file=Terminal()) as advance:
        advance()
    assert dict(os.environ) == before


def test_waiting_line_is_shown_at_once_and_removed() -> None:
    stream = Terminal()
    with waiting_line("Opening jog.mp4", file=stream):
        assert stream.getvalue() == "Opening jog.mp4"
    assert stream.getvalue() == f"Opening jog.mp4\r{' ' * 15}\r"


def test_waiting_line_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    with waiting_line("Opening a-very-long-name.mp4", file=stream):
        assert stream.getvalue() == "Opening a-very-long"


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_waiting_line_is_silent_without_a_terminal_and_when_quiet(stream: io.StringIO, quiet: bool) -> None:
    with waiting_line("Opening jog.mp4", quiet=quiet, file=stream):
        pass
    assert stream.getvalue() == ""
