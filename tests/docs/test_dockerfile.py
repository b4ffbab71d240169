"""The Dockerfile, whose steps `tools/dockerfile_in_chroot.py` tries as root."""

from __future__ import annotations

from pathlib import Path

from tools.dockerfile_in_chroot import ROOT, copy_source, steps


def test_container_has_what_the_build_needs_and_no_rights(tmp_path: Path) -> None:
    found = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    words = [word for word, _rest in found]
    assert {"FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "ENTRYPOINT"} == set(words)
    assert words.index("USER") > max(place for place, word in enumerate(words) if word == "RUN")
    assert dict(found)["USER"] != "root"
    copy_source(tmp_path / "source")
    there = {path.name for path in (tmp_path / "source").iterdir()}
    assert there == {"LICENSE", "README.md", "pyproject.toml", "models", "posture"}
