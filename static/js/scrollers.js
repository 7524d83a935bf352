// A table that is wider than its frame can be scrolled by keyboard too.
const reach = () => {
  for (const wrap of document.querySelectorAll(".table-wrap:not([tabindex])")) {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
  }
};

reach();
document.body.addEventListener("htmx:afterSettle", reach);
window.addEventListener("resize", reach);
