// Messages: good ones go by themselves, bad ones stay until they are dismissed.
const box = document.getElementById("toasts");
const STAY_MS = 8000;

const ripen = (toast) => {
  if (toast.classList.contains("toast-bad") || toast.querySelector("form")) return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), STAY_MS / 2);
  });
};

export const say = (text, tone = "info") => {
  const toast = document.createElement("div");
  toast.className = `toast toast-${tone}`;
  toast.setAttribute("role", tone === "bad" ? "alert" : "status");
  const words = document.createElement("div");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "toast-close";
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  toast.append(words, close);
  box?.append(toast);
};

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
});

if (box) {
  for (const toast of box.querySelectorAll(".toast")) ripen(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.classList?.contains("toast")) ripen(node);
    }
  }).observe(box, { childList: true });
}
