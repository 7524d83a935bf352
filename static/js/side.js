// The preview beside a list.
import { move } from "./lists.js";

const side = document.getElementById("side");

export const isOpen = () => Boolean(side?.firstElementChild);

export const preview = (url) => {
  const join = url.includes("?") ? "&" : "?";
  return window.htmx.ajax("GET", `${url}${join}panel=1`, { target: "#side", swap: "innerHTML" });
};

export const close = () => side?.replaceChildren();

document.addEventListener("preview", (event) => preview(event.detail));

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-side]")?.dataset.side;
  if (act === "close") close();
  if (act === "previous" || act === "next") {
    const row = move(act === "next" ? 1 : -1);
    if (row?.dataset.href) preview(row.dataset.href);
  }
});
