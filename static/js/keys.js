// Keys: ⌘K / j k x enter p ? and g followed by a letter. None while somebody types.
import { current, move, toggleTick } from "./lists.js";
import { openPalette } from "./palette.js";
import { close, isOpen, preview } from "./side.js";

const GO_MS = 1200;
let going = 0;

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

const section = (letter) => document.querySelector(`.rail [data-go="${CSS.escape(letter)}"]`);

const step = (by) => {
  if (document.querySelector("#list tbody tr")) {
    const row = move(by);
    if (isOpen() && row?.dataset.href) preview(row.dataset.href);
    return;
  }
  document.querySelector(`.neighbors [rel="${by > 0 ? "next" : "prev"}"]`)?.click();
};

// A letter that the page itself gives to a field or a button: to go to it, or to press it. A list
// of reasons is sent by Enter, unless it is open: then Enter chooses.
const ownKey = (letter) => {
  const aim = /^[a-z]$/.test(letter) && document.querySelector(`[data-key="${letter}"]`);
  if (!aim) return false;
  if (aim.matches("button, a")) aim.click();
  else aim.focus();
  return true;
};

const isOpened = (select) => {
  try {
    return select.matches(":open");
  } catch {
    return true; // a browser that cannot tell: Enter sends nothing
  }
};

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => toggleTick(),
  p: () => current()?.dataset.href && preview(current().dataset.href),
  Enter: () => {
    const to = current()?.dataset.href ?? current()?.querySelector("a")?.href;
    if (to) location.assign(to);
  },
  "?": () => document.getElementById("keys")?.showModal(),
  "/": () => openPalette(),
  g: () => { going = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === "Escape" && isOpen()) close();
  if (event.key === "Enter" && event.target.matches("select[data-key]") && !isOpened(event.target)) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (Date.now() - going < GO_MS) {
    going = 0;
    const to = section(event.key);
    if (to) {
      location.assign(to.href);
      return;
    }
  }
  if (ownKey(event.key)) {
    event.preventDefault();
    return;
  }
  if (ACTS[event.key]) {
    event.preventDefault();
    ACTS[event.key]();
  }
});
