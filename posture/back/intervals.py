"""The measures of a clip: per stride, over the clip, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from posture.contour.geometry import BackAngles, measure_outlines, measures_by_name
from posture.outline.em import Evidence, fourier_basis, outline_of, posterior
from posture.outline.prior import EdgePrior
from posture.thresholds import SYSTEMATIC_SD, Z90
from posture.types import Array, Indices

BOOTSTRAPS = 400
# The excursion needs an outline at every phase of every draw; its interval is mostly systematic anyway.
RANGE_BOOTSTRAPS = 60
BOOTSTRAP_SEED = 1
JACKKNIFE_BLOCK = 100
# Phases at which the outline is drawn to find its excursion over the stride.
PHASES = 40
UNITS = {
    "pelvic_tilt_deg": "deg",
    "thoracolumbar_deg": "deg",
    "lumbar_arch_deg": "deg",
    "lumbar_arch_index": "percent",
    "trunk_lean_deg": "deg",
    "pelvic_tilt_range_deg": "deg",
}


NOT_NEGATIVE = ("pelvic_tilt_range_deg", "thorax_rotation_deg")


@dataclass(frozen=True)
class ClipMeasure:
    """One measure over the clip.

    Attributes
    ----------
    value : float
    unit : str
    low, high : float
        90 % interval: bootstrap over strides and systematic error together.
    strides : int
        How many strides it rests on.
    stride_sd : float or None
        Standard deviation between strides; None with fewer than two.
    """

    value: float
    unit: str
    low: float
    high: float
    strides: int
    stride_sd: float | None


@dataclass(frozen=True)
class BackMeasures:
    """The back of one clip.

    Attributes
    ----------
    measures : dict of str to ClipMeasure
    by_stride : dict of str to array, shape (S,)
        Each stride's own value.
    outline : array, shape (len(T_GRID),)
        The clip's mean outline in the trunk frame, trunk lengths.
    angles : BackAngles
        Its angles and points (N = 1).
    stride_outlines : array, shape (S, len(T_GRID))
        Each stride's own mean outline.
    stride_angles : BackAngles
        Their angles and points (N = S); nothing taken off.
    phase_outlines : array, shape (PHASES, len(T_GRID))
        The mean stride's outline over its phase.
    by_phase : dict of str to array, shape (PHASES,)
        Values over the stride phase.
    phase_draws : dict of str to array, shape (RANGE_BOOTSTRAPS, PHASES)
        The same for each draw of the bootstrap over strides.
    """

    measures: dict[str, ClipMeasure]
    by_stride: dict[str, Array]
    outline: Array
    angles: BackAngles
    stride_outlines: Array
    stride_angles: BackAngles
    phase_outlines: Array
    by_phase: dict[str, Array]
    phase_draws: dict[str, Array]


def measure_back(
    evidence: Evidence,
    lean_deg: Array,
    phase: Array,
    stride: Indices,
    model: EdgePrior,
    *,
    systematic: Mapping[str, float] = SYSTEMATIC_SD,
    bias: Mapping[str, float] = MappingProxyType({}),
) -> BackMeasures:
    """Measure the back from the evidence of its strides.

    Parameters
    ----------
    evidence : Evidence
        Of S >= 1 strides.
    lean_deg : array, shape (F,)
        Trunk axis to the vertical, forward positive.
    phase : array, shape (F,)
        0..1 within the stride.
    stride : array of int, shape (F,)
        0..S-1.
    model : EdgePrior
    systematic : mapping of str to float
        Standard deviation of each measure's error that the strides share.
    bias : mapping of str to float
        Taken off each measure, over the clip and of each stride.
    """
    strides = len(evidence.pull)
    leans = np.array([lean_deg[stride == s].mean() for s in range(strides)])
    z = posterior(evidence)
    outline = outline_of(z[0], model)
    angles = measure_outlines(outline, leans.mean(), smooth=False)
    phases = np.arange(PHASES) / PHASES
    lean_over_phase = _lean_curve(lean_deg, phase, phases)

    rng = np.random.default_rng(BOOTSTRAP_SEED)
    draws = rng.multinomial(strides, np.full(strides, 1 / strides), size=BOOTSTRAPS).astype(np.float64)
    z_draws = posterior(evidence, draws)
    lean_draws = draws @ leans / strides
    spread = measures_by_name(outline_of(z_draws[:, 0], model), lean_draws)
    shifts = (lean_draws - leans.mean())[:RANGE_BOOTSTRAPS, None]
    phase_draws = _over_phase(z_draws[:RANGE_BOOTSTRAPS], lean_over_phase + shifts, phases, model)
    spread["pelvic_tilt_range_deg"] = np.asarray(np.ptp(phase_draws["pelvic_tilt_deg"], axis=1))

    value = {name: float(values[0]) for name, values in measures_by_name(outline[None], leans.mean()).items()}
    over_phase = {n: v[0] for n, v in _over_phase(z[None], lean_over_phase[None], phases, model).items()}
    value["pelvic_tilt_range_deg"] = float(np.ptp(over_phase["pelvic_tilt_deg"]))

    value = {name: number - bias.get(name, 0.0) for name, number in value.items()}
    stride_outlines = outline_of(_stride_z(evidence, z), model)
    by_stride = measures_by_name(stride_outlines, leans)
    by_stride = {name: numbers - bias.get(name, 0.0) for name, numbers in by_stride.items()}
    return BackMeasures(
        measures={
            name: _with_interval(
                name, value[name], spread[name], strides, by_stride.get(name), systematic[name]
            )
            for name in UNITS
        },
        by_stride=by_stride,
        outline=outline,
        angles=angles,
        stride_outlines=stride_outlines,
        stride_angles=measure_outlines(stride_outlines, leans, smooth=False),
        phase_outlines=outline_of(fourier_basis(phases) @ z, model),
        by_phase=over_phase,
        phase_draws=phase_draws,
    )


def _over_phase(z: Array, lean_over_phase: Array, phases: Array, model: EdgePrior) -> dict[str, Array]:
    """Return the values over the stride phase for each draw, shape (draws, phases); z has shape (draws, H, K)."""
    curves = outline_of(fourier_basis(phases) @ z, model)  # (draws, phases, T)
    draws, count, width = curves.shape
    values = measures_by_name(curves.reshape(draws * count, width), lean_over_phase.reshape(draws * count))
    return {name: value.reshape(draws, count) for name, value in values.items()}


def _lean_curve(lean_deg: Array, phase: Array, phases: Array) -> Array:
    """Return the trunk's lean over the stride phase from a fit of two harmonics, degrees."""
    coefficients, *_ = np.linalg.lstsq(fourier_basis(phase), lean_deg, rcond=None)
    curve: Array = fourier_basis(phases) @ coefficients
    return curve


def _stride_z(evidence: Evidence, z: Array) -> Array:
    """Return each stride's own mean coefficients, shape (S, K), as the jackknife tells them.

    What the clip's answer loses without a stride, times the other strides' number, is how far that stride lies from
    the clip. A fit to one stride alone would be drawn to the prior so far that a change during the run would vanish.
    """
    strides = len(evidence.pull)
    if strides == 1:
        return z[:1]
    # A few strides at a time: of a long clip, all of their systems of equations are large.
    left_out = np.array_split(np.arange(strides), -(-strides // JACKKNIFE_BLOCK))
    every = np.arange(strides)
    mean = np.concatenate(
        [posterior(evidence, np.where(every == part[:, None], 0.0, 1.0))[:, 0] for part in left_out]
    )
    own: Array = z[0] + (strides - 1) * (mean.mean(axis=0) - mean)
    return own


def simple_measure(name: str, by_stride: Array) -> ClipMeasure | None:
    """Return the mean over strides of a measure that each stride has for itself; None without any.

    Parameters
    ----------
    name : str
    by_stride : array, shape (S,)
        Degrees; NaN for strides without it.
    """
    values = by_stride[np.isfinite(by_stride)]
    if len(values) == 0:
        return None
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    draws = rng.choice(values, size=(BOOTSTRAPS, len(values))).mean(axis=1)
    return _with_interval(name, float(values.mean()), draws, len(values), values, SYSTEMATIC_SD[name])


def _with_interval(
    name: str, value: float, draws: Array, strides: int, by_stride: Array | None, systematic: float
) -> ClipMeasure:
    # A bootstrap of n is short by (n - 1) / n in variance; a lone stride tells nothing about the next one.
    spread = float(np.std(draws)) * np.sqrt(strides / (strides - 1)) if strides > 1 else systematic
    half = Z90 * float(np.hypot(spread, systematic))
    several = by_stride is not None and len(by_stride) > 1
    return ClipMeasure(
        value=value,
        unit=UNITS.get(name, "deg"),
        low=max(value - half, 0.0) if name in NOT_NEGATIVE else value - half,
        high=value + half,
        strides=strides,
        stride_sd=float(np.std(by_stride, ddof=1)) if several and by_stride is not None else None,
    )
