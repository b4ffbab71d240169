"""``posture batch`` from start to end: one result for each clip, whatever happens."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from helpers import batch_folders
from helpers.batch_folders import contents, finished, small_clips, start, summary
from helpers.cli_runner import invoke
from helpers.derived_clips import sample
from helpers.waiting import all_end, until

from posture.batch.layout import MANIFEST, STAGING_FOLDER
from posture.batch.run import LOCK

SEED = 6


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of small clips, one of them broken."""
    folder = small_clips(tmp_path_factory.mktemp("clips"))
    (folder / "broken.mp4").write_bytes(b"this is no video" * 20)
    return folder


@pytest.fixture(scope="module")
def whole(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of an undisturbed run over the clips."""
    out = tmp_path_factory.mktemp("whole") / "out"
    stderr = finished(clips, out, expect=3)
    assert "broken.mp4: " in stderr
    return out


def test_workers_of_this_machine_and_a_cluster_are_wrong_usage(tmp_path: Path) -> None:
    done = invoke("batch", tmp_path, "--workers", "2", "--scheduler", "tcp://nobody:1")
    assert done.exit_code == 2
    assert "--workers is for this computer" in done.stderr


def test_several_files_are_a_batch(clips: Path, tmp_path: Path) -> None:
    files = [clips / "clip0.mp4", clips / "clip1.mp4"]
    done = invoke(*files, "--out", tmp_path / "out", "--no-video", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("2 clips: ")
    assert sorted(summary(tmp_path / "out")) == ["clip0.mp4", "clip1.mp4"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            ("anna/run.mp4", "anna/stand.mp4", "ben/1.mp4", "ben/2.mp4", "ben/stand.mp4"),
            [
                "anna/run.mp4 is compared with anna/stand.mp4.",
                "2 clips of ben are compared with ben/stand.mp4.",
                "If this is wrong, use --runner-pattern to say whose clip is whose.",
            ],
        ),
        (
            ("2026-03-01/ben_run.mp4", "2026-03-01/anna_stand.mp4"),
            [
                "No clip is compared with 2026-03-01/anna_stand.mp4: the name does not say who it is. "
                "Put the clips of each runner into a folder with their name."
            ],
        ),
    ],
)
def test_pairs_are_printed_before_the_first_clip(tmp_path: Path, names: tuple[str, ...], said: list[str]) -> None:
    for name in names:
        path = tmp_path / "clips" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"this is no video" * 20)
    done = invoke("batch", tmp_path / "clips", "--recursive", "--out", tmp_path / "out", *batch_folders.OPTIONS)
    assert done.exit_code == 3
    assert done.stderr.splitlines()[: len(said)] == said
    assert "compared" not in "".join(done.stderr.splitlines()[len(said) :])


def test_each_clip_has_a_folder_and_a_row(whole: Path) -> None:
    rows = summary(whole)
    assert sorted(rows) == ["broken.mp4", *(f"clip{n}.mp4" for n in range(4))]
    for name, row in rows.items():
        folder = whole / row["folder"]
        assert (folder / "batch.json").is_file()
        if name == "broken.mp4":
            assert row["state"] == "failed"
            assert row["reason"]
            assert row["advice"]
            assert [p.name for p in folder.iterdir()] == ["batch.json"]
        else:
            assert row["label"] == "not_measurable"
            assert {"analysis.json", "report.html", "frames.csv"} <= {p.name for p in folder.iterdir()}
    assert not (whole / STAGING_FOLDER).exists()


def test_results_equal_those_of_analyze(whole: Path, clips: Path) -> None:
    single = invoke("analyze", clips / "clip2.mp4", "--json", "-").json
    assert json.loads((whole / "clip2" / "analysis.json").read_bytes()) == single


def test_second_run_analyses_only_new_or_changed_clips(whole: Path, clips: Path, tmp_path: Path) -> None:
    folder, out = (
        Path(shutil.copytree(clips, tmp_path / "clips")),
        batch_folders.copied(whole, tmp_path / "out"),
    )
    before = {p: p.stat().st_mtime_ns for p in out.glob("*/analysis.json")}
    (folder / "clip1.mp4").write_bytes((folder / "clip0.mp4").read_bytes())
    shutil.copy(folder / "clip3.mp4", folder / "new.mp4")
    os.utime(folder / "clip2.mp4", (1, 1))
    done = invoke("batch", folder, "--out", out, *batch_folders.OPTIONS, "--json")
    assert done.exit_code == 3
    analysed = [line.split("] ")[1].split(":")[0] for line in done.stderr.splitlines() if line.startswith("[")]
    assert sorted(analysed) == ["clip1.mp4", "new.mp4"]
    # A line of JSON for each clip, also for those finished earlier.
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["clip"]: line["state"] for line in lines} == {
        "broken.mp4": "failed",
        "new.mp4": "analysed",
        **{f"clip{n}.mp4": "analysed" for n in range(4)},
    }
    after = {p for p, at in before.items() if p.stat().st_mtime_ns == at}
    assert sorted(p.parent.name for p in after) == ["clip0", "clip2", "clip3"]
    rows = summary(out)
    assert rows["clip1.mp4"]["sha256"] == rows["clip0.mp4"]["sha256"]
    assert len(rows) == 6


@pytest.mark.parametrize("option", ["--time-limit", "--memory"])
@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1"])
def test_invalid_limit_is_wrong_usage(clips: Path, tmp_path: Path, option: str, value: str) -> None:
    done = invoke("batch", clips, "--out", tmp_path / "out", option, value)
    assert done.exit_code == 2, done
    assert option in done.stderr
    assert not (tmp_path / "out").exists()


def test_invalid_slow_motion_is_reported_once_not_per_clip(clips: Path, tmp_path: Path) -> None:
    done = invoke("batch", clips, "--out", tmp_path / "out", "--slow-motion", "0")
    assert "--slow-motion: 0 is not a slow-motion factor" in done.the_line(2)
    assert not (tmp_path / "out").exists()


def test_second_run_on_the_same_folder_is_refused(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / LOCK):
        done = invoke("batch", clips, "--out", out, *batch_folders.OPTIONS)
    assert "another run is working on this folder" in done.the_line()


def test_clip_over_the_memory_limit_is_reported(clips: Path, tmp_path: Path) -> None:
    stderr = finished(clips, tmp_path / "out", "--memory", "0.05", "--include", "clip[01].mp4", expect=3)
    assert stderr.count("of memory") == 2
    assert {row["trouble"] for row in summary(tmp_path / "out").values()} == {"memory"}


@pytest.mark.slow
def test_clip_over_the_time_limit_is_reported_and_retried(whole: Path, clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stderr = finished(clips, out, "--time-limit", "0.005", "--include", "clip[01].mp4", expect=3)
    assert stderr.count("took longer than") == 2
    finished(clips, out, expect=3)
    assert contents(out) == contents(whole)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
class TestKilled:
    """Processes are killed in the middle of their work."""

    @staticmethod
    def children_of(process: subprocess.Popen[str], count: int) -> list[psutil.Process]:
        found: list[psutil.Process] = []

        def enough() -> bool:
            found[:] = psutil.Process(process.pid).children()
            return len(found) >= count

        assert until(enough), "no worker was started"
        return found

    def test_killed_worker_loses_no_clip(self, whole: Path, clips: Path, tmp_path: Path) -> None:
        process = start(clips, tmp_path / "out")
        victim = self.children_of(process, 2)[0]
        # It stands still in its work, while the other worker goes on.
        victim.suspend()
        assert until(lambda: list((tmp_path / "out").glob(f"*/{MANIFEST}")))
        victim.kill()
        _output, stderr = process.communicate(timeout=300)
        assert process.returncode == 3
        assert [line for line in stderr.splitlines() if line.startswith("posture: ")] == [
            line for line in stderr.splitlines() if "broken.mp4" in line
        ]
        assert contents(tmp_path / "out") == contents(whole)

    @pytest.mark.slow
    def test_hanging_worker_is_ended_at_the_time_limit(self, clips: Path, tmp_path: Path) -> None:
        process = start(clips, tmp_path / "out", "--time-limit", "0.4")
        self.children_of(process, 1)[0].send_signal(signal.SIGSTOP)
        _output, stderr = process.communicate(timeout=300)
        assert process.returncode == 3
        assert "took longer than 0.4 min" in stderr
        assert sum(row["state"] == "analysed" for row in summary(tmp_path / "out").values()) == 3

    def test_ctrl_c(self, whole: Path, clips: Path, tmp_path: Path) -> None:
        process = start(clips, tmp_path / "out", start_new_session=True)
        workers = self.children_of(process, 2)
        # A worker in the middle of a job that never ends is not waited for.
        workers[0].suspend()
        os.killpg(process.pid, signal.SIGINT)
        _output, stderr = process.communicate(timeout=240)
        assert process.returncode == 130, stderr
        assert "posture: interrupted; " in stderr
        assert "Traceback" not in stderr
        assert all_end(workers)
        finished(clips, tmp_path / "out", expect=3)
        assert contents(tmp_path / "out") == contents(whole)

    def test_sigterm_ends_a_background_run(self, clips: Path, tmp_path: Path) -> None:
        """The shell ignores SIGINT for background jobs."""

        def as_a_shell_does() -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

        process = start(clips, tmp_path / "out", preexec_fn=as_a_shell_does)
        workers = self.children_of(process, 1)
        process.send_signal(signal.SIGTERM)
        _output, stderr = process.communicate(timeout=60)
        assert process.returncode == 130, stderr
        assert "posture: interrupted; " in stderr
        assert not (tmp_path / "out" / STAGING_FOLDER).exists()
        assert all_end(workers)

    @pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.slow)])
    def test_killed_run_resumes(self, whole: Path, clips: Path, tmp_path: Path, kills: int) -> None:
        chance = random.Random(SEED + kills)
        for _ in range(kills):
            process = start(clips, tmp_path / "out", *(["--restart"] if chance.random() < 0.3 else []))
            time.sleep(chance.uniform(0.3, 6.0))
            process.kill()
            process.communicate(timeout=60)
        finished(clips, tmp_path / "out", expect=3)
        assert contents(tmp_path / "out") == contents(whole)

    @pytest.mark.slow
    @pytest.mark.timeout(1500)
    def test_ten_kills_leave_the_results_of_an_undisturbed_run(self, tmp_path: Path) -> None:
        """Pictures, video and baseline equal those of an undisturbed run."""
        folder = tmp_path / "clips" / "anna"
        folder.mkdir(parents=True)
        for name in ("stand_hollow", "run_hollow"):
            shutil.copy(sample(name), folder)
        options = ("--recursive", "--model", "lite")
        begun = time.monotonic()
        finished(tmp_path / "clips", tmp_path / "whole", *options, film=True)
        whole_s = time.monotonic() - begun
        expected = contents(tmp_path / "whole")
        assert "anna/run_hollow/annotated.mp4" in expected
        chance = random.Random(SEED)
        for _ in range(10):
            again = ["--restart"] if chance.random() < 0.5 else []
            process = start(tmp_path / "clips", tmp_path / "out", *options, *again, film=True)
            time.sleep(chance.uniform(0.2, 0.9) * whole_s)
            process.kill()
            process.communicate(timeout=60)
        finished(tmp_path / "clips", tmp_path / "out", *options, film=True)
        assert contents(tmp_path / "out") == expected

    def test_full_disk_is_one_line(self, whole: Path, clips: Path, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", "40k") as disk:
            some = ("--include", "clip[01].mp4")
            stderr = finished(clips, disk / "out", *some, expect=1)
            assert "the disk is full" in stderr
            assert "finished clips are kept" in stderr
            subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
            finished(clips, disk / "out", *some)
            after = contents(disk / "out")
            results = {name for name in contents(whole) if name.startswith(("clip0/", "clip1/"))}
            assert {name for name in after if "/" in name} == results
            assert {name: after[name] for name in results} == {n: contents(whole)[n] for n in results}

    def test_full_disk_at_the_summary_page_is_one_line(self, clips: Path, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", "2m") as disk:
            some = ("--include", "clip0.mp4")
            finished(clips, disk / "out", *some)
            (disk / "out" / "index.html").unlink()
            with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
            stderr = finished(clips, disk / "out", *some, expect=1)
            assert "the disk is full" in stderr
            assert "finished clips are kept" in stderr
            assert (disk / "out" / "clip0" / "analysis.json").stat().st_size


@pytest.mark.slow
def test_standing_clip_is_the_baseline_of_its_runner(tmp_path: Path) -> None:
    """On real clips: the numbers are those of ``analyze --baseline``, and the page links to the reports."""
    folder = tmp_path / "clips" / "anna"
    folder.mkdir(parents=True)
    for name in ("stand_hollow", "run_hollow"):
        shutil.copy(sample(name), folder)
    out = tmp_path / "out"
    finished(tmp_path / "clips", out, "--recursive")
    rows = summary(out)
    run = rows["anna/run_hollow.mp4"]
    assert run["baseline"] == "anna/stand_hollow.mp4"
    assert run["runner"] == "anna"
    made = json.loads((out / "anna" / "run_hollow" / "analysis.json").read_bytes())
    assert made["baseline"]["path"] == "anna/stand_hollow.mp4"
    tilt = made["baseline"]["change"]["pelvic_tilt_deg"]
    assert float(run["pelvic_tilt_change_deg"]) == pytest.approx(tilt["value"], abs=0.051)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "anna/run_hollow/report.html" in page
    assert page.count("data:image/jpeg") == 2
