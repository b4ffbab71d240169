"""Measures of a clip with their 90 % intervals: bootstrap over strides plus systematic error.

Every interval is made in one place, `ClipMeasure.of`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from posture.calibration import calibration
from posture.contour.angles import BackAngles, measure_outlines, measures_by_name
from posture.gait.fourier import fit_fourier, fourier_basis
from posture.gait.strides import FEW_STRIDES, Strides
from posture.outline.body_or_arm import HARMONICS
from posture.outline.posterior import OutlinePosterior
from posture.thresholds import REMARKS, Z90
from posture.types import Array

BOOTSTRAPS = 400
# Draws whose curves over the stride are measured: that takes long, and their intervals are mostly systematic error.
RANGE_BOOTSTRAPS = 60
BOOTSTRAP_SEED = 1
# Points of a curve over the stride.
PHASES = 40
PHASE_GRID: Array = np.arange(PHASES) / PHASES
UNITS = {
    "pelvic_tilt_deg": "deg",
    "thoracolumbar_deg": "deg",
    "lumbar_arch_deg": "deg",
    "lumbar_arch_index": "percent",
    "trunk_lean_deg": "deg",
    "pelvic_tilt_range_deg": "deg",
}
NO_BIAS: Mapping[str, float] = MappingProxyType({})
# Few strides may resemble each other by chance: their spread counts as at least that of other runners, the median
# standard deviation from stride to stride of up to five real ones (from differences between successive strides).
# Rendered strides are all alike.
USUAL_STRIDE_SD: Mapping[str, float] = MappingProxyType(
    {
        "pelvic_tilt_deg": 1.7,
        "thoracolumbar_deg": 1.9,
        "lumbar_arch_deg": 3.1,
        "lumbar_arch_index": 0.75,
        "trunk_lean_deg": 0.8,
    }
)
NOT_NEGATIVE = ("pelvic_tilt_range_deg", "thorax_rotation_deg")


@dataclass(frozen=True)
class ClipMeasure:
    """One measure over the clip.

    Attributes
    ----------
    low, high
        90 % interval.
    stride_sd
        Standard deviation between strides; None with fewer than two.
    """

    value: float
    unit: str
    low: float
    high: float
    strides: int
    stride_sd: float | None

    @classmethod
    def of(
        cls,
        name: str,
        value: float,
        samples: Array,
        strides: int,
        systematic_sd: float,
        by_stride: Array | None,
        least_spread: float = 0.0,
    ) -> ClipMeasure:
        """Make the 90 % interval of a measure from its bootstrap samples and its systematic error [1]_.

        Parameters
        ----------
        samples : shape (D,)
            The measure in each draw of a bootstrap over strides.
        systematic_sd
            Standard deviation of the error that all strides share.
        by_stride : shape (S,)
            Each stride's own value, where strides have one.
        least_spread
            Least standard error that comes from the strides; 0 where they are many.

        References
        ----------
        .. [1] Efron (1979). Bootstrap methods: another look at the jackknife. The Annals of Statistics 7, 1-26.
           doi:10.1214/aos/1176344552
        """
        # The bootstrap variance of n is too small by (n - 1) / n; a single stride says nothing about the next one.
        spread = float(np.std(samples)) * np.sqrt(strides / (strides - 1)) if strides > 1 else 0.0
        if strides == 1 and least_spread == 0.0:
            spread = systematic_sd
        half = Z90 * float(np.hypot(max(spread, least_spread), systematic_sd))
        return cls(
            value=value,
            unit=UNITS.get(name, "deg"),
            low=max(value - half, 0.0) if name in NOT_NEGATIVE else value - half,
            high=value + half,
            strides=strides,
            stride_sd=None if by_stride is None or len(by_stride) < 2 else float(np.std(by_stride, ddof=1)),
        )


@dataclass(frozen=True)
class CountedStrides:
    """Numbers of whole strides, which have values of their own, and of all with the parts of strides besides."""

    whole: int
    in_all: float

    @classmethod
    def of(cls, strides: Strides, measured: int) -> CountedStrides:
        """Count those of a runner's strides of which so many whole ones were measured."""
        return cls(measured, measured + strides.in_all - len(strides))

    def least_spread(self) -> dict[str, float]:
        """Return the least standard error of each measure that comes from the strides; none with many strides."""
        if self.whole >= FEW_STRIDES:
            return {}
        return {name: sd / np.sqrt(max(self.in_all, 1.0)) for name, sd in USUAL_STRIDE_SD.items()}


@dataclass(frozen=True)
class BackMeasures:
    """The measured back of one clip."""

    measures: dict[str, ClipMeasure]
    by_stride: dict[str, Array]  # Each stride's own values by name, shape (S,).
    outline: Array  # Shape (len(T_GRID),). Mean outline of the clip in the trunk frame, trunk lengths.
    angles: BackAngles  # Its angles and points (N = 1).
    stride_outlines: Array  # Shape (S, len(T_GRID)). Each stride's own mean outline.
    stride_angles: BackAngles  # Their angles and points (N = S), without bias correction.
    phase_outlines: Array  # Shape (PHASES, len(T_GRID)). Outline of the mean stride at `PHASE_GRID`.
    by_phase: dict[str, Array]  # Values at `PHASE_GRID` by name, shape (PHASES,).
    phase_draws: dict[str, Array]  # The same for each draw of the bootstrap, shape (RANGE_BOOTSTRAPS, PHASES).


@dataclass(frozen=True)
class _Lean:
    """The trunk's lean, degrees: of each stride (S,), and over the stride phase (PHASES,)."""

    by_stride: Array
    by_phase: Array


def measure_back(
    posterior: OutlinePosterior,
    lean_deg: Array,
    *,
    systematic_sd: Mapping[str, float] | None = None,
    bias: Mapping[str, float] = NO_BIAS,
    counted: CountedStrides | None = None,
) -> BackMeasures:
    """Measure the posterior outline of a clip.

    Parameters
    ----------
    posterior
        Over F frames of S >= 1 strides.
    lean_deg : shape (F,)
        Trunk axis to the vertical, forward positive.
    systematic_sd
        Standard deviation of the error that all strides share, by measure; by default `Calibration.systematic_sd`.
    bias
        Subtracted from each measure, of the clip and of its strides.
    counted
        Of a person who runs or walks; None for the windows of one who stands.
    """
    systematic_sd = calibration().systematic_sd if systematic_sd is None else systematic_sd
    lean = _lean_of(posterior, lean_deg)
    values, by_phase = _clip_values(posterior, lean)
    samples, phase_draws = _bootstrap_values(posterior, lean)
    strides = posterior.strides if counted is None else counted.whole
    least_spread = {} if counted is None else counted.least_spread()
    stride_outlines, stride_lean = posterior.by_stride()[:strides], lean.by_stride[:strides]
    by_stride = {
        name: value - bias.get(name, 0.0) for name, value in measures_by_name(stride_outlines, stride_lean).items()
    }
    values = {name: value - bias.get(name, 0.0) for name, value in values.items()}
    systematic_sd = with_stride_spread(systematic_sd, by_stride)
    return BackMeasures(
        measures={
            n: ClipMeasure.of(
                n, values[n], samples[n], strides, systematic_sd[n], by_stride.get(n), least_spread.get(n, 0.0)
            )
            for n in UNITS
        },
        by_stride=by_stride,
        outline=posterior.outline,
        angles=measure_outlines(posterior.outline, lean.by_stride.mean(), smooth=False),
        stride_outlines=stride_outlines,
        stride_angles=measure_outlines(stride_outlines, stride_lean, smooth=False),
        phase_outlines=posterior.over_phase(PHASE_GRID),
        by_phase=by_phase,
        phase_draws=phase_draws,
    )


def with_stride_spread(systematic_sd: Mapping[str, float], by_stride: Mapping[str, Array]) -> Mapping[str, float]:
    """Return the systematic errors, larger for measures whose strides differ more than a steady runner's.

    What moves single strides that far is not the error that was calibrated on steady runners, and need not cancel in
    their mean.

    Parameters
    ----------
    systematic_sd
        Standard deviation by measure.
    by_stride
        Each stride's own values by name, shape (S,).
    """
    usual = calibration().systematic_sd
    limit = REMARKS.unsteady_tilt_sd_deg / usual["pelvic_tilt_deg"]
    spread = {name: float(np.std(values, ddof=1)) for name, values in by_stride.items() if len(values) > 1}
    unsteady = {name: sd for name, sd in spread.items() if sd > limit * usual[name]}
    return {name: math.hypot(sd, unsteady.get(name, 0.0)) for name, sd in systematic_sd.items()}


def _lean_of(posterior: OutlinePosterior, lean_deg: Array) -> _Lean:
    by_stride = [lean_deg[posterior.stride == number].mean() for number in range(posterior.strides)]
    coefficients = fit_fourier(posterior.phase, lean_deg, HARMONICS)
    return _Lean(np.array(by_stride), fourier_basis(PHASE_GRID, HARMONICS) @ coefficients)


def _clip_values(posterior: OutlinePosterior, lean: _Lean) -> tuple[dict[str, float], dict[str, Array]]:
    """Return the measures of the posterior mean: of the clip, and over the stride phase."""
    mean = measures_by_name(posterior.outline[None], lean.by_stride.mean())
    curves = _values_over_phase(posterior, posterior.coefficients[None], lean.by_phase[None])
    by_phase = {name: curve[0] for name, curve in curves.items()}
    values = {name: float(value[0]) for name, value in mean.items()}
    return values | {"pelvic_tilt_range_deg": float(np.ptp(by_phase["pelvic_tilt_deg"]))}, by_phase


def _bootstrap_values(posterior: OutlinePosterior, lean: _Lean) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the measures of bootstrap draws: of the clip (BOOTSTRAPS,), over phase (RANGE_BOOTSTRAPS, PHASES)."""
    strides = posterior.strides
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    counts = rng.multinomial(strides, np.full(strides, 1 / strides), size=BOOTSTRAPS).astype(np.float64)
    draws = posterior.resampled(counts)
    lean_draws = counts @ lean.by_stride / strides
    samples = measures_by_name(posterior.prior.outlines(draws[:, 0]), lean_draws)
    shift = (lean_draws - lean.by_stride.mean())[:RANGE_BOOTSTRAPS, None]
    by_phase = _values_over_phase(posterior, draws[:RANGE_BOOTSTRAPS], lean.by_phase + shift)
    return samples | {"pelvic_tilt_range_deg": np.ptp(by_phase["pelvic_tilt_deg"], axis=1)}, by_phase


def _values_over_phase(posterior: OutlinePosterior, coefficients: Array, lean_deg: Array) -> dict[str, Array]:
    """Return the measures over the stride phase of D draws with coefficients (D, H, K) and lean (D, PHASES)."""
    outlines = posterior.over_phase(PHASE_GRID, coefficients)
    values = measures_by_name(outlines.reshape(-1, outlines.shape[-1]), lean_deg.ravel())
    return {name: value.reshape(lean_deg.shape) for name, value in values.items()}


def mean_over_strides(name: str, by_stride: Array) -> ClipMeasure | None:
    """Return the mean over strides of a measure that each stride has by itself; None without any.

    Parameters
    ----------
    by_stride : shape (S,)
        Degrees; NaN for strides without the measure.
    """
    values = by_stride[np.isfinite(by_stride)]
    count = len(values)
    if count == 0:
        return None
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    samples = rng.choice(values, size=(BOOTSTRAPS, count)).mean(axis=1)
    return ClipMeasure.of(name, float(values.mean()), samples, count, calibration().systematic_sd[name], values)
