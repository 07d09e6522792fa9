// The duty board: keys, and news without losing one's place.  The page works without this file.
(() => {
  "use strict";

  const board = () => document.getElementById("lanes");
  const rows = () => [...document.querySelectorAll("#lanes [data-row]")];
  const live = () => document.getElementById("board-live");
  const keys = () => document.getElementById("board-keys-on");

  // What a person chose stays on this machine; without storage it holds for the page.
  const remembered = (name, box) => {
    try {
      box.checked = localStorage.getItem(name) !== "no";
    } catch {
      /* not allowed here */
    }
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(name, box.checked ? "yes" : "no");
      } catch {
        /* not allowed here */
      }
      if (box === live() && box.checked) lookAgain();
    });
  };

  const lookAgain = () => board()?.dispatchEvent(new CustomEvent("look-again"));

  const start = () => {
    document.querySelectorAll(".needs-board").forEach((part) => part.removeAttribute("hidden"));
    if (live()) remembered("amana-board-live", live());
    if (keys()) remembered("amana-board-keys", keys());
  };

  // News: not in a tab that nobody looks at, not when it was switched off.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === board() && (document.hidden || (live() && !live().checked))) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) lookAgain();
  });

  // Where one was: which row had the focus, and the rows above it.
  let place = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    // Who is reading the plan goes on reading it.
    if (target.id === "where-shown" && target.contains(document.activeElement)) event.detail.shouldSwap = false;
    if (target !== board()) return;
    // Signed out meanwhile: the answer is another page.
    if (event.detail.xhr.status === 200 && !event.detail.serverResponse.includes('id="lanes"')) {
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    const focused = document.activeElement;
    const at = rows().indexOf(focused);
    place = at < 0 ? null : { id: focused.id, at, top: focused.getBoundingClientRect().top };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!place) return;
    const same = document.getElementById(place.id);
    const row = same || rows()[Math.min(place.at, rows().length - 1)];
    const top = place.top;
    place = null;
    if (!row) return;
    if (document.activeElement !== row) row.focus({ preventScroll: true });
    if (same) scrollBy(0, row.getBoundingClientRect().top - top);
  });

  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };

  const acknowledge = () => {
    const row = document.activeElement.closest("#lanes li");
    const link = row && row.querySelector("[data-acknowledge]");
    if (link) link.click();
  };

  const help = () => {
    const shown = document.querySelector("#board-keys details");
    shown.open = !shown.open;
    if (shown.open) shown.querySelector("summary").focus();
  };

  const acts = { j: () => move(1), k: () => move(-1), a: acknowledge, "?": help };
  acts["/"] = () => document.querySelector("form.filters input:not([type=hidden])")?.focus();

  // An Arabic keyboard has other letters on the same keys.
  const places = { KeyJ: "j", KeyK: "k", KeyA: "a", Slash: "/" };
  const key = (event) => {
    if (event.key === "؟") return "?";
    return event.key.charCodeAt(0) < 128 || event.shiftKey ? event.key : places[event.code];
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (keys() && !keys().checked) return;
    const at = event.target;
    if (at.isContentEditable || at.closest("input:not([type=checkbox]), textarea, select")) return;
    const act = acts[key(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
