"""A gentle tone, or a voice: played in a thread, and never a reason to stop."""

from __future__ import annotations

import importlib
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from posture.language import Language
from posture.language import gettext as _

RATE_HZ = 44_100
# Two notes a fifth apart, each fading in and out: audible beside a treadmill, no alarm.
_NOTES_HZ, _NOTE_S, _FADE_S, _VOLUME = (523.25, 783.99), 0.35, 0.08, 0.35

Play = Callable[[], None]


def tone() -> npt.NDArray[np.float32]:
    """Return the tone, shape (samples,), -1..1, `RATE_HZ` samples a second."""
    time_s = np.arange(round(_NOTE_S * RATE_HZ)) / RATE_HZ
    fade = np.clip(np.minimum(time_s, _NOTE_S - time_s) / _FADE_S, 0.0, 1.0)
    notes = [np.sin(2 * np.pi * pitch * time_s) * fade for pitch in _NOTES_HZ]
    return (_VOLUME * np.concatenate(notes)).astype(np.float32)


class Alarm:
    """Reminds by sound, without keeping anybody waiting; use it with ``with``.

    Parameters
    ----------
    voice : bool
        Say it, where the extra ``voice`` and a voice of the system are there; else the tone.
    lang : {"en", "de"}
        Of the voice.
    say : callable
        Takes a line for people when there is no sound; called once at most.
    """

    def __init__(self, *, voice: bool, lang: Language, say: Callable[[str], None]) -> None:
        self._voice, self._lang, self._say = voice, lang, say
        self._asked: queue.Queue[bool] = queue.Queue(maxsize=1)
        self._text = _("Hollow back")
        self._no_voice = _("posture: there is no voice (install the extra voice), so a tone is played")
        self._no_sound = _("posture: there is no sound here ({reason}); reminders are shown only")
        self._thread = threading.Thread(target=self._run, name="posture-sound", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen for `remind`."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        with suppress(queue.Full):
            self._asked.put_nowait(False)
        self._thread.join(2.0)

    def remind(self) -> None:
        """Play it; a reminder that comes while one is played is left out."""
        with suppress(queue.Full):
            self._asked.put_nowait(True)

    def _run(self) -> None:
        play: Play | None = None
        while self._asked.get():
            # The device is looked for when it is needed first: some machines take a second for it.
            try:
                play = play or self._player()
                play()
            except Exception as error:
                self._say(self._no_sound.format(reason=str(error).splitlines()[0] if str(error) else "?"))
                return

    def _player(self) -> Play:
        if self._voice:
            with suppress(Exception):
                return _speaker(self._text, self._lang)
            self._say(self._no_voice)
        sound: Any = importlib.import_module("sounddevice")
        samples = tone()
        sound.check_output_settings(samplerate=RATE_HZ, channels=1)

        def play() -> None:
            sound.play(samples, RATE_HZ, blocking=True)

        return play


def _speaker(text: str, lang: Language) -> Play:
    engine: Any = importlib.import_module("pyttsx3").init()
    for voice in engine.getProperty("voices"):
        if any(lang in str(tag).lower() for tag in [voice.id, *(voice.languages or [])]):
            engine.setProperty("voice", voice.id)
            break

    def play() -> None:
        engine.say(text)
        engine.runAndWait()

    return play
