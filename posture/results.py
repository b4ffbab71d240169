"""What an analysis leaves in its folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.analysis import Examination
from posture.report.files import remove, write_bytes, write_text
from posture.report.page import page, pictures_of
from posture.report.picture import Trunk, back_picture
from posture.video import still


def save(found: Examination, folder: Path) -> None:
    """Write ``analysis.json``, ``report.html`` and, where the back was measured, ``back.jpg`` into a folder.

    What an earlier run left there is replaced; its ``back.jpg`` does not stay beside an analysis without one.

    Raises
    ------
    OutputError
        When a file cannot be written; no file is ever left half-written.
    """
    picture = picture_of_back(found)
    if picture is not None:
        write_bytes(folder / "back.jpg", picture)
    else:
        remove(folder / "back.jpg")
    pictures = pictures_of(found.analysis, found.runner, found.back)
    write_text(folder / "report.html", page(found.analysis, pictures))
    write_text(folder / "analysis.json", found.analysis.to_json())


def picture_of_back(found: Examination) -> bytes | None:
    """Return a JPEG of the runner with the measured back line, or None when there is none.

    The frame shown is the one whose own back edge lies nearest to the measured line, so that the picture is not
    chosen to flatter the method: the line is the clip's mean, the frame is a real one.
    """
    tilt = found.analysis.measures.get("pelvic_tilt_deg")
    if found.back is None or found.runner is None or tilt is None:
        return None
    back, runner = found.back, found.runner
    frame = int(np.argmin(back.misfit))
    arch = found.analysis.measures.get("lumbar_arch_deg")
    trunk = Trunk(back.hips[frame], back.shoulders[frame], runner.view.facing)
    picture = still(found.analysis.source.path, float(runner.time_s[frame]))
    words = (_plain("tilt", tilt.value), _plain("arch", arch.value) if arch else "arch not told")
    return back_picture(picture.rgb, trunk, back.measured.outline, back.measured.angles, words)


def _plain(name: str, degrees: float) -> str:
    # The drawing font knows only ASCII.
    return f"{name} {degrees:.0f} deg"
