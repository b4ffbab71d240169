"""The files that an analysis exports, and their content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posture.analysis.examination import Examination
from posture.export import movement, opensim
from posture.export.frames import frames_table
from posture.export.strides import strides_table
from posture.export.table import check_parquet, csvw_metadata, to_parquet
from posture.output.names import CSVW, FRAMES, MOVEMENT, OPENSIM, PARQUET, STRIDES


@dataclass(frozen=True)
class Formats:
    """Formats to export besides the CSV tables.

    Attributes
    ----------
    parquet : bool
        The tables as Parquet too.
    opensim : bool
        Landmarks and angles for OpenSim.
    height_m : float or None
        How tall the runner is, for landmarks in metres; pixels without.
    movement : bool
        Landmarks for ``movement``.
    """

    parquet: bool = False
    opensim: bool = False
    height_m: float | None = None
    movement: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The files that were asked for, besides the tables that are always written."""
        asked = ((self.parquet, PARQUET), (self.opensim, OPENSIM), (self.movement, (MOVEMENT,)))
        return tuple(name for wanted, names in asked if wanted for name in names)

    def check(self) -> None:
        """Check before long work that the libraries are installed.

        Raises
        ------
        OptionError
            When one is missing: which, and how to install it.
        """
        if self.parquet:
            check_parquet()
        if self.movement:
            movement.check()


def export_files(examination: Examination, formats: Formats) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name of every file there may be with its content, or None where there is none.

    There is none where it was not asked for, and where nothing was measured that it could hold. What an earlier run
    left under that name must not stay beside the new analysis.

    Parameters
    ----------
    examination : Examination
    formats : Formats
    """
    frames, strides = frames_table(examination), strides_table(examination)
    yield FRAMES, frames.to_csv().encode()
    yield STRIDES, strides.to_csv().encode()
    yield CSVW, csvw_metadata({FRAMES: frames.columns, STRIDES: strides.columns}).encode()
    asked = formats.names
    for name, table in zip(PARQUET, (frames, strides), strict=True):
        yield name, to_parquet(table) if name in asked else None
    seen = examination.runner is not None
    places = opensim.trc(examination, height_m=formats.height_m) if formats.opensim and seen else None
    angles = opensim.mot(examination, frames) if formats.opensim else None
    for name, text in zip(OPENSIM, (places, angles), strict=True):
        yield name, None if text is None else text.encode()
    yield MOVEMENT, movement.to_netcdf(examination) if formats.movement and seen else None
