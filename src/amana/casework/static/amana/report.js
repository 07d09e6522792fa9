// The public form with script: the telephone's position, a draft if it is asked for, sending that a broken
// line does not end.  Every page works without this file.
(() => {
  "use strict";
  const DRAFT = "amana-report";
  const store = (() => {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  })();
  const at = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const reveal = (element) => element && element.removeAttribute("hidden");

  // Leaving: nothing to go back to.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leave]")) return;
    event.preventDefault();
    document.documentElement.remove();
    location.replace("about:blank");
  });

  // Copying the code.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      button.hidden = true;
    }
  });

  // A draft, for whoever asks for one: texts and choices, never files, and neither token nor code.
  const kept = (form) =>
    all("input, textarea", form).filter((c) => c.name && !["hidden", "file"].includes(c.type));
  const read = () => {
    try {
      return JSON.parse(store.getItem(DRAFT));
    } catch {
      return null;
    }
  };
  const erase = () => {
    try {
      store.removeItem(DRAFT);
    } catch {
      // nothing was kept
    }
  };
  const write = (form) => {
    const values = kept(form)
      .filter((c) => c.value && (!["radio", "checkbox"].includes(c.type) || c.checked))
      .map((c) => [c.name, c.value]);
    try {
      store.setItem(DRAFT, JSON.stringify(values));
    } catch {
      at("#keep").checked = false;
    }
  };
  const fill = (form, values) => {
    for (const control of kept(form)) {
      const own = values.filter(([name]) => name === control.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(control.type)) control.checked = own.includes(control.value);
      else if (own.length) control.value = own[0];
      if (own.length && control.closest("details")) control.closest("details").open = true;
    }
  };
  const drafts = (form) => {
    const keep = at("#keep", form);
    if (!keep || !store) return;
    reveal(at("#keeping"));
    const draft = read();
    // A form that came back is the draft itself.
    if (draft && at("[name=account]", form).value) keep.checked = true;
    else if (draft && draft.length) reveal(at("#draft"));
    let timer;
    const later = () => {
      clearTimeout(timer);
      if (keep.checked) timer = setTimeout(() => keep.checked && write(form), 400);
    };
    form.addEventListener("input", later);
    keep.addEventListener("change", () => (keep.checked ? write(form) : erase()));
    all("[data-draft]").forEach((button) =>
      button.addEventListener("click", () => {
        at("#draft").hidden = true;
        if (button.dataset.draft === "continue") {
          fill(form, read() || []);
          keep.checked = true;
          at("textarea", form).focus();
          return;
        }
        clearTimeout(timer);
        keep.checked = false;
        erase();
        form.reset();
        kept(form).forEach((c) => {
          if (!["radio", "checkbox"].includes(c.type)) c.value = "";
        });
        at("#erased").textContent = form.dataset.textErased;
        at("#keeping").scrollIntoView({ block: "center" });
      }),
    );
  };

  // Where the telephone is.
  const set = (form, position, placed, accuracy) => {
    at("[name=position]", form).value = position;
    at("[name=placed_as]", form).value = position;
    at("[name=placed]", form).value = placed;
    at("[name=accuracy]", form).value = accuracy;
    at("[name=position]", form).dispatchEvent(new Event("input", { bubbles: true }));
  };
  const position = (form) => {
    const line = at("[data-here]", form);
    if (!line || !navigator.geolocation || !window.isSecureContext) return;
    reveal(line);
    const said = at("#here", form);
    at("button", line).addEventListener("click", () => {
      said.textContent = form.dataset.textAsking;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const metres = Math.ceil(coords.accuracy);
          set(form, `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`, "device", metres);
          said.textContent = form.dataset.textPlace.replace("{m}", metres);
        },
        () => (said.textContent = form.dataset.textNoPlace),
        { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 },
      );
    });
  };

  // Places by name, without sending the form.
  const places = (form) => {
    const button = at("[data-find]", form);
    if (!button) return;
    const find = async (event) => {
      event.preventDefault();
      const words = at("[name=place_name]", form).value.trim();
      if (!words) return;
      const asked = new URLSearchParams({ words, language: document.documentElement.lang });
      try {
        const answer = await fetch(`${form.dataset.places}?${asked}`);
        at("#places").innerHTML = await answer.text();
      } catch {
        at("#line").textContent = "";
        at("[name=place_words]", form).focus();
      }
    };
    button.addEventListener("click", find);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      if (event.target.name === "place_name") find(event);
      else if (!["checkbox", "radio", "submit", "file"].includes(event.target.type)) event.preventDefault();
    });
  };

  // What a photo says of its place is offered, never taken.
  const photos = (form) => {
    const files = at("[data-upload]", form);
    const told = at("#photo-says", form);
    if (!files || !told || !window.MutationObserver) return;
    const asked = new Set(all("[type=hidden]", files).map((c) => c.value));
    const look = async () => {
      for (const { value } of all("[type=hidden]", files)) {
        if (!value || asked.has(value)) continue;
        asked.add(value);
        const body = new FormData();
        body.append("upload", value);
        body.append("form", at("[name=form]", form).value);
        try {
          const found = (await (await fetch(form.dataset.photo, { method: "POST", body })).json()).position;
          if (!found) continue;
          const line = document.createElement("p");
          const where = document.createElement("bdi");
          where.dir = "ltr";
          where.textContent = found;
          const use = at("#use-it").content.firstElementChild.cloneNode(true);
          use.addEventListener("click", () => {
            set(form, found, "photo", 50);
            at("#id_position").scrollIntoView({ block: "center" });
          });
          line.append(`${form.dataset.textPhoto} `, where, " ", use);
          told.replaceChildren(line);
        } catch {
          // it is only an offer
        }
      }
    };
    new MutationObserver(look).observe(files, { childList: true, subtree: true });
  };

  // Sending: the page stays until an answer came, and tries again while the line is down.  What is sent twice is
  // counted once.  Heard on the document, after upload.js, which holds a form back while files are on their way.
  let under = false;
  const sending = (event) => {
    const form = event.target;
    const line = at("#line", form);
    if (event.defaultPrevented || !line || !window.fetch) return;
    event.preventDefault();
    if (under) return;
    under = true;
    const button = event.submitter;
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    const send = async () => {
      line.textContent = form.dataset.textSending;
      try {
        const answer = await fetch(form.action, { method: "POST", body });
        if (answer.redirected) return location.replace(answer.url);
        const page = await answer.text();
        // What a machine between here and there says is no answer.
        if (!page.includes('name="do"')) throw new Error("not ours");
        document.open();
        document.write(page);
        document.close();
      } catch {
        line.textContent = form.dataset.textLine;
        setTimeout(send, 15000);
      }
    };
    send();
  };

  const begin = () => {
    all("[data-copy]").forEach((b) => navigator.clipboard && reveal(b.parentElement));
    if (at("[data-sent]")) erase();
    const form = at("form#report");
    if (form) [drafts, position, places, photos].forEach((prepare) => prepare(form));
    document.addEventListener("submit", sending);
    const first = at("#faults") || at("[role=alert]");
    const choice = at("#places fieldset");
    if (first) {
      first.tabIndex = -1;
      first.focus();
    } else if (choice) choice.scrollIntoView({ block: "center" });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
