// What the browser adds to long forms: rows without a page load, questions that depend on an answer of the same
// page, and order by drag. Without it rows are added by saving, all questions stand there, order moves by buttons.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fire = (element) => { for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true })); };

  // --- rows
  const rowsOf = (box) => all(":scope > [data-row]", box);
  const number = (box) => {
    const rows = rowsOf(box);
    rows.forEach((row, index) => { const legend = row.querySelector("legend"); legend.textContent = legend.textContent.replace(/\d+/, index + 1); });
    box.querySelector(":scope > [data-add]").hidden = rows.length >= Number(box.dataset.most);
  };
  const addRow = (box) => {
    const rows = rowsOf(box), next = Math.max(-1, ...rows.map((row) => Number(row.dataset.row))) + 1;
    if (rows.length >= Number(box.dataset.most)) return null;
    const made = document.createElement("template");
    made.innerHTML = box.querySelector(":scope > template").innerHTML.replaceAll("__n__", next).replaceAll("__m__", rows.length + 1);
    const row = made.content.querySelector("[data-row]");
    box.querySelector(":scope > template").before(row);
    number(box);
    return row;
  };
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]"), drop = event.target.closest("[data-drop]");
    if (add) {
      event.preventDefault();
      addRow(add.closest("[data-rows]"))?.querySelector("input, select, textarea").focus();
    } else if (drop) {
      event.preventDefault();
      const box = drop.closest("[data-rows]");
      drop.closest("[data-row]").remove();
      if (!rowsOf(box).length) addRow(box);
      number(box);
      fire(box);
      box.querySelector("[data-add]:not([hidden]), input, select, textarea").focus();
    }
  });
  document.addEventListener("putback", (event) => {  // kept text of rows that are not there yet
    for (const box of all("[data-rows]", event.target)) {
      const kept = event.detail.filter((name) => name.startsWith(`${box.dataset.rows}-`)).map((name) => parseInt(name.slice(box.dataset.rows.length + 1), 10));
      for (let last = Math.max(-1, ...kept); rowsOf(box).every((row) => Number(row.dataset.row) < last);) if (!addRow(box)) break;
    }
  }, true);

  // --- what the columns of a budget come to
  const total = (table) => all("[data-total]", table).forEach((cell, column) => {
    const boxes = all("tbody tr:not(.sum)", table).map((row) => row.querySelectorAll("td input")[column].value.trim());
    const sums = boxes.filter(Boolean).map(amount);
    if (sums.includes(null)) return void (cell.textContent = "");
    const [euros, cents] = sums.reduce((sum, one) => sum + one, 0).toFixed(2).split(".");
    cell.textContent = `${euros.replace(/\B(?=(\d{3})+$)/g, "\u00a0")}.${cents}`;
  });
  const amount = (text) => {  // euros, or null for what the server has to judge
    const plain = text.replace(/[\s€]|EUR/g, "");
    return /^\d+([.,]\d{1,2})?$/.test(plain) ? Number(plain.replace(",", ".")) : null;
  };
  document.addEventListener("input", (event) => { const table = event.target.closest(".budget"); if (table) total(table); });

  // --- questions that depend on an answer of this page
  const given = (name) => all(`[name="${CSS.escape(name)}"], [name^="${CSS.escape(name)}--"]`)
    .filter((one) => !/^(radio|checkbox)$/.test(one.type) || one.checked)
    .filter((one) => !one.closest("[data-if][hidden]"))
    .map((one) => one.value.trim()).filter(Boolean);
  const figure = (text) => {
    const plain = text.replace(/[\s€%]|EUR/g, "").replace(",", ".");
    return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  };
  const holds = ({ if: name, op, values }) => {
    const answers = given(name), wanted = JSON.parse(values);
    if (!answers.length || op === "answered") return answers.length > 0;
    const met = answers.some((one) => wanted.includes(one));
    if (op === "is" || op === "is_not") return op === "is" ? met : !met;
    const value = figure(answers[0]), limit = figure(wanted[0]);
    if (value === null || limit === null) return true;
    return op === "at_least" ? value >= limit : value <= limit;
  };
  const judge = () => all("[data-if]").forEach((question) => { question.hidden = !holds(question.dataset); });
  if (document.querySelector("[data-if]")) {
    all("[data-if] > .only-if").forEach((sentence) => sentence.remove());
    document.addEventListener("input", judge);
    document.addEventListener("change", judge);
    judge();
  }

  // --- who else is on this page; asked without the sign-in, so that it costs the database nothing
  const here = document.querySelector("[data-here]");
  const look = async () => {
    if (document.hidden) return;
    let words = "";
    try { const answer = await fetch(here.dataset.here, { credentials: "omit" }); if (answer.ok) words = await answer.text(); } catch { /* off line: nobody is shown */ }
    if (here.textContent !== words) here.textContent = words;
  };
  if (here) { look(); setInterval(look, 25000); }

  // --- the form's own designer: sections and questions move by drag
  const sender = document.querySelector("[data-drop-form]");
  let held = null;
  const target = (event) => {
    const over = event.target.closest?.("[data-drag]"), question = held?.dataset.drag.includes("/");
    if (!held || !over) return null;
    return question ? over : over.closest("section[data-drag]");
  };
  const clear = () => all(".drop-here").forEach((one) => one.classList.remove("drop-here"));
  if (sender) {
    for (const one of all("[data-drag]")) one.draggable = true;
    document.addEventListener("dragstart", (event) => {
      held = event.target.closest?.("[data-drag]");
      if (held) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", held.dataset.drag); }
    });
    document.addEventListener("dragover", (event) => {
      const over = target(event);
      clear();
      if (over && over !== held) { event.preventDefault(); over.classList.add("drop-here"); }
    });
    document.addEventListener("dragend", () => { clear(); held = null; });
    document.addEventListener("drop", (event) => {
      const over = target(event);
      if (!over || over === held) return;
      event.preventDefault();
      const [section, question = ""] = held.dataset.drag.split("/"), place = over.dataset.drag;
      sender.elements.section.value = section;
      sender.elements.question.value = question;
      sender.elements.to.value = question ? (place.includes("/") ? place : `${place}/`) : `/${place}`;
      sender.submit();
    });
  }
})();
