// Small comforts.  Every page works without this file.
(() => {
  "use strict";

  // Forms with <form data-keep>: the browser asks before typed text is lost.
  const typed = new Set();
  const text = "textarea, input:not([type]), input[type=text], input[type=search], input[type=tel], input[type=email]";
  const changed = (form) =>
    [...form.querySelectorAll(text)].some((control) => control.value !== control.defaultValue && control.value.trim());
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-keep]")) return;
    if (changed(form)) typed.add(form);
    else typed.delete(form);
  });
  document.addEventListener("submit", (event) => typed.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if (![...typed].some((form) => form.isConnected)) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // <button class="link copy" data-copy="…" data-copied="Copied" hidden>: shown only where copying works.
  const prepare = (root) => {
    if (!navigator.clipboard) return;
    root.querySelectorAll("[data-copy][hidden]").forEach((button) => button.removeAttribute("hidden"));
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    if (!button.dataset.copied || before === button.dataset.copied) return;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  });

  // Menus close with Escape or by a touch elsewhere.
  const close = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // After a form came back with faults, reading starts at their summary.
  const start = () => {
    prepare(document);
    const summary = document.getElementById("faults");
    if (summary) summary.focus();
  };
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
