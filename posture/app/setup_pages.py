"""Page of a clip before its analysis: a still, and optional choices."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, get_args

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from posture.app.forms import with_form
from posture.app.home_pages import named, names_of
from posture.app.pages import asked_clip, in_language_of, library_of, page
from posture.app.phone_session import visible_clips
from posture.app.preview import ClipPreview, PersonSpot, Previews
from posture.app.record import ClipChoices
from posture.app.states import view_of
from posture.app.uploads import RefusedError
from posture.batch.model import STANDING
from posture.gait.runner_choice import PersonPlace
from posture.language import gettext as _
from posture.language import language
from posture.types import Rotation

# Factors that phones offer.
SLOW_MOTIONS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# Seconds from its end at which the whole clip is meant.
END_S = 0.15
ANYBODY = ClipChoices().person
TURNS = tuple(str(turn) for turn in get_args(Rotation))


def show_setup(request: Request) -> Response:
    """Return the page with the choices for a clip, also for one that was analysed already."""
    record, library, previews = asked_clip(request), library_of(request), _previews(request)
    with in_language_of(request):
        previews.request(record, language(), with_people=True)
        preview = previews.find(record)
        others = [one for one in visible_clips(library) if one.id != record.id and one.state != "failed"]
        views = [view_of(one, library, request.app.state.jobs, previews) for one in others]
        return page(
            "setup.html",
            clip=record,
            preview=preview,
            step=_step(preview),
            chosen_person=_chosen_spot(record.choices, preview),
            standing=sorted(views, key=lambda view: view.label != STANDING),
            runners=names_of([record, *others]),
            slow_motions=SLOW_MOTIONS,
        )


def preview_state(request: Request) -> Response:
    """Return how much of a clip's preview there is: 0 nothing, 1 pictures, 2 people too; and whether it failed."""
    record = asked_clip(request)
    return JSONResponse({"step": _step(_previews(request).find(record)), "state": record.state})


def preview_picture(request: Request) -> Response:
    """Return a picture of a clip's preview."""
    with in_language_of(request):
        path = _previews(request).picture(asked_clip(request), request.path_params["name"])
        if path is None:
            raise RefusedError(404, _("There is no such file."))
    return FileResponse(path)


@with_form
def name(request: Request, form: dict[str, str]) -> Response:
    """Remember the name of a clip's runner before its analysis."""
    record = named(asked_clip(request), form.get("runner"))
    library_of(request).update(record.id, lambda one: one.model_copy(update={"choices": record.choices}))
    return Response(status_code=204)


@with_form
def start(request: Request, form: dict[str, str]) -> Response:
    """Queue a clip with the choices of the form."""
    record = asked_clip(request)
    choices = read_choices(form, _previews(request).find(record))
    known = {one.id for one in visible_clips(library_of(request))} - {record.id}
    if choices.standing is not None and choices.standing not in known:
        raise RefusedError(400, _("There is no such standing clip."), _("Perhaps it was deleted. Choose another."))
    request.app.state.jobs.submit(record.model_copy(update={"choices": choices, "lang": language()}))
    return RedirectResponse(request.url_for("clip", clip_id=record.id).path, 303)


def read_choices(form: Mapping[str, str], preview: ClipPreview | None) -> ClipChoices:
    """Return the choices of a form; ``spot`` is the number of a person in the still, from the left.

    Raises
    ------
    RefusedError
        When a value cannot be used.
    """
    values: dict[str, Any] = {field: form[field] for field in ClipChoices.model_fields if field in form}
    values.pop("person", None)
    if form.get("rotate", "") in TURNS:
        # A form has texts only.
        values["rotate"] = int(form["rotate"])
    try:
        choices = ClipChoices.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise RefusedError(400, _("The value of {field} cannot be used.").format(field=field)) from None
    start_s, end_s = choices.start_s or None, choices.end_s
    length_s = inf if preview is None or preview.duration_s is None else preview.duration_s
    if (start_s or 0.0) >= min(end_s or inf, length_s):
        raise RefusedError(400, _("The part of the clip is empty."), _("The end must come after the beginning."))
    update: dict[str, Any] = {"start_s": start_s, "end_s": end_s if (end_s or inf) < length_s - END_S else None}
    people = () if preview is None else preview.people or ()
    spot = form.get("spot", "")
    if spot in {str(number) for number in range(1, len(people) + 1)}:
        assert preview is not None
        rotate = preview.turn_deg or None if choices.rotate is None else choices.rotate
        update |= {"rotate": rotate, "person": place_of(people[int(spot) - 1], preview, rotate or 0)}
    return choices.model_copy(update=update)


def place_of(spot: PersonSpot, preview: ClipPreview, rotate: Rotation) -> str:
    """Return the place of a person of the still in the clip's picture, turned clockwise by some degrees."""
    x, y = spot.x, spot.y
    for _quarter in range((rotate - preview.turn_deg) % 360 // 90):
        x, y = 1.0 - y, x
    return str(PersonPlace(x, y, preview.still_s))


def _chosen_spot(choices: ClipChoices, preview: ClipPreview | None) -> int:
    """Return the number of the person in the still who was chosen before; 0 for none."""
    people = () if preview is None or choices.person == ANYBODY else preview.people or ()
    places = [place_of(spot, preview, choices.rotate or 0) for spot in people] if preview is not None else []
    return places.index(choices.person) + 1 if choices.person in places else 0


def _step(preview: ClipPreview | None) -> int:
    return 0 if preview is None else 1 if preview.people is None else 2


def _previews(request: Request) -> Previews:
    previews: Previews = request.app.state.previews
    return previews
