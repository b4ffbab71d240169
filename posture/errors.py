"""Exception tree.

::

    PostureError                 any error reported to the user as one line without a traceback
    |-- VideoError               the clip cannot be read: missing, empty, no video in it, unknown codec
    |-- ModelFileError           a file of models/ is missing or differs from the released one
    |-- OutputError              a result cannot be written
    |-- RecordError              a file is not a valid analysis.json
    `-- OptionError              an option's value cannot be used with this clip
        `-- UsageError           nor with any other clip: wrong usage

Every message says what went wrong, where, and what to do about it.
"""

from __future__ import annotations

from pathlib import Path


class PostureError(Exception):
    """Base of all errors that this package reports.

    Parameters
    ----------
    what
        What went wrong, in plain words, without a full stop.
    where
        The file, folder or option that it concerns.
    advice
        What the user can do about it, a sentence.
    """

    def __init__(self, what: str, *, where: str | Path = "", advice: str = "") -> None:
        self.what = what
        self.where = str(where)
        self.advice = advice
        super().__init__(what, self.where, advice)

    def __reduce__(self) -> tuple[object, ...]:
        """Support pickling, since the details are keyword-only."""
        return _rebuild, (type(self), self.what, self.where, self.advice)

    def __str__(self) -> str:
        """Return the error as one line: where, what, what to do."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        line = f"{head}. {self.advice}" if self.advice else head
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


class VideoError(PostureError):
    """A clip cannot be opened or holds no picture."""


class ModelFileError(PostureError):
    """A model file is missing or its hash differs from the released one."""


class OutputError(PostureError):
    """A result cannot be written."""


class RecordError(PostureError):
    """A file is not a valid analysis.json."""


class OptionError(PostureError):
    """An option's value cannot be used."""


class UsageError(OptionError):
    """An option's value or a combination of options is wrong for every clip: exit code 2."""


def _rebuild(kind: type[PostureError], what: str, where: str, advice: str) -> PostureError:
    return kind(what, where=where, advice=advice)
