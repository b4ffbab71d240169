"""The analysis of one clip, from the video to an `Analysis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posture.analysis.pipeline import analyze, examine

__all__ = ["analyze", "examine"]


def __getattr__(name: str) -> Any:
    """Import the pipeline at the first use of one of its functions (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from posture.analysis import pipeline

    return getattr(pipeline, name)
