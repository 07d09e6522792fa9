// Files of a form, sent in parts before the form is: what was sent stays when the line breaks or the page is
// loaded again.  <input type="file" data-resumable> works without this file; whenever anything here fails, the
// form sends the files itself.  Written for old browsers.  files/uploads.py is the other side.
(function () {
  "use strict";

  var PART = 256 * 1024;
  var HASHED = 64 * 1024 * 1024; // a larger file is not read into the memory of a telephone
  var TRIES = 8; // of a server that answers with a fault, or of a line that is down while the form waits to go
  var PATIENCE = 60; // tries of a line that is down while somebody still writes: about half an hour
  var LONGEST = 30000; // milliseconds between two tries
  var inputs = [];

  function memory() {
    // Gone with the tab: what was reported from this telephone must not be found on it.
    try {
      return window.sessionStorage;
    } catch (refused) {
      return null;
    }
  }

  function recall(key) {
    try {
      return JSON.parse(memory().getItem(key)) || [];
    } catch (refused) {
      return [];
    }
  }

  function keep(key, known) {
    try {
      if (known.length) memory().setItem(key, JSON.stringify(known));
      else memory().removeItem(key);
    } catch (refused) {
      // then it goes on only as long as the page is open
    }
  }

  function hex(buffer) {
    var bytes = new Uint8Array(buffer);
    var text = "";
    for (var i = 0; i < bytes.length; i++) text += ("0" + bytes[i].toString(16)).slice(-2);
    return text;
  }

  function base64(text) {
    return window.btoa(unescape(encodeURIComponent(text)));
  }

  // The SHA-256 of a file, or "" where the browser does not compute it.
  function hashed(file, done) {
    var subtle = window.crypto && window.crypto.subtle;
    if (!subtle || file.size > HASHED) return done("");
    var reader = new FileReader();
    reader.onerror = function () {
      done("");
    };
    reader.onload = function () {
      subtle.digest("SHA-256", reader.result).then(
        function (digest) {
          done(hex(digest));
        },
        function () {
          done("");
        }
      );
    };
    reader.readAsArrayBuffer(file);
  }

  function Input(input) {
    this.input = input;
    this.name = input.name;
    this.box = input.parentNode;
    this.form = input.form;
    this.key = "amana-upload:" + location.pathname + ":" + input.name;
    this.files = [];
    this.list = document.createElement("ul");
    this.list.className = "tight";
    this.said = document.createElement("p");
    this.said.className = "hint";
    this.said.setAttribute("role", "status");
    this.box.appendChild(this.list);
    this.box.appendChild(this.said);
    this.restore();
    var self = this;
    input.addEventListener("change", function () {
      self.chosen();
    });
    if (input.files && input.files.length) this.chosen();
  }

  Input.prototype.text = function (key, values) {
    var text = this.input.getAttribute("data-text-" + key) || "";
    for (var name in values || {}) text = text.replace("{" + name + "}", values[name]);
    return text;
  };

  // After the page was loaded again: what is whole is named in the form, what is not is asked for.
  Input.prototype.restore = function () {
    var known = recall(this.key);
    var named = {};
    var kept = this.box.querySelectorAll("input[data-kept]");
    for (var i = 0; i < kept.length; i++) named[kept[i].value] = true;
    for (var k = 0; k < known.length; k++) {
      if (!known[k].done) this.said.textContent = this.text("again");
      else if (!named[known[k].token]) new Sending(this, null, known[k]).check();
    }
  };

  Input.prototype.remember = function () {
    var known = [];
    for (var i = 0; i < this.files.length; i++) if (this.files[i].known.token) known.push(this.files[i].known);
    // Begun before this page was loaded and not chosen again yet: still to be gone on with.
    var before = recall(this.key);
    for (var k = 0; k < before.length; k++) {
      var there = false;
      for (var j = 0; j < known.length; j++) there = there || known[j].token === before[k].token;
      if (!there && !before[k].done) known.push(before[k]);
    }
    keep(this.key, known);
  };

  Input.prototype.forget = function (token) {
    var left = [];
    var known = recall(this.key);
    for (var i = 0; i < known.length; i++) if (known[i].token !== token) left.push(known[i]);
    keep(this.key, left);
  };

  Input.prototype.chosen = function () {
    var chosen = this.input.files || [];
    this.said.textContent = "";
    // A new choice takes the place of what the input held; what was sent already stays.
    var left = [];
    for (var i = 0; i < this.files.length; i++) {
      if (this.files[i].state === "sent") left.push(this.files[i]);
      else this.files[i].stop();
    }
    this.files = left;
    this.input.name = this.name;
    for (var k = 0; k < chosen.length; k++) if (chosen[k].size) new Sending(this, chosen[k], null).start();
  };

  // What the form itself still has to send: nothing that is here already.
  Input.prototype.settle = function () {
    var waiting = [];
    for (var i = 0; i < this.files.length; i++) if (this.files[i].state !== "sent") waiting.push(this.files[i]);
    var chosen = this.input.files ? this.input.files.length : 0;
    if (!waiting.length) {
      if (chosen) this.input.value = "";
      return;
    }
    if (waiting.length === chosen) return;
    try {
      var rest = new DataTransfer();
      for (var k = 0; k < waiting.length; k++) if (waiting[k].file) rest.items.add(waiting[k].file);
      this.input.files = rest.files;
    } catch (old) {
      // The form sends all of them then; submitting() takes back what would come twice.
    }
  };

  Input.prototype.busy = function () {
    for (var i = 0; i < this.files.length; i++) if (this.files[i].state === "sending") return true;
    return false;
  };

  // The form goes now.  An old browser cannot leave some files out: then it sends all, and none is named.
  Input.prototype.submitting = function () {
    var chosen = this.input.files ? this.input.files.length : 0;
    var failed = 0;
    for (var i = 0; i < this.files.length; i++) if (this.files[i].state === "failed") failed += 1;
    if (chosen > failed) for (var k = 0; k < this.files.length; k++) if (this.files[k].file) this.files[k].unname();
  };

  // One file on its way.
  function Sending(owner, file, known) {
    this.owner = owner;
    this.file = file;
    this.known = known || { token: "", size: file.size, modified: file.lastModified || 0, sha256: "" };
    this.state = "sending";
    this.offset = 0;
    this.failures = 0;
    this.shown = -1;
    owner.files.push(this);
    this.row();
  }

  Sending.prototype.row = function () {
    var self = this;
    this.line = document.createElement("li");
    if (this.file) {
      var name = document.createElement("bdi");
      name.textContent = this.file.name;
      this.line.appendChild(name);
      this.line.appendChild(document.createTextNode(" "));
    }
    this.status = document.createElement("span");
    this.status.className = "hint";
    this.status.setAttribute("aria-live", "polite");
    this.line.appendChild(this.status);
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn quiet";
    button.textContent = this.owner.text("remove");
    if (this.file) button.setAttribute("aria-label", button.textContent + " " + this.file.name);
    button.addEventListener("click", function () {
      self.remove();
    });
    this.line.appendChild(document.createTextNode(" "));
    this.line.appendChild(button);
    this.owner.list.appendChild(this.line);
  };

  Sending.prototype.say = function (key, values) {
    this.status.textContent = this.owner.text(key, values);
  };

  Sending.prototype.start = function () {
    var self = this;
    this.say("reading");
    hashed(this.file, function (sha256) {
      if (self.state !== "sending") return;
      self.known.sha256 = sha256;
      self.known.token = self.earlier();
      self.go();
    });
  };

  // The upload that this file was begun with before the page was loaded again.
  Sending.prototype.earlier = function () {
    var known = recall(this.owner.key);
    for (var i = 0; i < known.length; i++) {
      var one = known[i];
      var same = one.size === this.known.size && one.sha256 === this.known.sha256;
      if (same && (one.sha256 || one.modified === this.known.modified) && !one.done) return one.token;
    }
    return "";
  };

  // Whole before the page was loaded again: named once more, unless a form has taken it in the meantime.
  Sending.prototype.check = function () {
    var self = this;
    this.request("HEAD", this.address(), {}, null, function (status) {
      if (status !== 404) return self.finish();
      self.stop();
      self.owner.files.splice(self.owner.files.indexOf(self), 1);
      self.owner.forget(self.known.token);
      resume(self.owner.form);
    });
  };

  Sending.prototype.request = function (method, address, headers, body, done) {
    var self = this;
    var request = new XMLHttpRequest();
    var token = this.owner.form.querySelector("input[name=csrfmiddlewaretoken]");
    request.open(method, address, true);
    request.timeout = 120000;
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    if (token) request.setRequestHeader("X-CSRFToken", token.value);
    for (var name in headers) request.setRequestHeader(name, headers[name]);
    request.onreadystatechange = function () {
      if (request.readyState !== 4 || self.state !== "sending") return;
      self.running = null;
      done(request.status, request);
    };
    this.running = request;
    request.send(body);
  };

  Sending.prototype.address = function () {
    return this.owner.input.getAttribute("data-url") + this.known.token + "/";
  };

  // Ask how far it is, begin if it is not there, and send the next part.
  Sending.prototype.go = function () {
    var self = this;
    if (this.state !== "sending") return;
    if (!this.known.token) return this.begin();
    this.request("HEAD", this.address(), {}, null, function (status, answer) {
      if (status === 404 || status === 410) {
        self.owner.forget(self.known.token);
        self.known.token = "";
        return self.begin();
      }
      if (status !== 200) return self.again(status);
      self.offset = Number(answer.getResponseHeader("Upload-Offset"));
      self.next();
    });
  };

  Sending.prototype.begin = function () {
    var self = this;
    var told = [];
    if (this.file.name) told.push("filename " + base64(this.file.name));
    if (this.known.sha256) told.push("sha256 " + base64(this.known.sha256));
    var headers = { "Upload-Length": String(this.file.size), "Upload-Metadata": told.join(",") };
    this.request("POST", this.owner.input.getAttribute("data-url"), headers, null, function (status, answer) {
      if (status !== 201) return self.again(status, answer);
      var parts = (answer.getResponseHeader("Location") || "").split("/");
      self.known.token = parts[parts.length - 2] || "";
      self.offset = 0;
      self.owner.remember();
      self.next();
    });
  };

  Sending.prototype.next = function () {
    var self = this;
    this.progress();
    if (this.offset >= this.file.size) return this.finish();
    var slice = this.file.slice || this.file.webkitSlice;
    var part = slice.call(this.file, this.offset, this.offset + PART);
    var headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.offset) };
    this.request("PATCH", this.address(), headers, part, function (status, answer) {
      if (status !== 204) return self.again(status, answer);
      self.failures = 0;
      self.offset = Number(answer.getResponseHeader("Upload-Offset"));
      self.next();
    });
  };

  Sending.prototype.progress = function () {
    var percent = Math.floor((100 * this.offset) / this.file.size);
    var step = Math.floor(percent / 5); // a screen reader is not told of every part
    if (step === this.shown) return;
    this.shown = step;
    this.say("sending", { percent: percent, megabytes: (this.file.size / 1e6).toFixed(1) });
  };

  // Wait and try again; what will not become better with time is left to the form.
  Sending.prototype.again = function (status, answer) {
    var self = this;
    var hopeless = status >= 400 && status < 500 && status !== 404 && status !== 408 && status !== 409;
    var tries = status === 0 && !(held && held.form === this.owner.form) ? PATIENCE : TRIES;
    this.failures += 1;
    if (hopeless || status === 507 || this.failures > tries) return this.fail(answer);
    var wait = Math.min(LONGEST, 1000 * Math.pow(2, this.failures - 1)) * (0.75 + Math.random() / 2);
    if (status !== 409) this.say("waiting");
    this.shown = -1;
    this.timer = setTimeout(function () {
      self.go();
    }, status === 409 ? 0 : wait);
  };

  Sending.prototype.fail = function (answer) {
    var said = "";
    try {
      said = JSON.parse(answer.responseText).problems[0].text + " ";
    } catch (nothing) {
      // no sentence came with it
    }
    this.state = "failed";
    this.status.textContent = said + this.owner.text("form");
    this.owner.forget(this.known.token);
    this.known.token = "";
    resume(this.owner.form);
  };

  Sending.prototype.finish = function () {
    this.state = "sent";
    this.known.done = true;
    this.hidden = document.createElement("input");
    this.hidden.type = "hidden";
    this.hidden.name = this.owner.input.getAttribute("data-sent");
    this.hidden.value = this.known.token;
    this.owner.box.appendChild(this.hidden);
    this.say(this.file ? "sent" : "kept");
    this.owner.remember();
    this.owner.settle();
    resume(this.owner.form);
  };

  Sending.prototype.unname = function () {
    if (this.hidden && this.hidden.parentNode) this.hidden.parentNode.removeChild(this.hidden);
  };

  Sending.prototype.stop = function () {
    this.state = "stopped";
    clearTimeout(this.timer);
    if (this.running) this.running.abort();
    if (this.line.parentNode) this.line.parentNode.removeChild(this.line);
    this.unname();
  };

  Sending.prototype.remove = function () {
    var owner = this.owner;
    var address = this.known.token ? this.address() : "";
    this.stop();
    owner.files.splice(owner.files.indexOf(this), 1);
    owner.forget(this.known.token);
    owner.settle();
    if (address) {
      this.state = "sending"; // so that the answer is heard
      this.request("DELETE", address, {}, null, function () {});
    }
    owner.input.focus();
    resume(owner.form);
  };

  // A form that was sent too early goes when the last file is there, or has failed.
  var held = null;

  function busy(form) {
    for (var i = 0; i < inputs.length; i++) if (inputs[i].form === form && inputs[i].busy()) return true;
    return false;
  }

  function resume(form) {
    if (!held || held.form !== form || busy(form)) return;
    var button = held.button;
    held = null;
    if (button && button.isConnected !== false) button.click();
    else if (form.requestSubmit) form.requestSubmit();
    else if (!form.dispatchEvent(new Event("submit", { cancelable: true }))) return;
    else form.submit();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (busy(form)) {
      event.preventDefault();
      held = { form: form, button: event.submitter || form.querySelector("button:not([type=button])") };
      for (var i = 0; i < inputs.length; i++) {
        if (inputs[i].form === form) inputs[i].said.textContent = inputs[i].text("hold");
      }
      return;
    }
    for (var k = 0; k < inputs.length; k++) if (inputs[k].form === form) inputs[k].submitting();
  });

  // The line is back: nobody waits for the next try.
  window.addEventListener("online", function () {
    for (var i = 0; i < inputs.length; i++) {
      for (var k = 0; k < inputs[i].files.length; k++) {
        var one = inputs[i].files[k];
        if (one.state !== "sending" || one.running || !one.timer) continue;
        clearTimeout(one.timer);
        one.go();
      }
    }
  });

  function begin() {
    if (!window.FormData || !window.FileReader || !window.Blob) return;
    var found = document.querySelectorAll("input[type=file][data-resumable]");
    for (var i = 0; i < found.length; i++) {
      try {
        if (found[i].form) inputs.push(new Input(found[i]));
      } catch (broken) {
        // the form sends the files
      }
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
