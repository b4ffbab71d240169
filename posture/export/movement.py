"""The landmarks as a dataset in the shape of the package ``movement``, and as a netCDF file.

>>> from posture.analysis.pipeline import examine
>>> from posture.export.movement import to_dataset
>>> examination = examine("jog.mp4")  # doctest: +SKIP
>>> dataset = to_dataset(examination)  # doctest: +SKIP
>>> dataset.position.sel(keypoint="left_hip", space="x")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from posture.analysis.examination import Examination
from posture.export.table import needed
from posture.pose.landmarks import NAMES

if TYPE_CHECKING:
    import xarray as xr


def check() -> None:
    """Raise `OptionError` when the extra is not installed."""
    with needed("xarray", option="--movement", extra="movement"):
        import xarray  # noqa: F401


def to_dataset(examination: Examination) -> xr.Dataset:
    """Return the runner's landmarks as ``movement`` (0.16 and later) keeps poses.

    Returns
    -------
    xarray.Dataset
        ``position`` (time, space, keypoint, individual): pixels of the shown picture, x right, y down, left/right swaps
        repaired; ``confidence`` (time, keypoint, individual): the landmarker's visibility, 0..1. NaN in frames without
        the runner. ``time`` is in seconds of real time (slow motion corrected) after the clip's first frame, as exact
        as the clip has it; ``fps`` is the mean rate. One individual, ``runner``; keypoints as MediaPipe calls them.
        Older releases of ``movement`` call the last two dimensions ``keypoints`` and ``individuals``: rename them.
    """
    import xarray as xr

    visibility = np.zeros((0, len(NAMES))) if examination.visibility is None else examination.visibility
    about = {"ds_type": "poses", "source_software": "posture", "time_unit": "seconds", "space_unit": "px"}
    rate = examination.real_frame_rate
    position = np.swapaxes(examination.landmarks_px, 1, 2)[..., None]
    return xr.Dataset(
        data_vars={
            "position": (("time", "space", "keypoint", "individual"), position),
            "confidence": (("time", "keypoint", "individual"), examination.over_clip(visibility)[..., None]),
        },
        coords={
            "time": examination.real_time_s,
            "space": ["x", "y"],
            "keypoint": list(NAMES),
            "individual": ["runner"],
        },
        attrs=about if rate is None else {**about, "fps": rate},
    )


def to_netcdf(examination: Examination) -> bytes:
    """Return the dataset as the content of a netCDF file (netCDF 3 with 64-bit offsets, which SciPy writes)."""
    return bytes(to_dataset(examination).to_netcdf(engine="scipy", format="NETCDF3_64BIT"))
