"""Make docs/images/result.jpg and film.jpg, the two sample runners as ``posture analyze`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from posture.analysis.pipeline import examine
from posture.report.annotated_video.render import annotate
from posture.report.html import take_photos

ROOT = Path(__file__).resolve().parents[2]
HEIGHT = 560


def main() -> None:
    """Analyse both runners and put their pictures side by side."""
    photos, posters = [], []
    for name in ("run_neutral", "run_hollow"):
        examination = examine(ROOT / "samples" / f"{name}.mp4")
        with TemporaryDirectory() as folder:
            posters.append(annotate(examination, Path(folder) / "film.mp4"))
        back = take_photos(examination.analysis, examination.runner, examination.back).back
        if back is None:
            raise SystemExit(f"{name}: the back was not measured")
        photos.append(back.jpeg)
    side_by_side("result.jpg", photos)
    side_by_side("film.jpg", posters)


def side_by_side(file: str, jpegs: Sequence[bytes]) -> None:
    """Write pictures of one height beside each other into a file of docs/images."""
    pictures = []
    for jpeg in jpegs:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise SystemExit(f"{file}: a picture cannot be decoded")
        factor = HEIGHT / picture.shape[0]
        pictures.append(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    cv2.imwrite(str(ROOT / "docs" / "images" / file), np.hstack(pictures), [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
