// "@" in a note offers colleagues by name: arrows choose, Enter or Tab takes, Escape leaves.
const WAIT_MS = 120;
const TYPED = /(?:^|[^\p{L}\p{N}_@.+/-])@([\p{L}\p{N}_.'-]*(?: [\p{L}\p{N}_.'-]*)?)$/u; // two words at most

let field = null; // the note that is written in
let list = null; // its open list
let timer = 0;
let asked = 0;

const typed = () => TYPED.exec(field.value.slice(0, field.selectionStart))?.[1];
const options = () => (list ? [...list.querySelectorAll("[role=option]")] : []);
const chosen = () => list?.querySelector('[aria-selected="true"]');

const choose = (option) => {
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

const close = () => {
  clearTimeout(timer);
  asked += 1; // an answer on its way comes too late
  list?.remove();
  list = null;
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
};

const take = (option) => {
  const start = field.selectionStart - typed().length;
  field.setRangeText(`${option.dataset.mention} `, start, field.selectionStart, "end");
  close();
};

const open = (html) => {
  list?.remove();
  list = document.createElement("div");
  list.className = "mentions";
  list.id = "mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Colleagues");
  list.innerHTML = html;
  if (!options().length) {
    close();
    return;
  }
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  choose(options()[0]);
};

const ask = async () => {
  const words = typed();
  if (words === undefined) {
    close();
    return;
  }
  const mine = (asked += 1);
  const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(words)}`, {
    headers: { "HX-Request": "true" },
  }).catch(() => null);
  if (mine !== asked) return;
  if (answer?.ok) open(await answer.text());
  else close();
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-mentions]")) return;
  if (field !== event.target) close();
  field = event.target;
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  clearTimeout(timer);
  if (typed() === undefined) close();
  else timer = setTimeout(ask, WAIT_MS);
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!list || event.target !== field) return;
    const every = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(every[(every.indexOf(chosen()) + step + every.length) % every.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen());
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Escape leaves the list, not the panel that the note is in
  },
  true,
);

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("#mentions [role=option]");
  if (option) {
    event.preventDefault(); // the caret stays in the note
    take(option);
  } else if (list) close();
});

document.addEventListener("focusout", (event) => {
  if (list && event.target === field) close();
});
