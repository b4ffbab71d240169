"""Facts about a recording that are known before the back is measured."""

from __future__ import annotations

from dataclasses import replace

from posture.analysis.observations import ClipObservations
from posture.analysis.options import AnalysisOptions
from posture.analysis.record import frame_rate
from posture.analysis.surroundings import scene_without_runner, with_empty_scene
from posture.gait.activity import cadence_spm
from posture.gait.camera_pitch import camera_pitch_deg
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import Choice, TrackedPerson
from posture.pose.tracking import presence_share
from posture.pose.trunk_frame import body_height_px, inside_picture
from posture.quality.recording import Recording
from posture.thresholds import REMARKS
from posture.video import VideoInfo
from posture.video.image_sequence import IMAGES


def describe_recording(observations: ClipObservations, choice: Choice | None, options: AnalysisOptions) -> Recording:
    """Return what the quality rules need to know of a clip and of the chosen person."""
    frames_read = len(observations.times_s)
    file = Recording(
        frames_read=frames_read,
        detected_share=0.0,
        damage=observations.summary.damage,
        remark=observations.summary.remark,
        fps=frame_rate(observations.times_s, observations.gaps),
        fps_is_assumed=options.fps is None and observations.info.container == IMAGES,
        slow_motion=options.slow_motion or 1.0,
    )
    if choice is None:
        # Where only a few frames were looked at, the camera took more.
        filmed_rate = None if file.fps is None else file.fps * observations.summary.read_every
        file = replace(file, fps=filmed_rate)
        return with_empty_scene(file, scene_without_runner(observations))
    runner, info, clues = choice.runner, observations.info, observations.clues
    stated = _stated_slow_motion(info, runner) if options.slow_motion is None else None
    slow_motion = stated or file.slow_motion
    path_roll = camera_roll_deg(runner)
    seconds = observations.times_s
    return replace(
        file,
        detected_share=presence_share(runner.sighted, clues.shot_of(runner.sighted)),
        cuts_s=tuple(seconds[observations.shot_starts].tolist()),
        shots_left_out=runner.other_side.size > 0,
        others=len(choice.others),
        runner_span_s=(float(seconds[runner.sighted[0]]), float(seconds[runner.sighted[-1]])),
        overlapped_s=len(runner.overlapped) / file.fps if file.fps else 0.0,
        overlapped=runner.is_hidden,
        activity=runner.activity,
        yaw_deg=runner.view.yaw_deg,
        facing_share=runner.view.facing_share,
        turn_deg=runner.view.turn_deg,
        side_spans_s=tuple((span.start_s, span.end_s) for span in runner.views if span.is_used),
        oblique_s=sum(span.end_s - span.start_s for span in runner.views if not span.is_used),
        rotate_deg=(runner.view.turn_deg + info.extra_rotation_deg) % 360,
        turned_deg=info.extra_rotation_deg if options.rotate is None else 0,
        rivals=choice.rivals + (observations.rivals if options.person == "largest" else 0),
        strides=len(runner.strides),
        part_strides=runner.strides.in_all - len(runner.strides),
        body_height_px=body_height_px(runner.landmarks),
        cut_off_share=1.0 - inside_picture(runner.landmarks, info.width, info.height),
        slow_motion=slow_motion,
        slow_motion_is_stated=stated is not None,
        cadence_spm=None if file.fps_is_assumed else cadence_spm(runner.strides, slow_motion),
        camera_roll_deg=path_roll if options.roll_deg is None else options.roll_deg,
        roll_is_given=options.roll_deg is not None,
        seen_roll_deg=path_roll,
        camera_pitch_deg=camera_pitch_deg(runner),
    )


def _stated_slow_motion(info: VideoInfo, runner: TrackedPerson) -> float | None:
    """Return the slow-motion factor that the file states; None when nobody runs so fast: the film was sped up since."""
    if info.slow_motion is None:
        return None
    cadence = cadence_spm(runner.strides, info.slow_motion)
    return None if cadence is not None and cadence > REMARKS.fast_motion_spm else info.slow_motion
