"""Which files an analysis exports, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posture.export import csvw, movement, opensim, parquet
from posture.export.examined import Examined
from posture.export.frames import frames_table
from posture.export.strides import strides_table


@dataclass(frozen=True)
class Formats:
    """What is exported besides the CSV tables.

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

    def check(self) -> None:
        """Find out before long work whether the libraries are there.

        Raises
        ------
        OptionError
            When one is missing: which, and how to install it.
        """
        if self.parquet:
            parquet.check()
        if self.movement:
            movement.check()


def export_files(found: Examined, formats: Formats) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name of every file there may be with its content, or None where it was not asked for.

    A file that an earlier run left and this one does not write must not stay beside the new analysis.

    Parameters
    ----------
    found : Examined
    formats : Formats
    """
    frames, strides = frames_table(found), strides_table(found)
    for table in (frames, strides):
        yield f"{table.name}.csv", table.to_csv().encode()
        yield f"{table.name}.parquet", parquet.to_parquet(table) if formats.parquet else None
    yield csvw.FILE, csvw.metadata({f"{t.name}.csv": t.columns for t in (frames, strides)}).encode()
    wanted = formats.opensim
    yield "landmarks.trc", opensim.trc(found, height_m=formats.height_m).encode() if wanted else None
    yield "angles.mot", opensim.mot(found, frames).encode() if wanted else None
    yield "movement.nc", movement.to_netcdf(found) if formats.movement else None
