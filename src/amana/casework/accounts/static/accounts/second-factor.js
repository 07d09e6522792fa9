// Keys and passkeys: what allauth's scripts report is said on the page.
(() => {
  "use strict";

  const show = (name) => {
    document.querySelectorAll("[data-key-fault]").forEach((p) => {
      p.hidden = p.dataset.keyFault !== name;
    });
  };

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const kind = event.detail && event.detail.exception && event.detail.exception.name;
    show(kind === "InvalidStateError" ? "known" : "failed");
  });

  // Where the browser knows no keys, or will not use them on this address, a button for one leads nowhere.
  document.addEventListener("DOMContentLoaded", () => {
    if (window.PublicKeyCredential) return;
    document.querySelectorAll("[data-needs-keys]").forEach((button) => {
      button.disabled = true;
    });
    if (document.querySelector("[data-needs-keys]")) show("unknown");
  });
})();
