"""``posture batch``: analyse a folder of clips."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture.batch.layout import ClipFilter
from posture.cli.language import LANG_OPTION
from posture.cli.options import (
    AUTO_BASELINE_OPTION,
    BLUR_OPTION,
    FPS_OPTION,
    MODEL_OPTION,
    ROLL_OPTION,
    ROTATE_OPTION,
    ExportOptions,
    check_finite,
    export_options,
    packed,
    quiet_option,
    slow_motion_option,
)
from posture.cli.output import print_err, print_out, sanitise
from posture.language import gettext as _
from posture.language import gettext_noop, language, ngettext

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from posture.batch.model import ClipFile, Outcome, SummaryRow
    from posture.batch.run import BatchResult
    from posture.batch.workers.local import WorkerPool

SOME_FAILED, INTERRUPTED = 3, 130
# So many standing clips are named before the work starts.
MAX_PAIRS = 10
STANDING = "standing"


@dataclass(frozen=True)
class _PoolOptions:
    """Values of the options that choose the workers and limit what a clip may use."""

    workers: int | None
    scheduler: str | None
    time_limit: float
    memory: float | None

    def check(self) -> None:
        if self.scheduler is not None and self.workers is not None:
            raise click.UsageError(_("--workers is for this computer; a cluster's scheduler knows its own workers"))

    def make(self, on_start: Callable[[str], None]) -> AbstractContextManager[WorkerPool]:
        from posture.batch.workers import make_worker_pool
        from posture.batch.workers.guarded import Limits

        limits = Limits(60.0 * self.time_limit, int((self.memory or 0.0) * 2**30))
        return make_worker_pool(self.scheduler, workers=self.workers, limits=limits, on_start=on_start)


@click.command(
    short_help=gettext_noop("Analyse a folder of clips."),
    help=gettext_noop(
        "Analyse all clips of a FOLDER, or several files. Each clip gets a folder of results; "
        "summary.csv and index.html cover all clips.\n\n"
        "Finished clips are kept. After Ctrl-C, a crash or with new clips, run the same command again. "
        "Exit codes: 0 all clips analysed, 3 some failed, 130 interrupted."
    ),
)
@click.argument("folders", metavar="FOLDER", nargs=-1, required=True)
@click.option("--out", metavar="DIR", help=gettext_noop("Folder for the results [./NAME-posture]."))
@click.option("--recursive", "-r", is_flag=True, help=gettext_noop("Search subfolders, too."))
@click.option("--include", multiple=True, metavar="GLOB", help=gettext_noop("Only clips whose name or path matches."))
@click.option("--exclude", multiple=True, metavar="GLOB", help=gettext_noop("Skip clips whose name or path matches."))
@click.option(
    "--runner-pattern",
    metavar="REGEX",
    help=gettext_noop(
        "Pattern that finds runner and session in a clip's path, as the named groups runner and session. "
        "[The runner is the folder named after a person, else the name that files share.] A runner's "
        "standing clip (stand, standing or neutral in its name) is compared with the runner's other "
        "clips."
    ),
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help=gettext_noop("Number of clips to analyse at the same time [all cores]."),
)
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT", help=gettext_noop("Use this Dask cluster (needs the extra cluster).")
)
@click.option("--restart", is_flag=True, help=gettext_noop("Analyse all clips again, not only new or changed ones."))
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    callback=check_finite,
    metavar="MIN",
    help=gettext_noop("Give up on a clip after this many minutes."),
)
@click.option(
    "--memory",
    type=click.FloatRange(0, min_open=True),
    callback=check_finite,
    metavar="GB",
    help=gettext_noop("Give up on a clip that needs more memory [its share of this computer's]."),
)
@click.option("--json", "as_json", is_flag=True, help=gettext_noop("Print a line of JSON for each finished clip."))
@MODEL_OPTION
@FPS_OPTION
@slow_motion_option(gettext_noop("The clips play N times slower than real time [as each file states, else 1]."))
@AUTO_BASELINE_OPTION
@ROTATE_OPTION
@ROLL_OPTION
@export_options
@LANG_OPTION
@click.option("--no-video", is_flag=True, help=gettext_noop("Do not draw annotated.mp4; saves time and space."))
@BLUR_OPTION
@quiet_option(gettext_noop("Print only what failed."))
@packed("selection", ClipFilter)
@packed("pool", _PoolOptions)
def batch(
    folders: tuple[str, ...],
    out: str | None,
    selection: ClipFilter,
    runner_pattern: str | None,
    pool: _PoolOptions,
    restart: bool,
    as_json: bool,
    exports: ExportOptions,
    no_video: bool,
    blur_face: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Analyse a folder of clips; return the exit code.

    ``options`` (model, fps, slow_motion, auto_baseline, rotate and roll) are passed on to `BatchOptions`.
    """
    for name, value in (*(("FOLDER", folder) for folder in folders), ("--out", out)):
        if value is not None and not value.strip():
            raise click.BadParameter(_("the name is empty"), param_hint=name)
    pool.check()
    from posture.analysis.options import check_slow_motion
    from posture.batch.discovery import common_folder, discover_clips, discover_files
    from posture.batch.model import BatchOptions
    from posture.batch.naming import assign_runners, assign_runners_by_pattern, compile_pattern
    from posture.batch.run import BatchResult, run_batch
    from posture.output.checks import default_out_dir

    check_slow_motion(options["slow_motion"])
    if runner_pattern is not None:
        compile_pattern(runner_pattern)
    formats = exports.formats(writes=True)
    settings = BatchOptions(formats=formats, film=not no_video, blur_faces=blur_face, lang=language(), **options)
    # Several files, or one folder.
    several = len(folders) > 1 or os.path.isfile(folders[0])  # noqa: PTH113
    folder = str(common_folder(folders)) if several else folders[0]
    target = out or str(default_out_dir(Path(folder)))
    if several:
        clips = discover_files(folders, selection, out=target)
    else:
        clips = discover_clips(folder, selection, out=target, on_unreadable=_report_unreadable)
    clips = assign_runners(clips) if runner_pattern is None else assign_runners_by_pattern(clips, runner_pattern)
    if not quiet:
        _report_pairs(clips)
    result = BatchResult(len(clips), name=folder)
    try:
        with _report_progress(result, quiet=quiet, as_json=as_json) as (on_outcome, on_start):
            run_batch(
                clips,
                target,
                pool.make(on_start),
                options=settings,
                restart=restart,
                result=result,
                on_outcome=on_outcome,
            )
    except KeyboardInterrupt:
        line = _("posture: interrupted; {done} of {total} clips are done. Run the same command again to continue.")
        print_err(line.format(done=len(result.rows), total=result.total))
        return INTERRUPTED
    if not (as_json or quiet):
        _print_summary(result, target)
    return SOME_FAILED if result.failed else 0


@contextmanager
def _report_progress(
    result: BatchResult, *, quiet: bool, as_json: bool
) -> Iterator[tuple[Callable[[Outcome], None], Callable[[str], None]]]:
    """Yield the listeners of finished and of started clips: they draw a bar on a terminal, else print lines."""
    from posture.batch.summary.table import json_line
    from posture.report.text.progress import progress_bar

    on_terminal = sys.stderr.isatty() and not quiet
    # Clips start in other threads, in which the language is not set.
    some_failed = _("{clip} (failed: {count})")
    failures: list[str] = []
    failure_count = 0
    try:
        with progress_bar(result.total, label=_("Analysing"), unit=_("clips"), quiet=quiet) as advance:

            def on_outcome(outcome: Outcome) -> None:
                nonlocal failure_count
                advance(1)
                row = outcome.row
                if as_json:
                    print_out(json_line(row))
                    sys.stdout.flush()
                if row.state == "failed":
                    failures.append(f"posture: {row.clip}: {row.reason}. {row.advice}")
                    failure_count += 1
                elif not quiet and not on_terminal and not outcome.unchanged:
                    line = f"[{len(result.rows)}/{result.total}] {row.clip}: {_short_verdict(row)}"
                    print_err(sanitise(line))
                if not on_terminal:
                    print_failures()

            def on_start(clip: str) -> None:
                count = failure_count
                advance(0, label=some_failed.format(clip=clip, count=count) if count else clip)

            def print_failures() -> None:
                while failures:
                    print_err(sanitise(failures.pop(0)))

            yield on_outcome, on_start
    finally:
        # Printed earlier, they would break the bar.
        print_failures()


def _report_pairs(clips: Sequence[ClipFile]) -> None:
    """Print which clips are compared with which standing clip, before hours of work."""
    from posture.batch.naming import match_baselines, unnamed_standing_clips

    compared: dict[str, list[ClipFile]] = {}
    own_clip = match_baselines(clips)
    for clip in clips:
        if clip.name in own_clip:
            compared.setdefault(own_clip[clip.name].name, []).append(clip)
    for standing, own in list(compared.items())[:MAX_PAIRS]:
        line = ngettext(
            "{clip} is compared with {standing}.", "{count} clips of {runner} are compared with {standing}.", len(own)
        )
        line = line.format(clip=own[0].name, runner=own[0].runner, count=len(own), standing=standing)
        print_err(sanitise(line))
    if (more := len(compared) - MAX_PAIRS) > 0:
        line = ngettext("{count} more standing clip is used.", "{count} more standing clips are used.", more)
        print_err(line.format(count=more))
    if compared:
        print_err(_("If this is wrong, use --runner-pattern to say whose clip is whose."))
    if unnamed := unnamed_standing_clips(clips):
        line = _(
            "No clip is compared with {clips}: the name does not say who it is. Put the clips of each "
            "runner into a folder with their name."
        )
        shown = unnamed[:MAX_PAIRS] + (["..."] if len(unnamed) > MAX_PAIRS else [])
        print_err(sanitise(line.format(clips=", ".join(shown))))


def _report_unreadable(folder: Path) -> None:
    line = _("{folder}: cannot be read, its clips are left out. Check its permissions.")
    print_err(sanitise(f"posture: {line.format(folder=folder)}"))


def _short_verdict(row: SummaryRow) -> str:
    from posture.report.wording import label_words

    if row.activity == STANDING:
        return _("standing clip")
    return label_words(row.label) if row.label else ""  # type: ignore[arg-type]


def _print_summary(result: BatchResult, out: str) -> None:
    from posture.report.wording import label_words

    stand = sum(row.activity == STANDING for row in result.rows.values())
    moving = [row for row in result.rows.values() if row.activity != STANDING]
    labels = Counter(row.label for row in moving if row.label)
    failed = len(result.failed)
    parts = [f"{count} {label_words(label)}" for label, count in labels.most_common()]  # type: ignore[arg-type]
    if stand:
        parts.append(ngettext("{count} standing clip", "{count} standing clips", stand).format(count=stand))
    if failed:
        parts.append(_("{count} failed").format(count=failed))
    total = ngettext("{count} clip", "{count} clips", result.total).format(count=result.total)
    print_out(f"{total}: {', '.join(parts)}" if parts else total)
    if result.unchanged:
        print_out(
            ngettext(
                "{count} was finished before and has not changed.",
                "{count} were finished before and have not changed.",
                result.unchanged,
            ).format(count=result.unchanged)
        )
    print_out(sanitise(_("Results: {path}").format(path=f"{out.rstrip('/')}/index.html")))
