// The preview beside a list.
import { move } from "./lists.js";

const side = document.getElementById("side");
const PATIENCE_MS = 150; // then a skeleton says that something is coming
const COVERS = window.matchMedia("(max-width: 700px)"); // the whole page
let opener = null;

export const isOpen = () => Boolean(side?.firstElementChild);

export const close = () => {
  const inside = side.contains(document.activeElement);
  side.replaceChildren();
  if (inside) opener?.focus();
};

export const preview = async (url) => {
  if (!isOpen()) opener = document.activeElement;
  const skeleton = document.getElementById("skeleton")?.content.cloneNode(true);
  const timer = setTimeout(() => skeleton && side.replaceChildren(skeleton), PATIENCE_MS);
  const join = url.includes("?") ? "&" : "?";
  await window.htmx.ajax("GET", `${url}${join}panel=1`, { target: "#side", swap: "innerHTML" });
  clearTimeout(timer);
  if (side.querySelector(":scope > .skeleton")) close(); // it was refused: a message says why
  else if (COVERS.matches) side.focus();
};

document.addEventListener("preview", (event) => preview(event.detail));

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-side]")?.dataset.side;
  if (act === "close") close();
  if (act === "previous" || act === "next") {
    const row = move(act === "next" ? 1 : -1);
    if (row?.dataset.href) preview(row.dataset.href);
  }
});
