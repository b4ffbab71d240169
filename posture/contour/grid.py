"""Sampling positions along the trunk axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Positions along the trunk axis: 0 at the hip midpoint, 1 at the shoulder midpoint (dimensionless).
T_STEP = 0.0125
T_GRID: npt.NDArray[np.float64] = np.round(np.arange(-0.5, 1.2 + T_STEP / 2, T_STEP), 6)
T_GRID.flags.writeable = False
