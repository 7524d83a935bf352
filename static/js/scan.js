// Scan pages: one field that keeps the focus. An answer comes in place, is seen and is heard, and
// what is scanned meanwhile waits its turn. Without script each scan is a page of its own.
import { say } from "./toasts.js";

const TONES = {
  good: [[880, 0, 0.09]],
  bad: [[220, 0, 0.18], [165, 0.22, 0.3]],
};
let ear = null; // browsers let a page be heard once somebody has pressed a key in it
const waiting = []; // codes scanned while an answer is on its way
let busy = false;

const page = () => document.querySelector("[data-scan]");
const field = () => page()?.querySelector("[data-scan-field]");

const sound = (tone) => {
  if (!TONES[tone] || !window.AudioContext) return;
  ear ??= new AudioContext();
  ear.resume();
  for (const [pitch, from, long] of TONES[tone]) {
    const note = ear.createOscillator();
    const volume = ear.createGain();
    note.type = tone === "good" ? "sine" : "square";
    note.frequency.value = pitch;
    volume.gain.value = 0.15;
    note.connect(volume).connect(ear.destination);
    note.start(ear.currentTime + from);
    note.stop(ear.currentTime + from + long);
  }
};

const hear = () => {
  const answer = page()?.querySelector("[data-scan-answer]");
  if (!answer?.dataset.scanAnswer) return;
  sound(answer.dataset.scanAnswer);
  const told = [...answer.childNodes];
  answer.replaceChildren(); // a region that is filled after it appeared is read out
  setTimeout(() => answer.replaceChildren(...told), 30);
};

const hold = () => {
  const here = document.activeElement?.closest("input, select, textarea, dialog, button, a, summary");
  if (!here || here === field()) field()?.focus({ preventScroll: true });
};

const replace = (fresh, id) => {
  const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
  if (!old || !next) return;
  // What asks already stays: its answer would look for its places in a tree that is gone.
  for (const asking of old.querySelectorAll("[hx-get]")) {
    next.querySelector(`[hx-get="${CSS.escape(asking.getAttribute("hx-get"))}"]`)?.replaceWith(asking);
  }
  old.replaceWith(next);
  window.htmx.process(next);
};

const show = (html, answer) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (!fresh.querySelector("[data-scan]")) return false;
  const typed = field()?.value ?? "";
  document.title = fresh.title;
  replace(fresh, "main");
  replace(fresh, "rail");
  document.getElementById("toasts").append(...fresh.querySelectorAll("#toasts .toast"));
  if (answer.redirected) history.replaceState(null, "", answer.url); // else it is no page's
  const now = field();
  if (now) now.value = typed;
  now?.focus({ preventScroll: true });
  hear();
  return true;
};

const send = async (form) => {
  busy = true;
  const given = new FormData(form);
  field().value = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: given });
    if (answer.status >= 500) throw new Error(answer.status);
    if (!show(await answer.text(), answer)) location.assign(answer.url); // it leads elsewhere
  } catch {
    if (field()) field().value = given.get(field().name) ?? "";
    waiting.length = 0;
    sound("bad");
    say("The scan did not get through. Scan it again.", "bad");
  }
  busy = false;
  const next = waiting.shift();
  if (next !== undefined && field()) {
    const begun = field().value; // the scan after that
    field().value = next;
    field().form.requestSubmit();
    field().value = begun;
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.querySelector("[data-scan-field]")) return;
  event.preventDefault();
  if (!busy) {
    send(form);
    return;
  }
  waiting.push(field().value);
  field().value = "";
});

if (page()) {
  hear();
  hold();
  document.addEventListener("focusout", () => setTimeout(hold, 50));
  document.addEventListener("click", () => setTimeout(hold, 50));
}
