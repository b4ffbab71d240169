"""Progress bars of a command that watches more than one clip, or one more than once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield what makes progress functions: one for each label.

    Each draws a bar on a terminal once the expected number of frames is known, in the place of the one before.
    """
    from posture.report.progress import progress_bar

    with ExitStack() as stack:
        advance: list[Callable[[int], None]] = []

        def labelled(label: str) -> Callable[[int, int], None]:
            def progress(done: int, expected: int) -> None:
                if done == 1:
                    # A second pass over the clip has a bar of its own.
                    stack.close()
                    bar = progress_bar(expected or None, label=label, quiet=quiet)
                    advance[:] = [stack.enter_context(bar)]
                advance[0](1)

            return progress

        yield labelled
