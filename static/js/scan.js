// Scan pages: the field keeps the focus, and the answer is heard as well as seen.
const page = document.querySelector("[data-scan]");

const sound = (good) => {
  const Audio = window.AudioContext;
  if (!Audio) return;
  const context = new Audio();
  const tones = good ? [[880, 0, 0.09]] : [[220, 0, 0.18], [165, 0.22, 0.3]];
  for (const [pitch, from, long] of tones) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = good ? "sine" : "square";
    tone.frequency.value = pitch;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + from);
    tone.stop(context.currentTime + from + long);
  }
};

if (page) {
  const field = page.querySelector("[data-scan-field]");
  const answer = page.querySelector("[data-scan-answer]")?.dataset.scanAnswer;
  if (answer) sound(answer === "good");
  const hold = () => {
    const busy = document.activeElement?.closest("input, select, textarea, dialog, button, a, summary");
    if (!busy || busy === field) field?.focus({ preventScroll: true });
  };
  hold();
  document.addEventListener("focusout", () => setTimeout(hold, 50));
  document.addEventListener("click", () => setTimeout(hold, 50));
}
