"""A gentle tone, or a voice: played in a thread, and never a reason to stop."""

from __future__ import annotations

import importlib
import queue
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from posture.language import Language
from posture.language import gettext as _

RATE_HZ = 44_100
# Two notes a fifth apart, each fading in and out: audible beside a treadmill, no alarm.
_NOTES_HZ, _NOTE_S, _FADE_S, _VOLUME = (523.25, 783.99), 0.35, 0.08, 0.35
# What waits to be played; more is left out, so that no sound comes late.
_WAITING = 2


@dataclass(frozen=True)
class Sound:
    """Something to be heard.

    Attributes
    ----------
    text : str
        What a voice says.
    notes_hz : tuple of float
        What is played without one; nothing when empty.
    """

    text: str
    notes_hz: tuple[float, ...] = _NOTES_HZ


Play = Callable[[Sound], None]


def tone(notes_hz: tuple[float, ...] = _NOTES_HZ) -> npt.NDArray[np.float32]:
    """Return the notes one after the other, shape (samples,), -1..1, `RATE_HZ` samples a second."""
    time_s = np.arange(round(_NOTE_S * RATE_HZ)) / RATE_HZ
    fade = np.clip(np.minimum(time_s, _NOTE_S - time_s) / _FADE_S, 0.0, 1.0)
    notes = [np.sin(2 * np.pi * pitch * time_s) * fade for pitch in notes_hz]
    return (_VOLUME * np.concatenate(notes)).astype(np.float32)


class SoundPlayer:
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
        self._asked: queue.Queue[Sound | None] = queue.Queue(maxsize=_WAITING)
        self._reminder = Sound(_("Hollow back"))
        self._no_voice = _("posture: there is no voice (install the extra voice), so a tone is played")
        self._no_sound = _("posture: there is no sound here ({reason}); reminders are shown only")
        self._thread = threading.Thread(target=self._run, name="posture-sound", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen for `remind` and `play`."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        with suppress(queue.Full):
            self._asked.put_nowait(None)
        self._thread.join(2.0)

    def remind(self) -> None:
        """Remind of a hollow back; a reminder that comes while one waits is left out."""
        if self._asked.empty():
            self.play(self._reminder)

    def play(self, sound: Sound) -> None:
        """Let something be heard, after what is being heard; left out when too much waits already."""
        with suppress(queue.Full):
            self._asked.put_nowait(sound)

    def _run(self) -> None:
        play: Play | None = None
        while (sound := self._asked.get()) is not None:
            # The device is looked for when it is needed first: some machines take a second for it.
            try:
                play = play or self._player()
                play(sound)
            except Exception as error:
                self._say(self._no_sound.format(reason=str(error).splitlines()[0] if str(error) else "?"))
                return

    def _player(self) -> Play:
        if self._voice:
            with suppress(Exception):
                return _speaker(self._lang)
            self._say(self._no_voice)
        device: Any = importlib.import_module("sounddevice")
        device.check_output_settings(samplerate=RATE_HZ, channels=1)

        def play(sound: Sound) -> None:
            if sound.notes_hz:
                device.play(tone(sound.notes_hz), RATE_HZ, blocking=True)

        return play


def speaks(lang: Language, tags: Iterable[object]) -> bool:
    """Tell whether a voice speaks a language, by its name and the languages that it says it speaks.

    They look like ``en``, ``en-gb``, bytes of both, ``com.apple.eloquence.de-DE.Anna`` or a path of Windows' registry
    that ends in ``TTS_MS_DE-DE_HEDDA_11.0``, with ``Tokens`` in it.
    """
    texts = (tag.decode("utf-8", "replace") if isinstance(tag, bytes) else str(tag) for tag in tags)
    return any(lang in re.split(r"[^a-z]+", text.lower()) for text in texts)


def _speaker(lang: Language) -> Play:
    engine: Any = importlib.import_module("pyttsx3").init()
    for voice in engine.getProperty("voices"):
        if speaks(lang, [voice.id, *(voice.languages or [])]):
            engine.setProperty("voice", voice.id)
            break

    def play(sound: Sound) -> None:
        engine.say(sound.text)
        engine.runAndWait()

    return play
