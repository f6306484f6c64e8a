// Files go part by part as soon as they are chosen; a lost connection costs one part, and the upload goes on by itself.
// Without this script the form sends them whole. Words come from data-t-* of the question's box.
(() => {
  "use strict";
  const PART = 512 * 1024, PAUSE = 3000;
  const pause = () => new Promise((done) => { setTimeout(done, PAUSE); window.addEventListener("online", done, { once: true }); });
  const sender = (box, tell) => async (url, payload, headers = {}) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    for (;;) {
      try {
        const answer = await fetch(url, { method: "POST", body: payload, redirect: "manual", headers: { "X-CSRFToken": token, ...headers } });
        if (answer.status < 500) return answer;
      } catch { /* no connection: told below, tried again */ }
      tell(box.dataset.tPaused, "waiting");
      await pause();
    }
  };
  const run = async (box, file) => {
    const place = box.querySelector("[data-progress]");
    const tell = (words, look = "") => { place.textContent = words; place.className = `saved ${look}`; };
    const send = sender(box, tell), begin = new FormData(), old = box.querySelector("[name^='replaces.']:checked");
    for (const [name, value] of Object.entries({ question: box.dataset.question, name: file.name, size: file.size, replaces: old ? old.value : "" })) begin.append(name, value);
    const read = async (answer) => (answer.headers.get("Content-Type") || "").includes("json") ? answer.json() : { message: box.dataset.tFailed };
    const first = await send(box.dataset.upload, begin);
    let said = await read(first);
    const url = said.url;
    while (url && !said.done) {
      tell(box.dataset.tGoing.replace("%p", Math.floor(100 * said.offset / file.size)).replace("%n", file.name), "waiting");
      const part = file.slice(said.offset, said.offset + PART);
      said = await read(await send(url, part, { "X-Offset": said.offset, "Content-Type": "application/octet-stream" }));
      if (said.message) break;
    }
    if (!said.done) return tell(said.message, "wrong");
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const fresh = page.getElementById(box.id);
    if (!fresh) return location.reload();
    fresh.querySelector("[data-progress]").textContent = box.dataset.tDone.replace("%n", file.name);
    box.replaceWith(fresh);
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest?.("[data-upload]");
    if (!box || event.target.type !== "file" || !event.target.files.length) return;
    const file = event.target.files[0];
    event.target.value = "";
    run(box, file);
  });
})();
