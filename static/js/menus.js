// Menus are <details>: one open at a time, closed by a click elsewhere or by Escape.
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A menu near the edge of the window opens to the other side.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-menu][open]")) return;
    const body = menu.querySelector(".menu-body");
    const box = body.getBoundingClientRect();
    if (box.left < 0) menu.classList.add("menu-start");
    else if (box.right > document.documentElement.clientWidth) menu.classList.remove("menu-start");
  },
  true,
);

