"""The files that an analysis exports, and their content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posture.analysis.examination import Examination
from posture.export import movement, opensim
from posture.export.frames import frames_table
from posture.export.strides import strides_table
from posture.export.table import check_parquet, csvw_metadata, to_parquet
from posture.output.names import CARD_PNG, CSVW, FRAMES, MOVEMENT, OPENSIM, PAGE_PDF, PARQUET, STRIDES


@dataclass(frozen=True)
class Formats:
    """Formats to export besides the CSV tables.

    Attributes
    ----------
    pdf, card : bool
        The page to print and the picture to send; `posture.output.save` draws them.
    height_m : float or None
        How tall the runner is, for OpenSim's landmarks in metres; pixels without.
    """

    parquet: bool = False
    opensim: bool = False
    height_m: float | None = None
    movement: bool = False
    pdf: bool = False
    card: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The files that were requested, besides the tables that are always written."""
        requested: tuple[tuple[bool, tuple[str, ...]], ...] = (
            (self.parquet, PARQUET),
            (self.opensim, OPENSIM),
            (self.movement, (MOVEMENT,)),
            (self.pdf, (PAGE_PDF,)),
            (self.card, (CARD_PNG,)),
        )
        return tuple(name for wanted, names in requested if wanted for name in names)

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
    """Yield every file name with its content; None for a file that was not requested or has nothing to hold.

    A file that an earlier run left under such a name must not stay beside the new analysis.
    """
    frames, strides = frames_table(examination), strides_table(examination)
    yield FRAMES, frames.to_csv().encode()
    yield STRIDES, strides.to_csv().encode()
    yield CSVW, csvw_metadata({FRAMES: frames.columns, STRIDES: strides.columns}).encode()
    requested = formats.names
    for name, table in zip(PARQUET, (frames, strides), strict=True):
        yield name, to_parquet(table) if name in requested else None
    has_runner = examination.runner is not None
    places = opensim.trc(examination, height_m=formats.height_m) if formats.opensim and has_runner else None
    angles = opensim.mot(examination, frames) if formats.opensim else None
    for name, text in zip(OPENSIM, (places, angles), strict=True):
        yield name, None if text is None else text.encode()
    yield MOVEMENT, movement.to_netcdf(examination) if formats.movement and has_runner else None
