// What the browser adds to pages that work without it: the reader's own time, counters, autosave texts, a kept
// copy of unsaved text, one submit per form, errors said aloud. Its words come from data-t-* on <body>.
(() => {
  "use strict";
  const body = document.body, lang = document.documentElement.lang;
  const language = lang === "en" ? "en-GB" : lang;
  const text = (name) => body.dataset["t" + name[0].toUpperCase() + name.slice(1)] || "";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const each = (root, selector, act) => { if (root.matches?.(selector)) act(root); all(selector, root).forEach(act); };
  const once = (element, name) => !element.dataset[name] && (element.dataset[name] = "1");
  const make = (tag, css, words = "") => Object.assign(document.createElement(tag), { className: css, textContent: words });
  const say = (sentence) => {
    const live = document.getElementById("live");
    if (live) { live.textContent = ""; setTimeout(() => { live.textContent = sentence; }, 50); }
  };
  const trouble = (sentence) => {
    const box = document.getElementById("trouble") || Object.assign(make("div", "state bad message"), { id: "trouble" });
    box.textContent = sentence;
    document.getElementById("content")?.prepend(box);
    say(sentence);
  };

  // --- the reader's own time beside an instant told in another zone
  const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const DAY = { weekday: "long", day: "numeric", month: "long" };
  const localTime = (element) => {
    if (!once(element, "told")) return;
    const told = (zone, fields) => new Intl.DateTimeFormat(language, { ...fields, timeZone: zone }).format(new Date(element.dateTime));
    try {
      const zone = element.dataset.zone, full = { ...DAY, ...HOURS };
      if (told(zone, full) === told(undefined, full)) return;
      const own = told(undefined, told(zone, DAY) === told(undefined, DAY) ? HOURS : full);
      element.insertAdjacentText("afterend", ` (${text("local").replace("%t", own)})`);
    } catch { /* a zone this browser does not know: the server's words stand */ }
  };
  const announce = (element) => {
    if (once(element, "watched")) for (const minutes of [60, 15, 5]) {
      const wait = new Date(element.dateTime) - Date.now() - minutes * 60000;
      if (wait > 0 && wait < 43200000) setTimeout(() => say(text("left").replace("%n", minutes)), wait);
    }
  };

  // --- counters: Unicode code points with a line break as one, or words, as the server counts
  const grouped = (figure) => String(figure).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  const counter = (element) => {
    const control = document.getElementById(element.dataset.countFor);
    if (!control || !once(element, "wired")) return;
    control.addEventListener("input", () => {
      const value = control.value.replace(/\r\n?/g, "\n"), most = Number(element.dataset.most);
      const used = element.dataset.unit === "words" ? (value.match(/\S+/g) || []).length : [...value].length;
      const over = most > 0 && used > most;
      element.textContent = (over ? element.dataset.over : element.dataset.pattern).replace("%n", grouped(over ? used - most : used));
      element.classList.toggle("over", over);
    });
  };

  // --- autosave: htmx sends; this chooses what is sent, says how it stands, keeps the text until it is safe
  const KEEP = "kept:";
  const store = (act) => { try { return act(window.localStorage); } catch { return null; } };
  const keyOf = (form) => KEEP + form.dataset.autosave;
  const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);
  const ticked = (control) => control.type === "checkbox" || control.type === "radio";
  const fieldsOf = (form) => [...form.elements].filter((one) => one.name && !/^(file|password|hidden|submit|button|fieldset)$/.test(one.type));
  const valuesOf = (form) => {
    const values = {};
    for (const one of fieldsOf(form)) {
      values[one.name] ??= [];
      if (one.type === "select-multiple") values[one.name].push(...[...one.selectedOptions].map((option) => option.value));
      else if (!ticked(one) || one.checked) values[one.name].push(one.value);
    }
    return values;
  };
  const root = (name) => name.split("--")[0];  // boxes of one answer: plan--tasks-0-title
  const changedIn = (form) => {
    const now = valuesOf(form);
    return Object.keys({ ...form.safe, ...now }).filter((name) => !same(now[name] ?? [], form.safe[name] ?? []));
  };
  const forget = (form) => store((box) => box.removeItem(keyOf(form)));
  const keep = (form) => {
    const now = valuesOf(form), names = changedIn(form);
    if (!names.length) return forget(form);
    store((box) => box.setItem(keyOf(form), JSON.stringify(Object.fromEntries(names.map((name) => [name, now[name] ?? []])))));
  };
  const tell = (form, sentence, look = "") => {
    const place = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    if (place) { place.textContent = sentence; place.className = `saved ${look}`; }
  };
  const putBack = (form, kept) => {
    form.dispatchEvent(new CustomEvent("putback", { detail: Object.keys(kept) }));
    const touched = fieldsOf(form).filter((one) => one.name in kept);
    for (const one of touched) {
      if (ticked(one)) one.checked = kept[one.name].includes(one.value);
      else if (one.type === "select-multiple") [...one.options].forEach((option) => { option.selected = kept[one.name].includes(option.value); });
      else one.value = kept[one.name][0] ?? "";
    }
    touched.forEach((one) => one.dispatchEvent(new Event("input", { bubbles: true })));
  };
  const offer = (form) => {
    const kept = store((box) => JSON.parse(box.getItem(keyOf(form))));
    if (!kept) return;
    const now = valuesOf(form);
    if (Object.keys(kept).every((name) => same(kept[name], now[name] ?? []))) return forget(form);
    const box = make("div", "state warn ask-restore"), acts = make("div", "actions");
    for (const [name, act] of [["restore", () => putBack(form, kept)], ["drop", () => forget(form)]]) {
      const button = Object.assign(make("button", "btn btn-plain", text(name)), { type: "button" });
      button.addEventListener("click", () => { act(); box.remove(); });
      acts.append(button);
    }
    box.append(make("div", "state-text", text("found")), acts);
    form.prepend(box);
    say(text("found"));
  };
  const guard = (form) => { form.safe ??= form.querySelector(".wrong") ? {} : valuesOf(form); };
  const autosave = (form) => {
    if (form.safe) return;
    guard(form);
    offer(form);
    form.addEventListener("input", () => { keep(form); if (changedIn(form).length) tell(form, text("unsaved"), "waiting"); });
  };
  const saving = (event) => (event.detail.elt.matches?.("form[data-autosave]") ? event.detail.elt : null);
  const on = (name, act) => document.addEventListener(name, act);
  on("htmx:configRequest", (event) => {
    const { detail } = event, token = document.querySelector("[name=csrfmiddlewaretoken]"), form = saving(event);
    if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.value;
    if (!form) return;
    const names = changedIn(form);
    if (!names.length) return event.preventDefault();
    form.sending = valuesOf(form);
    const roots = new Set(names.map(root));
    for (const name in form.sending) if (!roots.has(root(name))) detail.formData.delete(name);
    detail.formData.set("changed", [...roots].join(" "));
    detail.headers["X-Repeats"] = "1";  // a server with too much to do may turn it away: it is sent again below
    tell(form, text("saving"), "waiting");
  });
  on("htmx:afterRequest", (event) => {
    const form = saving(event);
    if (!form || !event.detail.successful) return;
    if (event.detail.xhr.status >= 400) {  // 409 and 422 are shown beside the field, and are not saved
      tell(form, text("refused"), "wrong");
      return say(text("refused"));
    }
    form.safe = form.sending;
    keep(form);
    const at = new Date().toLocaleTimeString(language, HOURS);
    if (changedIn(form).length) tell(form, text("unsaved"), "waiting"); else tell(form, text("saved").replace("%t", at));
  });
  const failed = (plain, ours) => (event) => {
    const form = saving(event), status = event.detail.xhr?.status;
    if (!form) return trouble(text(plain));
    const told = text(status >= 400 && status < 500 ? "refused" : ours);
    tell(form, told, "wrong");
    say(told);
    if (status >= 400 && status < 500) return;
    clearTimeout(form.again);  // nobody has to type again for it to be saved; not everybody in the same second
    form.again = setTimeout(() => form.dispatchEvent(new Event("change")), 4000 + Math.random() * 4000);
  };
  on("htmx:sendError", failed("noconnection", "offline"));
  on("htmx:timeout", failed("noconnection", "offline"));
  on("htmx:responseError", failed("failed", "down"));

  // --- one submit per form; unsaved text is not left behind by accident
  const release = (form) => {
    form.sent = false;
    form.removeAttribute("aria-busy");
    all("button[data-held]", form).forEach((button) => { button.disabled = false; delete button.dataset.held; });
  };
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.sent) return event.preventDefault();
    if (form.hasAttribute("data-forget")) store((box) => Object.keys(box).filter((key) => key.startsWith(KEEP)).forEach((key) => box.removeItem(key)));
    if (form.hasAttribute("data-again") || form.method === "get") return;
    form.sent = true;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => all("button:enabled:not([type=button])", form).forEach((button) => { button.disabled = true; button.dataset.held = "1"; }), 0);
    setTimeout(() => release(form), 15000);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach(release); });
  window.addEventListener("beforeunload", (event) => {
    if (all("form[data-autosave], form[data-guard]").some((form) => !form.sent && form.safe && changedIn(form).length)) event.preventDefault();
  });

  // --- menus close by Escape and by a click elsewhere; the list of sections folds where there is little room
  on("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  on("click", (event) => all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  const narrow = window.matchMedia("(max-width: 60rem)");
  const fold = () => all(".sections-menu").forEach((menu) => { menu.open = !narrow.matches; });
  narrow.addEventListener("change", fold);

  const wire = (root) => {
    each(root, "time[data-local]", localTime);
    each(root, "time[data-deadline]", announce);
    each(root, "[data-count-for]", counter);
    each(root, "form[data-autosave]", autosave);
    each(root, "form[data-guard]", guard);
    all("[data-focus]", root).slice(0, 1).forEach((errors) => errors.focus());
  };
  on("htmx:load", (event) => { if (event.detail.elt !== body) wire(event.detail.elt); });
  fold();
  wire(document);
})();
