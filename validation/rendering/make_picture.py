"""Make docs/images/result.jpg, the two sample runners as ``posture analyze`` draws them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from posture.analysis.pipeline import examine
from posture.report.html import take_photos

ROOT = Path(__file__).resolve().parents[2]
HEIGHT = 560


def main() -> None:
    """Analyse both runners and put their pictures side by side."""
    pictures = []
    for name in ("run_neutral", "run_hollow"):
        examination = examine(ROOT / "samples" / f"{name}.mp4")
        back = take_photos(examination.analysis, examination.runner, examination.back).back
        if back is None:
            raise SystemExit(f"{name}: the back was not measured")
        picture = cv2.imdecode(np.frombuffer(back.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise SystemExit(f"{name}: the picture cannot be decoded")
        factor = HEIGHT / picture.shape[0]
        pictures.append(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    cv2.imwrite(str(ROOT / "docs" / "images" / "result.jpg"), np.hstack(pictures), [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
