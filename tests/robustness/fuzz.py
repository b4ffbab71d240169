"""Coverage-guided fuzzing of what reads JSON from strangers; ``make fuzz``, which installs atheris.

``python tests/robustness/fuzz.py FOLDER [libFuzzer's options]``: FOLDER keeps the inputs that reach new code.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["posture"]):
    from helpers.analysis_factory import analysis
    from robustness.test_foreign_json import MODELS, ROW, places

    from posture.analysis.compare_clips import comparison_of
    from posture.batch.layout import MANIFEST
    from posture.batch.manifest import Manifest, read_manifest
    from posture.batch.storage.disk import LocalStorage
    from posture.batch.summary.table import summary_csv, summary_table
    from posture.errors import PostureError
    from posture.model_files import models_folder
    from posture.records.analysis import Analysis
    from posture.report.text.analysis import render_analysis
    from posture.report.text.console import make_console

INTACT = analysis()
TEXTS = [
    INTACT.to_json(),
    Manifest("jog.mp4", "9 bytes", "abc", "def", ROW).to_json().decode(),
    *((models_folder() / model.filename).read_text("utf-8") for model in MODELS),
]


def changed(data: atheris.FuzzedDataProvider, text: str) -> bytes:
    """Return JSON text in which some values are other JSON, or no JSON at all."""
    stored = json.loads(text)
    for _change in range(data.ConsumeIntInRange(0, 3)):
        every = list(places(stored))
        *above, last = every[data.ConsumeIntInRange(0, len(every) - 1)]
        inside: Any = stored
        for key in above:
            inside = inside[key]
        value = data.ConsumeUnicode(40)
        inside[last] = value
        with suppress(ValueError, RecursionError):
            inside[last] = json.loads(value)
    made = json.dumps(stored).encode()
    at = data.ConsumeIntInRange(0, len(made))
    return made[:at] + data.ConsumeBytes(20) + made[at:]


def try_one(content: bytes) -> None:
    """Read a changed analysis, manifest or model file; only an error of this package may end it."""
    data = atheris.FuzzedDataProvider(content)
    kind = data.ConsumeIntInRange(0, len(TEXTS) - 1)
    made = changed(data, TEXTS[kind])
    with suppress(PostureError):
        if kind == 0:
            read = Analysis.from_json(made.decode("utf-8", "replace"))
            render_analysis(read, make_console(io.StringIO()))
            comparison_of(read, INTACT).to_json()
            return
        with TemporaryDirectory() as name:
            if kind == 1:
                (Path(name) / MANIFEST).write_bytes(made)
                manifest = read_manifest(LocalStorage(str(Path(name).parent)), Path(name).name)
                assert manifest is None or summary_csv(summary_table([manifest.row]))
            else:
                (Path(name) / MODELS[kind - 2].filename).write_bytes(made)
                MODELS[kind - 2].load(Path(name))


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
