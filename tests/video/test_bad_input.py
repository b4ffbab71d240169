"""Paths that are no readable video: one line with the cause and the advice."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import pytest
from helpers.video_factory import damage, truncate, write_audio, write_clip

from posture.errors import VideoError
from posture.video import open_video, sha256_of


def message_for(path: Path) -> str:
    with pytest.raises(VideoError) as caught, open_video(path) as video:
        list(video.frames())
    error = caught.value
    assert error.where == str(path)
    assert error.advice
    assert error.what
    assert "\n" not in str(error)
    return str(error)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    assert "no such file or folder" in message_for(tmp_path / "jog.mp4")


def test_path_below_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert "cannot be opened" in message_for(tmp_path / "a.mp4" / "b.mp4")


def test_name_that_no_file_system_accepts_is_an_error(tmp_path: Path) -> None:
    assert "cannot be opened" in message_for(tmp_path / ("x" * 300 + ".mp4"))


def test_empty_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "jog.mp4"
    path.touch()
    assert "is empty (0 bytes)" in message_for(path)


@pytest.mark.parametrize(
    "text", ["Dear diary, I ran.\n" * 40, "ä" * 3000, "<html><body>Not found</body></html>", "a;b\n1;2\n"]
)
def test_text_file_with_a_video_suffix_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "jog.mp4"
    path.write_text(text, encoding="utf-8")
    assert "is a text file, not a video" in message_for(path)


def test_folder_without_images_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    assert "is a folder without images" in message_for(tmp_path)


def test_folder_of_results_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "analysis.json").write_text("{}", encoding="utf-8")
    (tmp_path / "back.jpg").write_bytes(b"\xff\xd8")
    message = message_for(tmp_path)
    assert "contains the results of an analysis" in message
    assert "Name the clip itself" in message


def test_sound_file_is_an_error(tmp_path: Path) -> None:
    assert "contains sound only, no video" in message_for(write_audio(tmp_path / "song.m4a"))


def test_sound_file_with_a_cover_image_is_an_error(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "song.m4a")
    cover = tmp_path / "song_with_cover.m4a"
    picture = write_clip(tmp_path / "cover.mov", codec="png", pix_fmt="rgb24", frames=1)
    with (
        av.open(str(path)) as sound,
        av.open(str(picture)) as image,
        av.open(str(cover), "w", format="mp4") as out,
    ):
        tracks = {
            sound.streams.audio[0]: out.add_stream_from_template(sound.streams.audio[0]),
            image.streams.video[0]: out.add_stream_from_template(image.streams.video[0]),
        }
        tracks[image.streams.video[0]].disposition = av.stream.Disposition.attached_pic
        for source, stream in ((image, image.streams.video[0]), (sound, sound.streams.audio[0])):
            for packet in source.demux(stream):
                if packet.dts is not None:
                    packet.stream = tracks[stream]
                    out.mux(packet)
    assert "contains sound only, no video" in message_for(cover)


@pytest.mark.parametrize("noise", [os.urandom(4000), b"\0" * 4000, b"PK\x03\x04" + b"\0" * 400])
def test_other_data_with_a_video_suffix_is_an_error(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "jog.mp4"
    path.write_bytes(noise)
    assert "is not a video that can be read" in message_for(path)


def test_mp4_without_its_index_is_an_error(tmp_path: Path) -> None:
    path = truncate(write_clip(tmp_path / "jog.mp4", frames=60), 0.6)
    assert "has no index: the recording or the copy was cut off" in message_for(path)


def test_mp4_with_a_damaged_index_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "jog.mp4", frames=60, container_options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    at = data.index(b"trak")
    data[at : at + 400] = b"\xff" * 400
    path.write_bytes(data)
    assert str(path) in message_for(path)


def test_video_without_a_decodable_frame_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "jog.mp4", frames=24, container_options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    data[at:] = b"\xff" * (len(data) - at)
    path.write_bytes(data)
    text = message_for(path)
    assert "not one picture could be decoded" in text
    assert "h264" in text


def test_unknown_codec_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "jog.mp4", frames=4)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"qqqq").replace(b"avcC", b"qqqC"))
    assert "cannot be read here" in message_for(path) or "not one picture" in message_for(path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Drop the privileges of root, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept in another way there")
@pytest.mark.parametrize("kind", ["file", "folder", "file in such a folder"])
def test_unreadable_file_is_an_error(kind: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        path = Path(place) / "jog"
        if kind == "file":
            path.write_bytes(b"x")
        else:
            path.mkdir()
        path.chmod(0)
        try:
            with as_nobody():
                assert "cannot be read, permission denied" in message_for(path if "in" not in kind else path / "a.mp4")
        finally:
            path.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="no such device files")
def test_device_is_an_error(tmp_path: Path) -> None:
    assert "is not a file" in message_for(Path(os.devnull))


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_playlist_with_a_video_suffix_opens_no_other_file(tmp_path: Path, kind: str) -> None:
    target = write_clip(tmp_path / "other.ts", frames=4)
    path = tmp_path / "jog.mp4"
    path.write_text(PLAYLISTS[kind].format(target=target.name))
    assert "is a text file, not a video" in message_for(path)


def test_decoder_writes_nothing_to_the_terminal(tmp_path: Path) -> None:
    path = damage(write_clip(tmp_path / "jog.mp4", frames=60), 0.3, 0.4)
    code = f"import posture.video as v; print(sum(1 for _ in v.open_video({str(path)!r}).frames()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 10
    assert done.stderr == ""


def test_import_leaves_the_log_level_of_pyav_unchanged() -> None:
    code = "import av.logging as log; log.set_level(log.ERROR); import posture.video; print(log.get_level())\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(av.logging.ERROR)


def test_sha256_of_file_and_folder(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(tmp_path) is None
    with pytest.raises(VideoError, match="no such file"):
        sha256_of(tmp_path / "none")
