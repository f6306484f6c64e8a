// What the browser adds to pages that work without it: the reader's own time, counters, autosave texts,
// a kept copy of unsaved text, one submit per form, errors said aloud. Texts come from data-t-* on <body>.
(() => {
  "use strict";
  const text = (name) => document.body.dataset["t" + name[0].toUpperCase() + name.slice(1)] || "";
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const each = (root, selector, act) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  const say = (sentence) => {
    const live = document.getElementById("live");
    if (live) { live.textContent = ""; setTimeout(() => { live.textContent = sentence; }, 50); }
  };
  const showTrouble = (sentence) => {
    let box = document.getElementById("trouble");
    if (!box) {
      box = document.createElement("div");
      box.id = "trouble";
      box.className = "state bad message";
      const main = document.getElementById("content") || document.body;
      main.insertBefore(box, main.querySelector(".page, .page-side, form") ?.closest("#content > *") || main.firstChild);
    }
    box.textContent = sentence;
    say(sentence);
  };

  // --- the reader's own time beside an instant told in another zone
  const clockIn = (instant, zone, fields) => new Intl.DateTimeFormat(language, { ...fields, timeZone: zone }).format(instant);
  const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const DAY = { weekday: "long", day: "numeric", month: "long" };
  const localTime = (element) => {
    if (element.dataset.told) return;
    element.dataset.told = "1";
    const instant = new Date(element.dateTime), zone = element.dataset.zone;
    try {
      const all = { ...DAY, ...HOURS };
      if (clockIn(instant, zone, all) === clockIn(instant, undefined, all)) return;
      const sameDay = clockIn(instant, zone, DAY) === clockIn(instant, undefined, DAY);
      const told = clockIn(instant, undefined, sameDay ? HOURS : all);
      element.insertAdjacentText("afterend", ` (${text("local").replace("%t", told)})`);
    } catch { /* a zone this browser does not know: the words of the server stand */ }
  };
  const announceDeadline = (element) => {
    if (element.dataset.watched) return;
    element.dataset.watched = "1";
    for (const minutes of [60, 15, 5]) {
      const wait = new Date(element.dateTime) - Date.now() - minutes * 60000;
      if (wait > 0 && wait < 12 * 3600000) setTimeout(() => say(text("left").replace("%n", minutes)), wait);
    }
  };

  // --- counters: Unicode code points with a line break as one, or words, as the server counts
  const grouped = (figure) => String(figure).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  const counter = (element) => {
    const control = document.getElementById(element.dataset.countFor);
    if (!control || element.dataset.wired) return;
    element.dataset.wired = "1";
    const most = Number(element.dataset.most);
    control.addEventListener("input", () => {
      const value = control.value.replace(/\r\n?/g, "\n");
      const used = element.dataset.unit === "words" ? (value.match(/\S+/g) || []).length : [...value].length;
      const over = most > 0 && used > most;
      element.textContent = (over ? element.dataset.over : element.dataset.pattern).replace("%n", grouped(over ? used - most : used));
      element.classList.toggle("over", over);
    });
  };

  // --- autosave: htmx sends, this decides what is sent, says how it stands and keeps the text until it is safe
  const KEEP = "kept:";
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "changed"]);
  const keyOf = (form) => KEEP + form.dataset.autosave;
  const store = (act) => { try { return act(window.localStorage); } catch { return null; } };
  const valuesOf = (form) => {
    const values = {};
    for (const control of form.elements) {
      if (!control.name || control.type === "file" || control.type === "password" || control.type === "hidden" || control.type === "submit") continue;
      values[control.name] ??= [];
      if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
      if (control.type === "select-multiple") values[control.name].push(...[...control.selectedOptions].map((one) => one.value));
      else values[control.name].push(control.value);
    }
    return values;
  };
  const changedIn = (form) => {
    const now = valuesOf(form), safe = form.safe || {};
    return Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(safe[name] ?? []));
  };
  const isDirty = (form) => changedIn(form).length > 0;
  const keep = (form) => {
    const now = valuesOf(form), kept = {};
    changedIn(form).forEach((name) => { kept[name] = now[name]; });
    store((box) => (Object.keys(kept).length ? box.setItem(keyOf(form), JSON.stringify(kept)) : box.removeItem(keyOf(form))));
  };
  const tell = (form, sentence, look = "") => {
    const place = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    if (!place) return;
    place.textContent = sentence;
    place.classList.toggle("waiting", look === "waiting");
    place.classList.toggle("wrong", look === "wrong");
  };
  const putBack = (form, kept) => {
    for (const control of form.elements) {
      if (!control.name || !(control.name in kept)) continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = kept[control.name].includes(control.value);
      else if (control.type === "select-multiple") [...control.options].forEach((one) => { one.selected = kept[control.name].includes(one.value); });
      else control.value = kept[control.name][0] ?? "";
    }
    const touched = [...form.elements].find((control) => control.name in kept);
    if (touched) touched.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const offerKept = (form) => {
    const kept = JSON.parse(store((box) => box.getItem(keyOf(form))) || "null");
    if (!kept) return;
    const now = valuesOf(form);
    if (Object.keys(kept).every((name) => JSON.stringify(kept[name]) === JSON.stringify(now[name]))) return void store((box) => box.removeItem(keyOf(form)));
    const box = document.createElement("div");
    box.className = "state warn ask-restore";
    box.setAttribute("role", "status");
    const words = document.createElement("div");
    words.className = "state-text";
    words.textContent = text("found");
    const acts = document.createElement("div");
    acts.className = "actions";
    for (const [name, act] of [["restore", () => putBack(form, kept)], ["drop", () => store((s) => s.removeItem(keyOf(form)))]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain";
      button.textContent = text(name);
      button.addEventListener("click", () => { act(); box.remove(); });
      acts.append(button);
    }
    box.append(words, acts);
    form.prepend(box);
  };
  const autosave = (form) => {
    if (form.safe) return;
    form.safe = form.querySelector(".wrong") ? {} : valuesOf(form);
    offerKept(form);
    form.addEventListener("input", () => { keep(form); if (isDirty(form)) tell(form, text("unsaved"), "waiting"); });
  };
  const autosaved = (event) => {
    const form = event.detail.elt.closest && event.detail.elt.closest("form[data-autosave]");
    return form && event.detail.elt === form ? form : null;
  };
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
    const form = autosaved(event);
    if (!form) return;
    const names = changedIn(form), data = event.detail.formData || event.detail.parameters;
    const known = valuesOf(form);
    for (const name of Object.keys(known)) if (!names.includes(name) && !LEFT_OUT.has(name)) data.delete(name);
    data.set("changed", names.join(" "));
    form.sending = valuesOf(form);
    tell(form, text("saving"), "waiting");
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = autosaved(event);
    if (form && !isDirty(form)) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = autosaved(event);
    if (!form || !event.detail.successful) return;
    form.safe = { ...form.safe, ...form.sending };
    keep(form);
    const at = new Date().toLocaleTimeString(language, HOURS);
    if (isDirty(form)) tell(form, text("unsaved"), "waiting"); else tell(form, text("saved").replace("%t", at));
  });
  const failed = (event, sentence, autosaveSentence) => {
    const form = autosaved(event);
    if (form) { tell(form, autosaveSentence, "wrong"); say(autosaveSentence); } else showTrouble(sentence);
  };
  document.addEventListener("htmx:sendError", (event) => failed(event, text("noconnection"), text("offline")));
  document.addEventListener("htmx:timeout", (event) => failed(event, text("noconnection"), text("offline")));
  document.addEventListener("htmx:responseError", (event) => failed(event, text("failed"), event.detail.xhr.status < 500 ? text("refused") : text("offline")));

  // --- one submit per form; unsaved text is not left behind by accident
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("hx-post") && event.submitter === null) return;
    if (form.sent) return void event.preventDefault();
    if (form.hasAttribute("data-forget")) store((box) => Object.keys(box).filter((key) => key.startsWith(KEEP)).forEach((key) => box.removeItem(key)));
    if (form.hasAttribute("data-again") || form.method === "get" || form.target) return;
    form.sent = true;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = true; }), 0);
    setTimeout(() => release(form), 15000);
  });
  const release = (form) => {
    if (!form.sent) return;
    form.sent = false;
    form.removeAttribute("aria-busy");
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  };
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach(release); });
  window.addEventListener("beforeunload", (event) => {
    const open = [...document.querySelectorAll("form[data-autosave], form[data-guard]")];
    if (open.some((form) => !form.sent && form.safe && isDirty(form))) event.preventDefault();
  });

  // --- menus close by Escape and by a click elsewhere; the section list folds where there is little room
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  const narrow = window.matchMedia("(max-width: 60rem)");
  const fold = () => document.querySelectorAll(".sections-menu").forEach((menu) => { menu.open = !narrow.matches; });
  narrow.addEventListener("change", fold);

  const wire = (root) => {
    each(root, "time[data-local]", localTime);
    each(root, "time[data-deadline]", announceDeadline);
    each(root, "[data-count-for]", counter);
    each(root, "form[data-autosave]", autosave);
    each(root, "form[data-guard]", (form) => { form.safe ??= valuesOf(form); });
    const errors = root.querySelector("[data-focus]");
    if (errors) errors.focus();
  };
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) wire(event.detail.elt); });
  fold();
  wire(document);
})();
