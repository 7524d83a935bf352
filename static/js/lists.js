// Lists: the filter form and the links swap the list in place; ticks; the row cursor.
const list = () => document.getElementById("list");
const rows = () => [...document.querySelectorAll("#list tbody tr")];
let shown = location.pathname + location.search; // what the list holds now
let last = null; // the row ticked last, for a range with shift

const load = (url, push = true) => {
  const target = list();
  target.setAttribute("aria-busy", "true");
  return window.htmx
    .ajax("GET", url, { target: "#list", swap: "innerHTML", headers: {} })
    .then(() => {
      target.removeAttribute("aria-busy");
      if (push) history.pushState({ list: true }, "", url);
      shown = url;
    });
};

const addressOf = (form) => {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) given.append(name, value);
  const query = given.toString();
  return form.getAttribute("action") + (query ? `?${query}` : "");
};

const count = () => {
  const ticked = document.querySelectorAll("#list .tick:checked").length;
  const shown = document.querySelector("[data-ticked]");
  if (shown) shown.textContent = ticked;
};

let typing;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-filter-form]");
  if (!form || event.target.type !== "search") return;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const { id, selectionStart } = event.target;
    await load(addressOf(form));
    const field = document.getElementById(id);
    field?.focus();
    field?.setSelectionRange?.(selectionStart, selectionStart);
  }, 250);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filter-form]")) return;
  event.preventDefault();
  load(addressOf(event.target));
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-tick-all]")) {
    for (const tick of document.querySelectorAll("#list .tick")) tick.checked = box.checked;
  } else if (box.matches("[data-column]")) {
    const chosen = [...document.querySelectorAll("[data-column]:checked")].map((one) => one.value);
    const url = new URL(location.href);
    url.searchParams.set("columns", chosen.join(","));
    load(url.pathname + url.search);
  }
  count();
});

document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey) return;
  const tick = event.target.closest(".tick");
  if (tick) {
    const ticks = [...document.querySelectorAll("#list .tick")];
    if (event.shiftKey && last) {
      const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
      for (const one of ticks.slice(from, to + 1)) one.checked = tick.checked;
    }
    last = tick;
    count();
    return;
  }
  const link = event.target.closest(".tab, .chip a, #list th a, .pager a, #new-rows a");
  if (link && list()?.contains(link) && !event.shiftKey) {
    event.preventDefault();
    load(link.getAttribute("href")).then(() => {
      if (link.closest(".pager")) window.scrollTo({ top: 0 });
    });
    return;
  }
  const row = event.target.closest("#list tbody tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, summary, form")) {
    if (window.getSelection().toString()) return;
    mark(row);
    document.dispatchEvent(new CustomEvent("preview", { detail: row.dataset.href }));
  }
});


window.addEventListener("popstate", () => {
  const wanted = location.pathname + location.search;
  if (list() && wanted !== shown) load(location.pathname + location.search, false);
});

export const current = () => document.querySelector('#list tbody tr[aria-current="true"]');

export const mark = (row) => {
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
};

export const move = (by) => {
  const every = rows();
  if (!every.length) return null;
  const at = every.indexOf(current());
  const row = every[Math.min(Math.max(at + by, 0), every.length - 1)];
  mark(row);
  return row;
};

export const toggleTick = () => {
  const tick = current()?.querySelector(".tick");
  if (!tick) return;
  tick.checked = !tick.checked;
  count();
};
