"""The gauge shows on which side of the threshold a value lies, at any width."""

from hypothesis import given
from hypothesis import strategies as st

from posture.report.text.gauge import ASCII, UNICODE, gauge

numbers = st.floats(-90, 90)


def test_example() -> None:
    drawn = gauge(31.2, (27.9, 34.6), 27.0, width=40, glyphs=ASCII)
    assert drawn == "7 .................|===o==........... 47"
    assert drawn.index("|") < drawn.index("o")


@given(numbers, st.floats(0, 40), st.floats(0, 40), numbers, st.integers(16, 80))
def test_side_order_and_width(value: float, below: float, above: float, threshold: float, width: int) -> None:
    drawn = gauge(value, (value - below, value + above), threshold, width=width)
    if not drawn:
        assert width < 24
        return
    assert width - 1 <= len(drawn) <= width
    line = drawn.split(" ")[1]
    assert line.count(UNICODE.value) == 1
    middle = len(line) // 2
    at = line.index(UNICODE.value)
    if value > threshold:
        assert at > middle
    elif value < threshold:
        assert at < middle
    else:
        assert at == middle
    if at != middle:
        assert line[middle] == UNICODE.threshold


@given(numbers, st.floats(0, 40), st.floats(0, 40))
def test_mirrored_numbers_give_the_mirrored_line(value: float, below: float, above: float) -> None:
    right = gauge(value, (value - below, value + above), 0.0, width=41)
    left = gauge(-value, (-value - above, -value + below), 0.0, width=41)
    assert right.split(" ")[1] == left.split(" ")[1][::-1]


def test_too_narrow_draws_nothing() -> None:
    assert gauge(1.0, (0.0, 2.0), 1.0, width=10) == ""
