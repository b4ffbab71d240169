"""The date of a recording, from containers that PyAV wrote and from files."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from helpers import video_factory

from posture.video import open_video
from posture.video.recording_date import recording_date

CHANGED = datetime(2025, 3, 1, 7, 30, tzinfo=UTC)


def with_tags(folder: Path, tags: dict[str, str]) -> Path:
    """Write a clip whose container carries tags, last changed at `CHANGED`."""
    plain = video_factory.write_clip(folder / "plain.mp4", frames=3, fps=10.0, size=(64, 48), codec="libx264")
    path = folder / "tagged.mov"
    with av.open(str(plain)) as source, av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as target:
        target.metadata.update(tags)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


@pytest.mark.parametrize(
    ("tags", "time", "origin"),
    [
        ({"creation_time": "2024-05-06T07:08:09.500000Z"}, datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), "container"),
        ({"creation_time": "1970-01-01T00:00:00Z"}, CHANGED, "file"),
        ({}, CHANGED, "file"),
    ],
)
def test_container_comes_before_the_file(tmp_path: Path, tags: dict[str, str], time: datetime, origin: str) -> None:
    with open_video(with_tags(tmp_path, tags)) as video:
        assert video.info.recorded == (time, origin)


def test_time_zone_of_the_camera_is_kept(tmp_path: Path) -> None:
    tags = {"com.apple.quicktime.creationdate": "2024-05-06T23:30:00+0200", "creation_time": "2024-05-06T21:30:00Z"}
    with open_video(with_tags(tmp_path, tags)) as video:
        recorded = video.info.recorded
    assert recorded is not None
    assert (recorded.time.isoformat(), recorded.origin) == ("2024-05-06T23:30:00+02:00", "container")


def test_nonsense_is_passed_over(tmp_path: Path) -> None:
    assert recording_date(tmp_path / "gone.mp4", {"creation_time": "yesterday"}) is None
    file = tmp_path / "clip.mp4"
    file.touch()
    found = recording_date(file, {"creation_time": "99999-01-01T00:00:00Z"})
    assert found is not None
    assert found.origin == "file"
    assert abs(datetime.now(UTC) - found.time) < timedelta(minutes=10)
