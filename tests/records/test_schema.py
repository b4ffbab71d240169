"""The shipped JSON Schema agrees with the records."""

import copy
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from posture.records.analysis import Analysis

REGENERATE = (
    "Regenerate: python -m posture.records.analysis > schema.json && "
    "mv schema.json posture/records/analysis.schema.json"
)


def shipped() -> dict[str, Any]:
    text = resources.files("posture.records").joinpath("analysis.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def example() -> dict[str, Any]:
    """The smallest analysis: an empty clip of which nothing is known."""
    return {
        "schema": "posture.analysis/1",
        "source": {
            "path": "jog.mp4",
            "sha256": None,
            "width": 640,
            "height": 360,
            "fps": None,
            "duration_s": None,
            "frames_total": None,
            "frames_read": 1,
            "frames_used": 0,
            "rotation_deg": 0,
            "slow_motion": 1.0,
        },
        "subject": {"direction": None, "activity": "unknown", "people_seen": 0},
        "quality": {
            "measurable": False,
            "view_yaw_deg": None,
            "body_height_px": None,
            "trunk_px": None,
            "arm_free_share": None,
            "strides": 0,
            "issues": [{"code": "nobody", "message": "nobody was found", "advice": "Film one runner."}],
        },
        "gait": {"cadence_spm": None, "stride_s": None, "strides": []},
        "measures": {
            "lumbar_arch_deg": None,
            "pelvic_tilt_deg": {"value": 30, "unit": "deg", "ci90": [28.0, 32.5], "strides": 9, "sd": None},
        },
        "baseline": None,
        "verdict": {
            "label": "not_measurable",
            "reasons": [],
            "reference": "rendered neutral runners",
            "thresholds": {"pelvic_tilt_deg": 33.0},
        },
        "exercises": [],
        "software": {
            "posture": "0.1.0",
            "mediapipe": "0.10.33",
            "opencv": "5.0.0",
            "model": "full",
            "model_sha256": "0" * 64,
        },
    }


def accepts(schema: dict[str, Any], data: object) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(data)


def replaced(data: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def test_shipped_schema_is_the_generated_one() -> None:
    assert shipped() == Analysis.json_schema(), REGENERATE


def test_schema_is_a_valid_draft_2020_12_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(shipped())


def test_written_analysis_fits_the_schema() -> None:
    analysis = Analysis.model_validate(example())
    assert accepts(shipped(), json.loads(analysis.to_json()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "posture.analysis/2"),
        (("verdict", "label"), "sick"),
        (("measures", "pelvic_tilt_deg", "value"), None),
        (("measures", "pelvic_tilt_deg", "ci90"), [1.0]),
        (("quality", "arm_free_share"), 1.5),
        (("software", "model"), "huge"),
        (("source", "width"), "wide"),
    ],
)
def test_schema_and_records_refuse_the_same_mistakes(path: tuple[str, ...], value: object) -> None:
    # The schema describes what is written: every field is there, those with defaults too.
    written = json.loads(Analysis.model_validate(example()).to_json())
    assert accepts(shipped(), written)
    assert not accepts(shipped(), replaced(written, path, value))
    with pytest.raises(ValueError, match="validation error"):
        Analysis.model_validate(replaced(example(), path, value))


def test_every_name_of_the_contract_is_in_the_schema() -> None:
    names = {"schema", "source", "subject", "quality", "gait", "measures"}
    names |= {
        "outline",
        "course",
        "segments",
        "running",
        "baseline",
        "verdict",
        "exercises",
        "software",
        "created_at",
        "language",
    }
    assert names == set(shipped()["properties"])
