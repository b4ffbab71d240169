"""The stored population: what the package saw of each rendered clip, and the truth. Needs NumPy only.

The videos are not kept; ``make population`` renders and watches them again. A file holds a block of people, one JSON
text and a few arrays for each take, packed small: edges in steps of `EDGE_STEP_L`, landmarks in steps of a pixel's
`LANDMARK_STEPS`-th part, both as differences to their neighbours.
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

FOLDER = Path(__file__).parent / "data"
BLOCK = 20
EDGE_STEP_L = 5e-4
LANDMARK_STEPS, RAW_LANDMARK_STEPS = 8, 16
# The part of the grid that is kept: no step of the package reads edges beyond it.
KEPT_T = (-0.25, 1.1)
# No edge at a sample.
NONE = -1

Array = npt.NDArray[np.float64]
Half = Literal["calibration", "test"]


@dataclass(frozen=True)
class Truth:
    """The truth of a person's run or stand.

    Attributes
    ----------
    measures
        Of the mean outline: tilt, arch, index and lean, named as in ``analysis.json``.
    outline : shape (len(T_GRID),)
        The mean outline in the trunk frame, trunk lengths, backward positive, not smoothed.
    over_phase : dict of str to array, shape (phases,)
        Tilt and arch over the stride; phase 0 is the right hip's peak flexion.
    joint_deg
        Means of the pelvis's forward tilt and of the lumbar spine's extension, joint angles.
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
    """One clip of a person as the package saw it.

    Attributes
    ----------
    name
        ``run``, ``stand``, or ``run2``: the same run by a second camera.
    filming
        How it was filmed (`validation.population.render.Filming`).
    size
        Width and height, pixels.
    stride_s
        True stride time.
    time_s : shape (N,)
        Of the frames in which somebody was found; N is 0 when nobody was.
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
    """One person: who they are, what they wear, and their takes by name.

    Attributes
    ----------
    loose
        How far a loose shirt bridges the hollow, 0 (tight) .. 1.
    """

    number: int
    loose: float
    about: dict[str, Any]
    takes: dict[str, Take]

    @property
    def half(self) -> Half:
        """Return to which half the person belongs; decided once, by their number."""
        return "test" if self.number % 2 else "calibration"


def pack(raw: Iterable[Path], folder: Path = FOLDER) -> None:
    """Pack what `validation.population.render` stored, one file a person, into blocks of `BLOCK` people.

    People of a block of whom there is no new file stay as they are.
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
        _write(target, dict(sorted(packed.items())))


def _without(stored: Path, people: set[str]) -> dict[str, np.ndarray]:
    """Return what a block holds of all but some people, whose names begin with these."""
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
    inside = _inside()
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
        edges[:, _inside()] = np.where(steps == NONE, np.nan, steps * EDGE_STEP_L)
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


def _inside() -> npt.NDArray[np.bool_]:
    return (T_GRID >= KEPT_T[0] - 1e-9) & (T_GRID <= KEPT_T[1] + 1e-9)


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an .npz with LZMA, half the size of NumPy's own; `numpy.load` reads it all the same."""
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
