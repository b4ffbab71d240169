"""The stored population: detections and truth of each rendered clip. Reading it needs NumPy only.

The videos are not stored; ``make population`` renders them again. A file holds a block of people: one JSON text each,
and a few arrays for each take. Edges are stored in steps of `EDGE_STEP_L`, landmarks in fractions (1 /
`LANDMARK_STEPS`) of a pixel, both as differences from their neighbours.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from posture.contour.grid import T_GRID
from posture.types import Array

FOLDER = Path(__file__).parent / "data"
BLOCK = 20
EDGE_STEP_L = 5e-4
LANDMARK_STEPS, RAW_LANDMARK_STEPS = 8, 16
# Stored part of the grid: no step of the package reads edges beyond it.
KEPT_T = (-0.25, 1.1)
# Marks a sample without an edge.
NONE = -1

Half = Literal["calibration", "test"]


@dataclass(frozen=True)
class Truth:
    """The truth of a person's run or stand.

    Attributes
    ----------
    measures
        Tilt, arch, index and lean of the mean outline, named as in ``analysis.json``.
    outline : shape (len(T_GRID),)
        The mean outline in the trunk frame, trunk lengths, backward positive, not smoothed.
    over_phase : dict of str to array, shape (phases,)
        Tilt and arch over the stride; phase 0 is the right hip's peak flexion.
    joint_deg
        Mean joint angles: forward tilt of the pelvis, extension of the lumbar spine.
    arms : shape (3, 2, phases)
        Left and right: bend of the elbow (degrees), upper arm behind the trunk (degrees), elbow behind the trunk axis
        (trunk lengths).
    """

    measures: dict[str, float]
    outline: Array
    over_phase: dict[str, Array]
    joint_deg: tuple[float, float]
    arms: Array


@dataclass(frozen=True)
class Take:
    """The detections in one clip of a person, with the truth.

    Attributes
    ----------
    name
        ``run``, ``stand``, or ``run2``: the same run by a second camera.
    filming
        Filming parameters (`validation.population.draw.Filming`).
    size
        Width and height, pixels.
    stride_s
        True stride time.
    time_s : shape (N,)
        Times of the frames with the person; N is 0 when nobody was found.
    landmarks : shape (N, 33, 2)
        Pixels.
    edges : shape (N, len(T_GRID))
        Mask edge behind the trunk, trunk lengths; NaN where there is none.
    """

    name: str
    filming: dict[str, Any]
    size: tuple[int, int]
    frames_read: int
    stride_s: float
    time_s: Array
    landmarks: Array
    edges: Array
    truth: Truth


@dataclass(frozen=True)
class FilmedPerson:
    """One person with all takes.

    Attributes
    ----------
    loose
        Degree to which a loose shirt bridges the hollow, 0 (tight) .. 1.
    """

    number: int
    loose: float
    about: dict[str, Any]
    takes: dict[str, Take]

    @property
    def half(self) -> Half:
        """Return the person's half, which depends on the number only."""
        return "test" if self.number % 2 else "calibration"


def pack(raw: Iterable[Path], folder: Path = FOLDER) -> None:
    """Pack the files of `validation.population.render`, one a person, into blocks of `BLOCK` people.

    People of a block without a new file are kept unchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    blocks: dict[int, list[Path]] = {}
    for path in sorted(raw):
        blocks.setdefault(int(path.stem) // BLOCK, []).append(path)
    for block, paths in blocks.items():
        target = folder / f"{block:02d}.npz"
        packed = _without(target, {f"{int(path.stem):04d}/" for path in paths}) if target.exists() else {}
        for path in paths:
            with np.load(path) as person:
                packed |= {f"{int(path.stem):04d}/{key}": value for key, value in _packed(person)}
        write_arrays(target, dict(sorted(packed.items())))


def _without(stored: Path, people: set[str]) -> dict[str, np.ndarray]:
    """Return the arrays of a block except those of some people, given by the beginnings of their keys."""
    with np.load(stored) as block:
        return {key: block[key] for key in block.files if key[:5] not in people}


def load(folder: Path = FOLDER, *, half: Half | None = None) -> Iterator[FilmedPerson]:
    """Yield the people, or those of one half, in the order of their numbers."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as block:
            numbers = sorted({int(key[:4]) for key in block.files})
            for number in numbers:
                if half is None or (half == "test") == bool(number % 2):
                    yield _person(block, number)


def _packed(person: np.lib.npyio.NpzFile) -> Iterator[tuple[str, np.ndarray]]:
    inside = kept_rows()
    for key in person.files:
        value = person[key]
        if key.endswith("/edges"):
            edges = value[0][:, inside].astype(np.float64)
            steps = np.where(np.isfinite(edges), np.round(edges / EDGE_STEP_L), NONE).astype(np.int16)
            yield key, np.diff(steps, axis=1, prepend=np.int16(0))
        elif key.endswith("/landmarks"):
            pixels = value.astype(np.float64) / RAW_LANDMARK_STEPS
            steps = np.round(pixels * LANDMARK_STEPS).astype(np.int16)
            yield key, np.diff(steps, axis=0, prepend=np.int16(0))
        elif value.dtype == np.float64 and value.ndim:
            yield key, value.astype(np.float32)
        else:
            yield key, value


def _person(block: np.lib.npyio.NpzFile, number: int) -> FilmedPerson:
    about = json.loads(str(block[f"{number:04d}/about"]))
    takes = {name: _take(block, number, name, filming) for name, filming in about["takes"].items()}
    return FilmedPerson(number, float(about["loose"]), about, takes)


def _take(block: np.lib.npyio.NpzFile, number: int, name: str, filming: dict[str, Any]) -> Take:
    at = f"{number:04d}/{name}/"
    found = at + "landmarks" in block.files
    landmarks, edges, time_s = np.zeros((0, 33, 2)), np.zeros((0, len(T_GRID))), np.zeros(0)
    if found:
        time_s = block[at + "time_s"].astype(np.float64)
        landmarks = np.cumsum(block[at + "landmarks"], axis=0) / LANDMARK_STEPS
        steps = np.cumsum(block[at + "edges"], axis=1)
        edges = np.full((len(time_s), len(T_GRID)), np.nan)
        edges[:, kept_rows()] = np.where(steps == NONE, np.nan, steps * EDGE_STEP_L)
    width, height = block[at + "size"]
    return Take(
        name=name,
        filming=filming,
        size=(int(width), int(height)),
        frames_read=int(block[at + "frames_read"]),
        stride_s=float(block[at + "stride_s"]),
        time_s=time_s,
        landmarks=landmarks,
        edges=edges,
        truth=_truth(block, f"{number:04d}/{'stand' if name == 'stand' else 'run'}/truth/"),
    )


def _truth(block: np.lib.npyio.NpzFile, at: str) -> Truth:
    names = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg")
    pelvis, lumbar = block[at + "joint_deg"]
    return Truth(
        measures=dict(zip(names, map(float, block[at + "measures"]), strict=True)),
        outline=block[at + "outline"].astype(np.float64),
        over_phase={
            "pelvic_tilt_deg": block[at + "tilt_over_phase"].astype(np.float64),
            "lumbar_arch_deg": block[at + "arch_over_phase"].astype(np.float64),
        },
        joint_deg=(float(pelvis), float(lumbar)),
        arms=block[at + "arms"].astype(np.float64),
    )


def kept_rows() -> npt.NDArray[np.bool_]:
    """Return which samples of the grid are stored, shape (len(T_GRID),)."""
    return (T_GRID >= KEPT_T[0] - 1e-9) & (T_GRID <= KEPT_T[1] + 1e-9)


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an .npz with LZMA, half the size of NumPy's own; `numpy.load` reads it."""
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_LZMA
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asarray(array, order="C"), allow_pickle=False)
            archive.writestr(entry, data.getvalue())
    partial.replace(path)


if __name__ == "__main__":
    pack((Path(__file__).resolve().parents[2] / "build" / "population").glob("[0-9]*[0-9].npz"))
