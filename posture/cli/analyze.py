"""``posture analyze``: analyse a recorded clip."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from posture.cli.guard import in_guarded_child, run_guarded
from posture.cli.language import LANG_OPTION
from posture.cli.options import (
    AUTO_BASELINE_OPTION,
    BLUR_OPTION,
    FPS_OPTION,
    MODEL_OPTION,
    ROLL_OPTION,
    ROTATE_OPTION,
    ExportOptions,
    NonEmptyPath,
    export_options,
    json_option,
    out_option,
    packed,
    quiet_option,
    seconds_of,
    slow_motion_option,
)
from posture.cli.output import can_draw_film, check_json_file, print_err, progress_bars, sanitise, write_json
from posture.language import format_list, gettext_noop, language, use_language
from posture.language import gettext as _
from posture.runtime import limit_heaps

if TYPE_CHECKING:
    from posture.records.analysis import Analysis
    from posture.report.text.answer import ResultsPlace

# Parameters that a finished analysis takes too; the others would change the results, or add to them.
_ASKED_AGAIN = {"video", "json_file", "lang", "no_video", "details", "open_page", "quiet", "guarded"}


@dataclass(frozen=True)
class _AnswerOptions:
    """Values of the options that say how much of the answer is printed, and whether its page is opened."""

    details: bool
    open_page: bool
    quiet: bool

    def begin(self, analysis: Analysis) -> None:
        """Print the answer, before its results are written."""
        from posture.report.text.analysis import render_analysis
        from posture.report.text.answer import render_answer
        from posture.report.text.console import make_console

        console = make_console()
        if self.quiet:
            return
        if self.details:
            render_analysis(analysis, console)
            console.print()
        else:
            render_answer(analysis, console)
        console.file.flush()

    def end(self, analysis: Analysis, results: ResultsPlace) -> None:
        """Print the verdict and where the results are, and open the page."""
        from posture.report.text.answer import render_closing, render_quiet
        from posture.report.text.console import make_console

        (render_quiet if self.quiet else render_closing)(analysis, make_console(), results)
        if self.open_page and results.page is not None and click.launch(str(results.page)) != 0:
            line = _("posture: the page could not be opened. Open {path} in a browser.")
            print_err(sanitise(line.format(path=results.page)))


@click.command(
    short_help=gettext_noop("Analyse a running video."),
    help=gettext_noop(
        "Analyse a running VIDEO (a file, or a folder of numbered images).\n\n"
        "Film both in one clip: stand still for 3 seconds, then run. While standing, keep your arms "
        "slightly forward, so that they do not hide your back. Your run is then compared with how you "
        "stand.\n\n"
        "Give a separate standing clip with --baseline: same camera, same place, same distance, facing "
        "the same way. With an earlier run's analysis.json you see what has changed since."
    ),
)
@click.argument("video", type=NonEmptyPath(path_type=Path))
@out_option(gettext_noop("Folder for the results [./NAME-posture]."))
@json_option(gettext_noop("Write only analysis.json, to FILE or (-) to standard output."))
@MODEL_OPTION
@click.option(
    "--start", type=seconds_of, metavar="TIME", help=gettext_noop("Start of the part to analyse: 12.5, 12,5 or 1:02.5.")
)
@click.option("--end", type=seconds_of, metavar="TIME", help=gettext_noop("End of the part to analyse."))
@FPS_OPTION
@slow_motion_option(gettext_noop("The clip plays N times slower than real time [as the file states, else 1]."))
@click.option(
    "--person",
    default="largest",
    show_default=True,
    metavar="largest|N",
    help=gettext_noop("Which person to measure, if there are several."),
)
@click.option(
    "--baseline",
    type=NonEmptyPath(path_type=Path),
    metavar="STAND.mp4|ANALYSIS.json",
    help=gettext_noop("Your standing clip or its results (folder or analysis.json): your run is compared with it."),
)
@click.option(
    "--name",
    callback=lambda _context, _option, value: (value or "").strip() or None,
    metavar="TEXT",
    help=gettext_noop("Name of the runner, for the page and analysis.json."),
)
@AUTO_BASELINE_OPTION
@ROTATE_OPTION
@ROLL_OPTION
@click.option("--every-frame", is_flag=True, help=gettext_noop("Read all frames, not only about 30 of each second."))
@click.option(
    "--whole", is_flag=True, help=gettext_noop("Read a long clip to its end, not only six parts spread over it.")
)
@export_options
@LANG_OPTION
@click.option("--no-video", is_flag=True, help=gettext_noop("Do not draw annotated.mp4."))
@BLUR_OPTION
@click.option("--details", is_flag=True, help=gettext_noop("Print all numbers, the reasons and the exercises."))
@click.option("--open", "open_page", is_flag=True, help=gettext_noop("Open the page in a browser."))
@click.option(
    "--guarded", is_flag=True, help=gettext_noop("For a clip from a stranger: a crash of the decoder becomes one line.")
)
@quiet_option(gettext_noop("Print one line only: the verdict and the folder of the results."))
@packed("answer", _AnswerOptions)
def analyze(
    video: Path,
    out: Path | None,
    json_file: str | None,
    exports: ExportOptions,
    baseline: Path | None,
    no_video: bool,
    blur_face: bool,
    answer: _AnswerOptions,
    person: str,
    guarded: bool,
    **options: Any,
) -> int | None:
    """Analyse a clip, write the results, and print the verdict; return the exit code of a guarded one.

    ``options`` (model, start, end, fps, slow_motion, auto_baseline, rotate, roll, name, every_frame and whole) go on to
    `examine`.
    """
    if person != "largest" and not (person.isascii() and person.isdigit()):
        raise click.BadParameter(_("use largest or a number"), param_hint="--person")
    if guarded and not in_guarded_child():
        return run_guarded(video)
    limit_heaps()
    opening = sanitise(_("Opening {clip} ...").format(clip=video.name))
    with progress_bars(answer.quiet, opening):
        # These take most of a second.
        from posture.analysis.pipeline import examine
        from posture.comparison.baseline import find_analysis_file
        from posture.output.checks import check_folder, choose_out_dir
        from posture.output.save import save

    if (file := find_analysis_file(video)) is not None:
        _show_again(file, answer, json_file)
        return None
    folder = out or (choose_out_dir(video) if json_file is None else None)
    formats = exports.formats(writes=folder is not None)
    if answer.open_page and folder is None:
        raise click.UsageError(_("with --json alone, no page is written; name a folder for it with --out"))
    if folder is not None:
        check_folder(folder, (video, baseline))
    check_json_file(json_file, (video, baseline))
    film = folder is not None and not no_video and can_draw_film()
    with progress_bars(answer.quiet, opening) as bar:
        examination = examine(
            video,
            person=person,
            baseline=baseline,
            progress=bar(_("Analysing")),
            baseline_progress=bar(_("Baseline")),
            height=exports.height_m,
            **options,
        )
    if json_file != "-":
        # A person is waiting: the answer need not wait for film and page. A reader who leaves, as `head` does, must not
        # cost them: Rich would end the program.
        with suppress(BrokenPipeError, SystemExit):
            answer.begin(examination.analysis)
    if folder is not None:
        with progress_bars(answer.quiet) as bar:
            save(
                examination, folder, formats=formats, film=film, blur_faces=blur_face, video_progress=bar(_("Drawing"))
            )
        if missing := [name for name in formats.names if not (folder / name).exists()]:
            line = _("Not written, because nothing was measured for it: {files}")
            print_err(line.format(files=format_list(missing)))
    if write_json(examination.analysis.to_json(), json_file):
        answer.end(examination.analysis, _place_of(folder, json_file, None if out else video))
    return None


def _show_again(file: Path, answer: _AnswerOptions, json_file: str | None) -> None:
    """Print the answer of a finished analysis; nothing is analysed, and no other option is taken."""
    from posture.records.analysis import Analysis

    context = click.get_current_context()
    for option in context.command.params:
        is_given = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if is_given and option.name not in _ASKED_AGAIN:
            raise click.BadParameter(
                _("{path} is a finished analysis; name its clip to analyse it again").format(path=sanitise(file)),
                param_hint=option.opts[0],
            )
    check_json_file(json_file, (file,))
    analysis = Analysis.from_json(file)
    # Half of the texts were written then, in that language.
    other = _("These results were written with --lang {lang}. For another language, analyse the clip again.")
    if analysis.language != language() and json_file is None:
        print_err(other.format(lang=analysis.language))
    with use_language(analysis.language):
        if write_json(analysis.to_json(), json_file):
            answer.begin(analysis)
            answer.end(analysis, _place_of(file.parent, json_file))


def _place_of(folder: Path | None, json_file: str | None, named_after: Path | None = None) -> ResultsPlace:
    """Return where the results are; of a folder that is named after the clip, also why it has a number."""
    from posture.output.checks import default_out_dir
    from posture.output.names import REPORT
    from posture.report.text.answer import ResultsPlace

    if folder is None:
        return ResultsPlace(sanitise(json_file))
    name = sanitise(folder)
    if named_after is not None and (usual := default_out_dir(named_after)) != folder:
        name = _("{folder} ({usual} contains another clip)").format(folder=name, usual=sanitise(usual))
    return ResultsPlace(name, page if (page := folder / REPORT).is_file() else None)
