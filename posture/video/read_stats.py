"""Counts of frames read, damaged and lost, and the sentence that reports them."""

from __future__ import annotations

from dataclasses import dataclass

from posture.language import format_number, ngettext
from posture.language import gettext as _
from posture.video.types import ReadSummary

# A smaller difference to the stated duration is rounding, not a loss.
_END_TOLERANCE_S = 0.25
_END_TOLERANCE_SHARE = 0.02
# A gap between two frames gets a remark from here on: seconds, and mean frame steps before it.
_GAP_S = 0.4
_GAP_STEPS = 8.0


@dataclass
class ReadStats:
    """Counters that the decoding loop increments.

    Parameters
    ----------
    frames_promised, duration_s, fps
        Number of frames, duration of the video track (seconds) and mean frame rate, as the container states.
    whole
        The range is the whole video.
    in_range
        Frames decoded in the range, delivered or not.
    read_every
        One of so many frames is delivered.
    """

    frames_promised: int | None = None
    duration_s: float | None = None
    fps: float | None = None
    whole: bool = False
    read_every: int = 1
    packets: int = 0
    decoded: int = 0
    hidden: int = 0
    errors: int = 0
    concealed: int = 0
    delivered: int = 0
    in_range: int = 0
    reached_end: bool = False
    first_damage_s: float | None = None
    first_time_s: float | None = None
    last_time_s: float | None = None
    end_time_s: float | None = None
    gap: tuple[float, float] | None = None

    def join(self, later: ReadStats, *, is_next: bool = True) -> ReadStats:
        """Return the counts of two parts of a range, read undamaged, each by itself; ``is_next``: nothing lies between.

        A part decodes a few frames beyond its ends, so the frames in its range count.
        """
        both = ReadStats(self.frames_promised, self.duration_s, self.fps, read_every=self.read_every)
        both.packets, both.hidden = self.packets + later.packets, self.hidden + later.hidden
        both.delivered = self.delivered + later.delivered
        both.decoded = both.in_range = self.in_range + later.in_range
        both.reached_end = later.reached_end
        both.first_time_s, both.last_time_s, both.end_time_s = self.first_time_s, later.last_time_s, later.end_time_s
        joint = self._gap_before(later.first_time_s) if is_next and later.first_time_s is not None else None
        both.gap = self.gap or joint or later.gap
        return both

    @property
    def is_damaged(self) -> bool:
        """Whether a packet could not be read, or a frame is concealed."""
        return self.errors > 0 or self.concealed > 0

    def reset(self) -> None:
        """Reset the counters at the first frame of the range."""
        self.packets = self.decoded = self.hidden = self.errors = self.concealed = 0
        self.first_damage_s = None

    def add_error(self, time_s: float | None) -> None:
        """Count a packet near a time that could not be read or decoded."""
        self.errors += 1
        self._mark(time_s)

    def add_concealed(self, time_s: float) -> None:
        """Count a frame in which the decoder concealed damage."""
        self.concealed += 1
        self._mark(time_s)

    def add_frame(self, time_s: float, length_s: float) -> None:
        """Count a delivered frame with its time and duration."""
        if self.first_time_s is None:
            self.first_time_s = time_s
        self.gap = self.gap or self._gap_before(time_s)
        self.delivered += 1
        self.last_time_s = time_s
        self.end_time_s = time_s + length_s

    def _gap_before(self, time_s: float) -> tuple[float, float] | None:
        """Return the pause between the last frame and one at a time, where it is long."""
        if self.last_time_s is None or time_s - self.last_time_s <= max(_GAP_S, _GAP_STEPS * self._mean_step_s):
            return None
        return self.last_time_s, time_s

    @property
    def _mean_step_s(self) -> float:
        """Mean interval of the frames so far, seconds."""
        if self.delivered < 2 or self.first_time_s is None or self.last_time_s is None:
            return 1.0 / (self.fps or 30.0)
        return (self.last_time_s - self.first_time_s) / (self.delivered - 1)

    def _mark(self, time_s: float | None) -> None:
        if self.first_damage_s is None:
            self.first_damage_s = 0.0 if time_s is None else time_s

    @property
    def _cut_off(self) -> bool:
        """Whether the video ends clearly before the stated duration."""
        if not (self.whole and self.reached_end) or self.duration_s is None or self.end_time_s is None:
            return False
        # The last frames may be among those that are left out.
        missing = self.duration_s - self.end_time_s - (self.read_every - 1) / (self.fps or 30.0)
        return missing > max(_END_TOLERANCE_S, _END_TOLERANCE_SHARE * self.duration_s)

    @property
    def _shortfall(self) -> int:
        """Stated frames that were not decoded although the video was read to its end."""
        if self.frames_promised is None or not (self.whole and self.reached_end):
            return 0
        return max(0, self.frames_promised - self.decoded)

    @property
    def _hidden(self) -> int:
        """Frames that an edit list hides; the demuxer returns only those that a visible one references."""
        if not self.whole:
            return 0
        if not self.hidden or self.errors or self._cut_off:
            return self.hidden
        return max(self.hidden, self._shortfall)

    @property
    def _lost(self) -> int:
        if not (self.errors or self.concealed or self._cut_off):
            return 0
        lost = max(self.errors, self._shortfall - self.hidden)
        if self.errors and self.whole and self.reached_end:
            lost = max(lost, self.packets - self.hidden - self.decoded)
        if self._cut_off and self.frames_promised is None and self.duration_s and self.end_time_s:
            lost = max(lost, round((self.duration_s - self.end_time_s) * (self.fps or 0.0)))
        return lost

    def summary(self) -> ReadSummary:
        """Return a summary of the counts so far."""
        damage = self._damage()
        return ReadSummary(
            frames_read=self.delivered,
            frames_promised=self.frames_promised,
            frames_hidden=self._hidden,
            frames_damaged=self.concealed,
            frames_lost=self._lost,
            first_time_s=self.first_time_s,
            end_time_s=self.end_time_s,
            complete=self.reached_end and damage is None,
            damage=damage,
            remark=self._remark(),
            read_every=self.read_every,
        )

    def _damage(self) -> str | None:
        parts: list[str] = []
        if self.errors or self.concealed:
            text = _("the data is damaged from {seconds} s on")
            parts.append(text.format(seconds=format_number(self.first_damage_s or 0.0)))
        if self._cut_off:
            text = _("the file ends after {end} s of {whole} s")
            parts.append(
                text.format(end=format_number(self.end_time_s or 0.0), whole=format_number(self.duration_s or 0.0))
            )
        if not parts:
            return None
        if self._lost:
            text = _("{lost} of about {expected} frames could not be read")
            parts.append(text.format(lost=self._lost, expected=self._expected))
        if self.concealed:
            text = ngettext(
                "{count} of the frames has damaged parts",
                "{count} of the frames have damaged parts",
                self.concealed,
            )
            parts.append(text.format(count=self.concealed))
        return "; ".join(parts)

    @property
    def _expected(self) -> int:
        promised = (self.frames_promised or 0) - self.hidden
        if not self.whole:
            promised = 0
        return max(promised, self.decoded + self._lost)

    def _remark(self) -> str | None:
        if self._hidden:
            text = _("the file contains {all} frames, but its edit list hides {hidden} of them")
            return text.format(all=self.decoded + self._hidden, hidden=self._hidden)
        if self._shortfall and not self._lost:
            text = _("the file announces {promised} frames, but only {read} could be read")
            return text.format(promised=self.frames_promised, read=self.decoded)
        if self.gap is not None:
            text = _("there are no pictures between {start} s and {end} s")
            return text.format(start=format_number(self.gap[0]), end=format_number(self.gap[1]))
        return None
