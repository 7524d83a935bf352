// ⌘K: the palette over everything that can be found or opened.
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-field");
const results = document.getElementById("palette-results");

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
  if (!hit) return;
  hit.setAttribute("aria-selected", "true");
  hit.id ||= `hit-${hits().indexOf(hit)}`;
  field.setAttribute("aria-activedescendant", hit.id);
  hit.scrollIntoView({ block: "nearest" });
};

if (dialog) {
  results.addEventListener("htmx:afterSwap", () => choose(hits()[0]));
  field.addEventListener("keydown", (event) => {
    const every = hits();
    const at = every.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(every[(at + (event.key === "ArrowDown" ? 1 : -1) + every.length) % every.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      location.assign(chosen().href);
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.querySelector("[data-palette]")?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") openPalette(event.target.value);
  });
}
