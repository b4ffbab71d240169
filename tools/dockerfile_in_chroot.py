"""Run the steps of the Dockerfile in plain folders instead of a container engine, and analyse a sample there: as root.

``python tools/dockerfile_in_chroot.py BASE``; BASE is a system as ``debootstrap --variant=minbase bookworm BASE`` makes
it. What the machine needs to reach package indexes (resolver, certificates, pip's settings) is copied into it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NETWORK = ("/etc/resolv.conf", "/etc/ssl", "/etc/pip.conf", "/etc/xdg/pip", "/usr/local/share/ca-certificates")
SAMPLE = ROOT / "samples" / "run_hollow.mp4"


def steps(dockerfile: str) -> list[tuple[str, str]]:
    """Return the instructions and what follows them, comments and line breaks left out."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def copy_source(target: Path) -> None:
    """Copy what .dockerignore leaves of the checkout."""
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"]
    target.mkdir()
    for name in kept:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def in_chroot(system: Path, command: list[str], user: str = "root", path: str = "") -> None:
    """Run a command in a folder as a system of its own; raises when it fails."""
    variables = {"PATH": f"{path}/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/tmp"}
    passed = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    subprocess.run(["chroot", f"--userspec={user}", system, *command], env={**passed, **variables}, check=True)


def build(base: Path, folder: Path) -> tuple[Path, str, str]:
    """Follow the Dockerfile; return the last stage's folder, its user, and what comes first on its PATH."""
    stages: dict[str, Path] = {}
    system, user, path = base, "root", ""
    for word, rest in steps((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "last"
            system = stages[name] = folder / name
            subprocess.run(["cp", "-a", base, system], check=True)
            for source in filter(os.path.exists, NETWORK):
                (system / source[1:]).parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-aL", source, (system / source[1:]).parent], check=True)
        elif word == "RUN":
            in_chroot(system, ["sh", "-ec", rest])
        elif word == "COPY" and rest.startswith("--from="):
            stage, source, target = shlex.split(rest.removeprefix("--from="))
            subprocess.run(["cp", "-a", stages[stage] / source[1:], system / target[1:]], check=True)
        elif word == "COPY":
            copy_source(system / rest.split()[1][1:])
        elif word == "USER":
            user = rest
        elif word == "ENV":
            path = rest.removeprefix("PATH=").removesuffix("$PATH")
    return system, user, path


def main() -> int:
    """Build, analyse a sample as the image's user, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        system, user, path = build(Path(sys.argv[1]), Path(folder))
        clips = system / "clips"
        clips.mkdir(mode=0o777)
        clips.chmod(0o777)
        shutil.copy(SAMPLE, clips / "jog.mp4")
        # A container has it too.
        subprocess.run(["mount", "-t", "proc", "proc", system / "proc"], check=True)
        try:
            in_chroot(system, ["posture", "doctor"], user, path)
            in_chroot(system, ["sh", "-ec", "cd /clips && exec posture jog.mp4"], user, path)
        finally:
            subprocess.run(["umount", system / "proc"], check=True)
        is_owned = (clips / "jog-posture" / "report.html").stat().st_uid != 0
    print("The steps work." if is_owned else "The results belong to root.")
    return 0 if is_owned else 1


if __name__ == "__main__":
    sys.exit(main())
