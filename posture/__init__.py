"""Pelvic tilt and lumbar arch from an ordinary side-view running video.

>>> import posture
>>> a = posture.analyze("jog.mp4")  # doctest: +SKIP
>>> a.verdict.label, a.measures["lumbar_arch_deg"]  # doctest: +SKIP

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posture.errors import (
    ModelFileError,
    OptionError,
    OutputError,
    PostureError,
    RecordError,
    VideoError,
)
from posture.version import __version__

if TYPE_CHECKING:
    from posture.analysis.compare_clips import compare
    from posture.analysis.examine import analyze
    from posture.records.analysis import Analysis
    from posture.records.comparison import Comparison

__all__ = [
    "Analysis",
    "Comparison",
    "ModelFileError",
    "OptionError",
    "OutputError",
    "PostureError",
    "RecordError",
    "VideoError",
    "__version__",
    "analyze",
    "compare",
]


def __getattr__(name: str) -> Any:
    """Import heavy names on first use (PEP 562)."""
    if name == "analyze":
        from posture.analysis.examine import analyze

        return analyze
    if name == "compare":
        from posture.analysis.compare_clips import compare

        return compare
    if name == "Comparison":
        from posture.records.comparison import Comparison

        return Comparison
    if name == "Analysis":
        from posture.records.analysis import Analysis

        return Analysis
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, the lazily imported ones too."""
    return sorted(__all__)
