// What htmx does with answers that are no page: a session that ended, a server that broke.
import { say } from "./toasts.js";

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const path = xhr.responseURL && new URL(xhr.responseURL, location.href).pathname;
  if (path && path.startsWith("/accounts/login") && !location.pathname.startsWith("/accounts/")) {
    event.detail.shouldSwap = false;
    location.reload(); // the log-in page leads back here
  }
});

const polls = (event) => Boolean(event.detail.elt?.getAttribute("hx-trigger")?.includes("every"));

document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500 && !polls(event)) {
    say("Something broke on our side. It has been noted; try again in a moment.", "bad");
  }
});

document.body.addEventListener("htmx:sendError", (event) => {
  if (!polls(event)) say("The server cannot be reached. Check the network and try again.", "bad");
});

document.body.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
