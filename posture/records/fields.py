"""Types of the fields that several records have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat, PlainSerializer

Share = Annotated[float, Field(ge=0.0, le=1.0)]
# No clip gives more; an altered file must not carry numbers that overflow later sums.
LARGEST = 10**12
Figure = Annotated[FiniteFloat, Field(ge=-LARGEST, le=LARGEST)]
NotNegative = Annotated[FiniteFloat, Field(ge=0, le=LARGEST)]
Positive = Annotated[FiniteFloat, Field(gt=0, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Pixels = Annotated[int, Field(ge=1, le=LARGEST)]


def _storable(path: str) -> str:
    """Replace the bytes of a path that are not UTF-8, which JSON cannot hold."""
    return path.encode("utf-8", "replace").decode("utf-8")


StoredPath = Annotated[str, PlainSerializer(_storable)]
