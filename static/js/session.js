// Signed-in pages: three minutes before the sign-in ends a question, answered by one key; and what was typed off
// line is sent. Its words come from <body>.
(() => {
  "use strict";
  const body = document.body, WARN = 180000, CHECK = 1000;
  const text = (name) => body.dataset["t" + name[0].toUpperCase() + name.slice(1)];
  const say = (words) => { const live = document.getElementById("live"); if (live) live.textContent = words; };
  let ends = 0, timer = 0, asked = null;
  const ask = (words, act = null) => {
    asked?.remove();
    asked = Object.assign(document.createElement("dialog"), { className: "state warn" });
    asked.append(Object.assign(document.createElement("p"), { textContent: words }));
    if (act) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary", textContent: text("stay") });
      button.addEventListener("click", act);
      asked.append(button);
    }
    body.append(asked);
    if (act) asked.showModal(); else asked.show();
    say(words);
  };
  const stay = async () => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    try {
      const answer = await fetch(body.dataset.session, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "error" });
      if (!answer.ok) throw new Error();
      asked.remove();
      lasts(answer.headers.get("X-Session-Left"));
      say(text("stayed"));
    } catch { ask(text(navigator.onLine ? "ended" : "noconnection")); }
  };
  const watch = () => {
    clearTimeout(timer);
    const rest = ends - Date.now();
    if (!ends) return;
    if (rest > WARN) timer = setTimeout(watch, rest - WARN);
    else if (rest > 0) { ask(text("session").replace("%n", Math.max(1, Math.ceil(rest / 60000))), stay); timer = setTimeout(watch, rest + CHECK); }
    else { ends = 0; ask(text("ended")); }
  };
  const lasts = (seconds) => { if (seconds) { ends = Date.now() + seconds * 1000; watch(); } };
  document.addEventListener("htmx:afterRequest", (event) => lasts(event.detail.xhr.getResponseHeader("X-Session-Left")));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && ends && ends < Date.now()) watch(); });
  lasts(body.dataset.sessionLeft);

  // --- back on line: what was not saved is sent (app.js sends only what changed)
  window.addEventListener("online", () => document.querySelectorAll("form[data-autosave]").forEach((form) => form.dispatchEvent(new Event("change"))));
})();
