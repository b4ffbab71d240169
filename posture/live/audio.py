"""Play a gentle tone or a voice in a thread; without a sound device the session goes on silently."""

from __future__ import annotations

import importlib
import queue
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from posture.language import Language
from posture.language import gettext as _

RATE_HZ = 44_100
# Two notes a fifth apart, each fading in and out: audible beside a treadmill, no alarm.
_NOTES_HZ, _NOTE_S, _FADE_S, _VOLUME = (523.25, 783.99), 0.35, 0.08, 0.35
# Sounds beyond this queue length are dropped, so that none comes late.
_MAX_QUEUED = 2


@dataclass(frozen=True)
class Sound:
    """A spoken text and the notes that replace it where there is no voice; no notes, no tone."""

    text: str
    notes_hz: tuple[float, ...] = _NOTES_HZ


Play = Callable[[Sound], None]


def tone(notes_hz: tuple[float, ...] = _NOTES_HZ) -> npt.NDArray[np.float32]:
    """Return a sequence of notes, shape (samples,), -1..1, at `RATE_HZ`."""
    time_s = np.arange(round(_NOTE_S * RATE_HZ)) / RATE_HZ
    fade = np.clip(np.minimum(time_s, _NOTE_S - time_s) / _FADE_S, 0.0, 1.0)
    notes = [np.sin(2 * np.pi * pitch * time_s) * fade for pitch in notes_hz]
    return (_VOLUME * np.concatenate(notes)).astype(np.float32)


class Player(Protocol):
    """Plays the sounds of a session: loudspeaker or page."""

    def remind(self) -> None:
        """Remind of a hollow back; return at once."""

    def play(self, sound: Sound) -> None:
        """Play a sound later; return at once."""


def reminder() -> Sound:
    """Return the reminder of a hollow back."""
    return Sound(_("Hollow back"))


class SoundPlayer:
    """Plays sounds in a thread of its own; a context manager.

    Parameters
    ----------
    voice
        Speak, where the extra ``voice`` and a voice of the system are installed; else play the tone.
    lang : {"en", "de"}
        Of the voice.
    notify
        Takes a message for the user when there is no voice or no sound.
    """

    def __init__(self, *, voice: bool, lang: Language, notify: Callable[[str], None]) -> None:
        self._voice, self._lang, self._notify = voice, lang, notify
        self._queue: queue.Queue[Sound | None] = queue.Queue(maxsize=_MAX_QUEUED)
        self._reminder = reminder()
        self._no_voice = _("posture: there is no voice here (install the extra voice); you hear a tone instead")
        self._no_sound = _("posture: there is no sound here ({reason}); reminders appear on the screen only")
        self._thread = threading.Thread(target=self._run, name="posture-sound", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread."""
        with suppress(queue.Full):
            self._queue.put_nowait(None)
        self._thread.join(2.0)

    def remind(self) -> None:
        """Remind of a hollow back, unless a sound waits already."""
        if self._queue.empty():
            self.play(self._reminder)

    def play(self, sound: Sound) -> None:
        """Queue a sound; it is dropped when the queue is full."""
        with suppress(queue.Full):
            self._queue.put_nowait(sound)

    def _run(self) -> None:
        play: Play | None = None
        while (sound := self._queue.get()) is not None:
            # The device is opened with the first sound: some machines take a second for it.
            try:
                play = play or self._player()
                play(sound)
            except Exception as error:
                self._notify(self._no_sound.format(reason=str(error).splitlines()[0] if str(error) else "?"))
                return

    def _player(self) -> Play:
        if self._voice:
            with suppress(Exception):
                return _speaker(self._lang)
            self._notify(self._no_voice)
        device: Any = importlib.import_module("sounddevice")
        device.check_output_settings(samplerate=RATE_HZ, channels=1)

        def play(sound: Sound) -> None:
            if sound.notes_hz:
                device.play(tone(sound.notes_hz), RATE_HZ, blocking=True)

        return play


def speaks(lang: Language, tags: Iterable[object]) -> bool:
    """Return whether a voice speaks a language, by its id and its language tags.

    Tags look like ``en``, ``en-gb``, bytes of both, ``com.apple.eloquence.de-DE.Anna`` or a path of Windows' registry
    that ends in ``TTS_MS_DE-DE_HEDDA_11.0`` and contains ``Tokens``.
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
