// ⌘K: the palette over everything that can be found, opened or done.
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-field");
const results = document.getElementById("palette-results");

const mac = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform);
if (!mac) {
  for (const hint of document.querySelectorAll("[data-palette-key]")) hint.textContent = "Ctrl K";
}

export const openPalette = (words = "") => {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  field.value = words;
  field.focus();
  window.htmx.trigger(field, "fill");
};

const hits = () => [...results.querySelectorAll(".hit")];
const chosen = () => results.querySelector('[aria-selected="true"]');

const choose = (hit) => {
  chosen()?.setAttribute("aria-selected", "false");
  if (!hit) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  hit.setAttribute("aria-selected", "true");
  hit.id ||= `hit-${hits().indexOf(hit)}`;
  field.setAttribute("aria-activedescendant", hit.id);
  hit.scrollIntoView({ block: "nearest" });
};

// What the page itself offers: the buttons and links of its heads, and what is set for its rows.
const HEADS = ".page-head .actions, .detail-head .actions, .neighbors";
const offered = () =>
  [...document.querySelectorAll(HEADS)]
    .flatMap((head) => [...head.querySelectorAll("a.button, button")])
    .filter((one) => !one.disabled && one.checkVisibility?.() !== false && !one.form?.querySelector("input:not([type=hidden]), select, textarea"))
    .map((one) => ({ one, label: (one.getAttribute("aria-label") || one.textContent).trim() }))
    .filter(({ label }) => label);

const hereFor = (words) => {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = offered().filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word)));
  if (!found.length) return null;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "On this page");
  const head = document.createElement("div");
  head.className = "hits-head";
  head.textContent = "On this page";
  group.append(head);
  for (const { one, label } of found) {
    const hit = document.createElement("a");
    hit.className = "hit";
    hit.setAttribute("role", "option");
    hit.setAttribute("aria-selected", "false");
    hit.tabIndex = -1;
    hit.textContent = label;
    hit.addEventListener("click", () => {
      dialog.close();
      one.click();
    });
    group.append(hit);
  }
  return group;
};

if (dialog) {
  results.addEventListener("htmx:afterSwap", () => {
    const group = hereFor(field.value.trim());
    if (group) {
      results.querySelector(".menu-note")?.remove(); // "nothing is called" would be wrong
      results.append(group);
      if (!field.value.trim()) results.prepend(group);
    }
    choose(hits()[0]);
  });
  field.addEventListener("keydown", (event) => {
    const every = hits();
    const at = every.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(every[(at + (event.key === "ArrowDown" ? 1 : -1) + every.length) % every.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.querySelector("[data-palette]")?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") openPalette(event.target.value);
  });
}
