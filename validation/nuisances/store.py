"""The stored clips with nuisances: what the package detects in each, and what is true. Reading needs the package only.

Neither videos nor pictures are stored; ``make nuisances`` renders them again. A file holds the clips of one round. The
fields of `posture.analysis.observe.ClipObservations` are stored by name: a field that is added later needs no change
here, and takes its default when older files are read.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from posture.analysis.observations import ClipObservations
from posture.contour.observation import FACINGS, Observation
from posture.scene.sampler import SceneSamples
from validation.nuisances.draw import RENDERED, ROUND, Half
from validation.population.store import kept_rows, write_arrays

FOLDER = Path(__file__).parent / "data"
# Stored steps of an observation's fields: pixels, shares, trunk lengths. Other numbers are kept as 32-bit floats.
STEPS = {"landmarks": 1 / 8, "visibility": 1 / 20, "edges": 1e-3, "appearance": 1 / 32}
# Marks a value that is no number; the largest one that is stored.
NOT_A_NUMBER, LARGEST = -(2**15), 2**15 - 1
PACKAGE = "posture."

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class NuisanceClip:
    """A stored clip.

    Attributes
    ----------
    about
        What was drawn and what is true, as `validation.nuisances.record.record` writes it.
    """

    number: int
    about: dict[str, Any]
    observations: ClipObservations

    @property
    def kind(self) -> str:
        """Return the kind of nuisance."""
        return str(self.about["kind"])

    @property
    def half(self) -> Half:
        """Return the half of the clip's people."""
        return "test" if self.number % 2 else "calibration"

    @property
    def truth(self) -> dict[str, float] | None:
        """Return the true measures, named as in ``analysis.json``; None when the clip is of several people."""
        true = self.about["truth"]
        return None if true is None else dict(true)


def pack(observed: Iterable[Path], clips: Path, folder: Path = FOLDER) -> None:
    """Pack what `validation.nuisances.observe` kept, with the truth, a round of clips a file.

    Parameters
    ----------
    clips
        Folder of the clips and their JSON.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rounds: dict[int, list[Path]] = {}
    for path in sorted(observed):
        rounds.setdefault(int(path.stem[:4]) // len(ROUND), []).append(path)
    for number, paths in rounds.items():
        arrays: Arrays = {}
        for path in paths:
            observations, _ = pickle.loads(path.read_bytes())
            about = json.loads((clips / f"{path.stem}.json").read_text(encoding="utf-8"))
            arrays |= packed(int(path.stem[:4]), observations, about)
        write_arrays(folder / f"{number:02d}.npz", arrays)


def packed(number: int, observations: ClipObservations, about: dict[str, Any]) -> Arrays:
    """Return a clip as arrays, their names beginning with its number."""
    if isinstance(observations.scene, SceneSamples):
        raise TypeError("pictures are not stored; validation.nuisances.observe reads the scene from them")
    arrays: Arrays = {}
    at = f"{number:04d}"
    tree = {
        field.name: _columns(_thinned(observations.sightings, about), f"{at}/sightings", arrays)
        if field.name == "sightings"
        else _tree(getattr(observations, field.name), f"{at}/{field.name}", arrays)
        for field in fields(observations)
    }
    return {f"{at}/about": _text(about), f"{at}/observations": _text(tree), **arrays}


def load(folder: Path = FOLDER, *, half: Half | None = None) -> Iterator[NuisanceClip]:
    """Yield the clips, or those of one half, in the order of their numbers."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as block:
            for number in sorted({int(key[:4]) for key in block.files}):
                if half is None or (half == "test") == bool(number % 2):
                    yield unpacked(block, number)


def count(folder: Path = FOLDER) -> int:
    """Return the number of stored clips."""
    total = 0
    for path in folder.glob("*.npz"):
        with np.load(path) as block:
            total += len({key[:4] for key in block.files})
    return total


def unpacked(block: np.lib.npyio.NpzFile | Arrays, number: int) -> NuisanceClip:
    """Return a clip from the arrays that `packed` made."""
    about = json.loads(str(block[f"{number:04d}/about"]))
    tree = json.loads(str(block[f"{number:04d}/observations"]))
    known = {field.name for field in fields(ClipObservations)}
    values: dict[str, Any] = {
        name: _sightings(value, block) if name == "sightings" else _value(value, block)
        for name, value in tree.items()
        if name in known
    }
    return NuisanceClip(number, about, ClipObservations(**values))


def _thinned(sightings: Sequence[Sequence[Observation]], about: dict[str, Any]) -> list[list[Observation]]:
    """Return the observations without the edges that the package does not read: beyond the grid, and in front."""
    unused = np.tile(~kept_rows(), (len(FACINGS), 1))
    if not about["nuisance"].get("against") and not about.get("turned_shots"):
        # Everybody faces this way.
        unused[1 - FACINGS.index(about["filming"]["facing"])] = True
    return [
        [replace(one, edges=np.where(unused, np.nan, one.edges).astype(np.float32)) for one in people]
        for people in sightings
    ]


def _text(value: Any) -> np.ndarray:
    return np.array(json.dumps(value))


def _columns(sightings: Sequence[Sequence[Observation]], at: str, arrays: Arrays) -> dict[str, Any]:
    """Store everybody's fields as one array each: people of the same slot in turn, which differ least."""
    places = sorted((slot, frame) for frame, people in enumerate(sightings) for slot in range(len(people)))
    ordered = [sightings[frame][slot] for slot, frame in places]
    arrays[f"{at}/people"] = np.array([len(people) for people in sightings], dtype=np.uint8)
    columns: dict[str, Any] = {}
    # Observations that were pickled before a field was added do not have it.
    names = [field.name for field in fields(Observation) if all(hasattr(one, field.name) for one in ordered)]
    for name in names:
        values = [getattr(one, name) for one in ordered]
        known = [value is not None for value in values]
        if any(known):
            stacked = np.stack([np.asarray(value) for value in values if value is not None])
            columns[name] = _array(stacked, name, f"{at}/{name}", arrays)
        if not all(known):
            arrays[f"{at}/{name}/known"] = np.array(known)
            columns[name] = {"rows": columns.get(name), "known": f"{at}/{name}/known"}
    return {"people": f"{at}/people", "columns": columns}


def _sightings(tree: dict[str, Any], block: np.lib.npyio.NpzFile | Arrays) -> list[list[Observation]]:
    count = block[tree["people"]].astype(int)
    places = sorted((slot, frame) for frame, people in enumerate(count) for slot in range(people))
    named = {field.name for field in fields(Observation)}
    columns = {name: _column(value, block) for name, value in tree["columns"].items() if name in named}
    sightings: list[list[Observation]] = [[] for _ in count]
    # Slots come in order, so that each person is appended behind those before.
    for row, (_, frame) in enumerate(places):
        sightings[frame].append(Observation(**{name: values[row] for name, values in columns.items()}))
    return sightings


def _column(value: dict[str, Any], block: np.lib.npyio.NpzFile | Arrays) -> Sequence[Any]:
    if "known" not in value:
        return list(_value(value, block))
    rows = iter(() if value["rows"] is None else _value(value["rows"], block))
    return [next(rows) if known else None for known in block[value["known"]]]


def _tree(value: Any, at: str, arrays: Arrays) -> Any:
    """Return a value as JSON, its arrays stored beside."""
    if isinstance(value, np.ndarray):
        return _array(value, at.rsplit("/", 1)[-1], at, arrays)
    if isinstance(value, PurePath):
        # The folder belongs to the machine that observed the clip.
        return {"path": value.name}
    if is_dataclass(value) and not isinstance(value, type):
        kind = f"{type(value).__module__}:{type(value).__qualname__}"
        inner = {f.name: _tree(getattr(value, f.name), f"{at}/{f.name}", arrays) for f in fields(value)}
        return {"class": kind, "fields": inner}
    if isinstance(value, list | tuple):
        items = [_tree(item, f"{at}/{number}", arrays) for number, item in enumerate(value)]
        return {"tuple" if isinstance(value, tuple) else "list": items}
    if isinstance(value, dict):
        return {"dict": {str(key): _tree(item, f"{at}/{key}", arrays) for key, item in value.items()}}
    return value.item() if isinstance(value, np.generic) else value


def _value(tree: Any, block: np.lib.npyio.NpzFile | Arrays) -> Any:
    """Return what `_tree` stored."""
    if not isinstance(tree, dict):
        return tree
    if "list" in tree or "tuple" in tree:
        items = [_value(item, block) for item in tree["list" if "list" in tree else "tuple"]]
        return tuple(items) if "tuple" in tree else items
    if "array" in tree:
        return _restored(block[tree["array"]], tree)
    if "path" in tree:
        return Path(tree["path"])
    if "class" in tree:
        return _record(tree, block)
    return {key: _value(item, block) for key, item in tree["dict"].items()}


def _record(tree: dict[str, Any], block: np.lib.npyio.NpzFile | Arrays) -> Any:
    module, name = tree["class"].split(":")
    if not module.startswith(PACKAGE):
        raise ValueError(f"not a record of the package: {tree['class']}")
    kind = getattr(importlib.import_module(module), name)
    known = {field.name for field in fields(kind)}
    return kind(**{key: _value(item, block) for key, item in tree["fields"].items() if key in known})


def _array(values: np.ndarray, name: str, at: str, arrays: Arrays) -> dict[str, Any]:
    """Store an array: in steps where its name has one, as differences from its neighbours."""
    about: dict[str, Any] = {"array": at, "dtype": values.dtype.str}
    if name in STEPS:
        steps = np.clip(np.round(values / STEPS[name]), NOT_A_NUMBER + 1, LARGEST)
        whole = np.where(np.isfinite(values), steps, NOT_A_NUMBER).astype(np.int16)
        # Edges differ least along the back, everything else least from frame to frame. 16-bit differences wrap around.
        axis = -1 if name == "edges" else 0
        arrays[at] = np.diff(whole, axis=axis, prepend=np.int16(0))
        return about | {"step": STEPS[name], "axis": axis}
    if values.dtype == np.float64:
        arrays[at] = values.astype(np.float32)
    elif values.dtype.kind == "i" and values.size:
        arrays[at] = values.astype(np.promote_types(np.min_scalar_type(values.min()), np.min_scalar_type(values.max())))
    else:
        arrays[at] = values
    return about


def _restored(stored: np.ndarray, about: dict[str, Any]) -> np.ndarray:
    if "step" not in about:
        return stored.astype(about["dtype"])
    whole = np.cumsum(stored, axis=about["axis"], dtype=np.int16)
    return np.where(whole == NOT_A_NUMBER, np.nan, whole * about["step"]).astype(about["dtype"])


def main() -> None:
    """Pack the observed clips."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=Path, default=RENDERED)
    parser.add_argument("--observed", type=Path, default=RENDERED / "observed")
    given = parser.parse_args()
    pack(given.observed.glob("*.pkl"), given.clips)


if __name__ == "__main__":
    main()
