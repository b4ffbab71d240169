"""The back's measures frame by frame, as the model holds them.

No single frame tells its arch: arms hide the back. What the model holds at a frame is its stride's own value plus how
far the mean stride lies from its own mean at this phase.
"""

from __future__ import annotations

import numpy as np

from posture.arrays import Array
from posture.back.of_runner import RunnerBack
from posture.back.phase import at_phase
from posture.gait.runner import Mover
from posture.gait.strides import even_parts

MODELLED = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index")
BY_FRAME = ("trunk_lean_deg", *MODELLED)


def frame_measures(runner: Mover, back: RunnerBack) -> dict[str, Array]:
    """Return the measures in each of the runner's frames by name, each of shape (N,).

    ``trunk_lean_deg`` is measured in the frame itself. The others are the stride's own value plus the mean stride's
    deviation at the frame's phase; of somebody who stands, the even part's own value, since nothing swings there. NaN
    in frames outside of strides (parts), and in those whose back was not measured. The mean over a stride is the
    stride's own value.

    Parameters
    ----------
    runner : Mover
        With N frames.
    back : RunnerBack
    """
    strides = len(runner.strides) > 0
    number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    if not strides:
        number, _ = even_parts(runner.time_s)
    inside = np.isin(number, back.kept)
    place = np.searchsorted(back.kept, number[inside])
    found = {"trunk_lean_deg": back.lean_deg}
    for name in MODELLED:
        values = np.full(len(number), np.nan)
        values[inside] = back.measured.by_stride[name][place]
        if strides:
            curve = back.measured.by_phase[name]
            values[inside] += at_phase(curve - curve.mean(), phase[inside])
        found[name] = values
    return found
