// Before the first paint: styles know that script runs. Everything else is a module and waits.
document.documentElement.classList.add("js");
