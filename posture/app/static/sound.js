"use strict";
// Sounds of a session: a tone, or a voice of this computer where it has one.
const sounds = {
  context: null,
  // Voices that send the words to no other computer.
  voice(lang) {
    const voices = window.speechSynthesis ? speechSynthesis.getVoices() : [];
    return voices.find((one) => one.localService && one.lang.toLowerCase().startsWith(lang));
  },
  // Browsers allow sound only from within a click.
  unlock() {
    this.context = this.context || new AudioContext();
    this.context.resume();
  },
  play(sound, kind, lang) {
    const voice = kind === "voice" ? this.voice(lang) : null;
    if (voice) {
      const words = new SpeechSynthesisUtterance(sound.text);
      words.voice = voice;
      words.lang = voice.lang;
      if (!speechSynthesis.pending) speechSynthesis.speak(words);
    } else if (kind && this.context) {
      sound.notes.forEach((pitch, number) => this.note(pitch, this.context.currentTime + 0.35 * number));
    }
  },
  // Each note fades in and out: audible beside a treadmill, no alarm.
  note(pitch, begin) {
    const tone = new OscillatorNode(this.context, { frequency: pitch });
    const volume = new GainNode(this.context, { gain: 0 });
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.35, begin + 0.08);
    volume.gain.setValueAtTime(0.35, begin + 0.27);
    volume.gain.linearRampToValueAtTime(0, begin + 0.35);
    tone.connect(volume).connect(this.context.destination);
    tone.start(begin);
    tone.stop(begin + 0.36);
  },
};
